"""Somebody leads telemetry astray, blinds who is paged, or shows what is not theirs. Of production with everything of observability."""

import json
from collections.abc import Mapping
from typing import Any

from tests.compliance.seeds.faults import OTHER_ACCOUNT, Fault, Seeds, Templates, adds, drops, permits, removes, sets

OBSERVED: Mapping[str, object] = {
    "account_security": "ours",
    "tracing": "xray",
    "metrics": "otlp",
    "transaction_search": "ours",
    "trading_alarms": True,
    "expected_strategies": "momentum",
    "alarm_emails": "reads@example.com",
    "paging_emails": "wakes@example.com,stands-in@example.com",
    "chat": "telegram",
    "telegram_chat_id": "-1001234567",
    "daily_summary": True,
    "trading_dashboards": True,
    "enable_vpc_endpoints": True,
}
"""Production's settings beside its own."""

_TASK, _ROLE, _ENDPOINT = "AWS::ECS::TaskDefinition", "AWS::IAM::Role", "AWS::EC2::VPCEndpoint"
_SEARCH, _SPANS, _LOG_POLICY = "AWS::XRay::TransactionSearchConfig", "Custom::SpanLog", "AWS::Logs::ResourcePolicy"
_DASHBOARD = "AWS::CloudWatch::Dashboard"
_BUSINESS, _TRADING, _OPERATIONS = "TradingDashboardsBusiness", "TradingDashboardsTrading", "Dashboard"
_EQUITY = 'sum(trading_equity_usd{environment="production"})'
_TO_STAGING = [{"type": "pattern", "pattern": "production", "inputType": "input", "id": "x", "defaultValue": "staging", "visible": False}]


def _variable(name: str, value: str | None) -> Fault:
    """A variable of the application's container has another value, or is not there."""

    def fault(templates: Templates) -> None:
        container = templates.body(_TASK)["Properties"]["ContainerDefinitions"][0]
        others = [each for each in container["Environment"] if each["Name"] != name]
        container["Environment"] = [*others, *([] if value is None else [{"Name": name, "Value": value}])]

    return fault


def _also(name: str, value: str) -> Fault:
    """A variable stands a second time: ECS takes the last."""

    def fault(templates: Templates) -> None:
        templates.body(_TASK)["Properties"]["ContainerDefinitions"][0]["Environment"].append({"Name": name, "Value": value})

    return fault


def _text(resource_type: str, of: str, name: str, old: str, new: str) -> Fault:
    """Words of a property that is text, in whatever functions it is written."""

    def fault(templates: Templates) -> None:
        properties = templates.body(resource_type, of)["Properties"]
        before = json.dumps(properties[name])
        after = before.replace(_in_json(old), _in_json(new), 1)
        # A document inside of text is escaped once more.
        properties[name] = json.loads(after if after != before else before.replace(_twice(old), _twice(new), 1))

    return fault


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _twice(text: str) -> str:
    return _in_json(_in_json(text))


def _widget(of: str, number: int, change: Mapping[str, Any]) -> Fault:
    """Properties of a widget of a dashboard."""

    def fault(templates: Templates) -> None:
        properties = templates.body(_DASHBOARD, of)["Properties"]
        body = json.loads(properties["DashboardBody"])
        body["widgets"][number]["properties"].update(change)
        properties["DashboardBody"] = json.dumps(body)

    return fault


def _query(of: str, query: str, **more: Any) -> Fault:
    """What the first chart of a dashboard asks."""

    def fault(templates: Templates) -> None:
        properties = templates.body(_DASHBOARD, of)["Properties"]
        body = json.loads(properties["DashboardBody"])
        asked = body["widgets"][1]["properties"]["data"]["queries"][0]
        asked.update({"query": query, **more})
        properties["DashboardBody"] = json.dumps(body)

    return fault


def _body(of: str, **parts: Any) -> Fault:
    """Parts of a dashboard's body beside its widgets, or in place of them."""

    def fault(templates: Templates) -> None:
        properties = templates.body(_DASHBOARD, of)["Properties"]
        whole, joined = properties["DashboardBody"], not isinstance(properties["DashboardBody"], str)
        if joined:
            text = whole["Fn::Join"][1]
            text[0] = "{" + "".join(f"{_in_parts(name, value)}," for name, value in parts.items()) + text[0].removeprefix("{")
        else:
            properties["DashboardBody"] = json.dumps({**json.loads(whole), **parts})

    return fault


def _in_parts(name: str, value: Any) -> str:
    return f"{json.dumps(name)}:{json.dumps(value)}"


def _only_heading(templates: Templates) -> None:
    """A dashboard has its heading and nothing else."""
    properties = templates.body(_DASHBOARD, _BUSINESS)["Properties"]
    body = json.loads(properties["DashboardBody"])
    properties["DashboardBody"] = json.dumps({**body, "widgets": body["widgets"][:1]})


def _on_operations(old: str, new: str) -> Fault:
    """Text in the body of the environment's own dashboard."""

    def fault(templates: Templates) -> None:
        text = templates.body(_DASHBOARD, _OPERATIONS)["Properties"]["DashboardBody"]["Fn::Join"][1]
        assert any(old in part for part in text if isinstance(part, str))
        text[:] = [part.replace(old, new, 1) if isinstance(part, str) else part for part in text]

    return fault


def _another_widget(**widget: Any) -> Fault:
    def fault(templates: Templates) -> None:
        properties = templates.body(_DASHBOARD, _BUSINESS)["Properties"]
        body = json.loads(properties["DashboardBody"])
        body["widgets"].append({"x": 0, "y": 90, "width": 6, "height": 6, **widget})
        properties["DashboardBody"] = json.dumps(body)

    return fault


def _in_monitoring(resource_type: str, properties: Mapping[str, Any]) -> Fault:
    return adds(resource_type, properties, stack="MonitoringStack")


def _without_region(templates: Templates) -> None:
    """The condition that names the region is taken from what the task may send."""
    for statement in templates.statements("AWS::IAM::ManagedPolicy", "TaskRole"):
        if "cloudwatch:PutMetricData" in str(statement["Action"]):
            del statement["Condition"]


def _exchanged(templates: Templates) -> None:
    """Two dashboards exchange their bodies."""
    one, other = (templates.body(_DASHBOARD, of)["Properties"] for of in (_BUSINESS, _TRADING))
    one["DashboardBody"], other["DashboardBody"] = other["DashboardBody"], one["DashboardBody"]


SEEDS: Seeds = {
    # Where telemetry goes, and what it says
    "traces go to a collector of somebody else": _variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://collector.example.com/v1/traces"),
    "traces go to another region": _variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://xray.us-east-1.amazonaws.com/v1/traces"),
    "metrics go without TLS": _variable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://monitoring.ap-southeast-2.amazonaws.com/v1/metrics"),
    "a general endpoint takes what the special ones do not": _variable("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example.com"),
    "a second endpoint of metrics wins": _also("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://metrics.example.com/v1/metrics"),
    "a header carries a key to the endpoint": _variable("OTEL_EXPORTER_OTLP_HEADERS", "api-key=0123456789abcdef"),
    "certificates of the endpoint are not those that AWS has": _variable("OTEL_EXPORTER_OTLP_CERTIFICATE", "/tmp/ca.pem"),  # noqa: S108
    "the log goes by OTLP too": _variable("OTEL_LOGS_EXPORTER", "otlp"),
    "traces are printed": _variable("OTEL_TRACES_EXPORTER", "console"),
    "a caller from outside forces traces, and exchanges learn their ids": _variable("OTEL_PROPAGATORS", "tracecontext,baggage"),
    "everything is traced": _variable("OTEL_TRACES_SAMPLER", "always_on"),
    "nothing is traced": _variable("OTEL_TRACES_SAMPLER_ARG", "0"),
    "bodies of requests are attributes of spans": _variable("OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST", ".*"),
    "telemetry says that it is another environment's": _variable("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging"),
    "telemetry says that it is another service's": _variable("OTEL_SERVICE_NAME", "another"),
    "the SDK is off, and silence rings nowhere": _also("OTEL_SDK_DISABLED", "true"),
    "metrics come once an hour": _variable("OTEL_METRIC_EXPORT_INTERVAL", "3600000"),
    "counters are deltas, on which rate and increase are wrong": _also("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
    "no metric of trading is sent": _variable("TRADING_METRICS", "off"),
    "every path is excluded from traces": _variable("OTEL_PYTHON_FASTAPI_EXCLUDED_URLS", ".*"),
    # What the task may do
    "the task may read metrics of the whole account": permits("TaskRole", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"),
    "the task may read traces": permits("TaskRole", "xray:BatchGetTraces"),
    "the task may change what is sampled": permits("TaskRole", "xray:UpdateSamplingRule"),
    "the task may silence alarms": permits("TaskRole", "cloudwatch:DisableAlarmActions"),
    "the task may say that an alarm is over": permits("TaskRole", "cloudwatch:SetAlarmState"),
    "the task may mute alarms": permits("TaskRole", "cloudwatch:PutAlarmMuteRule"),
    "the task may write metrics of another region": _without_region,
    # The account's part
    "half of all spans are indexed": sets(_SEARCH, "IndexingPercentage", 50),
    "spans are not searched": removes(_SEARCH),
    "spans are kept for ten years": sets(_SPANS, "RetentionInDays", 3653),
    "spans are kept without a key": drops(_SPANS, "KmsKeyId"),
    "spans keep neither key nor days": removes(_SPANS),
    "X-Ray of any account writes into the log group": _text(
        _LOG_POLICY, "TransactionSearch", "PolicyDocument", "aws:SourceAccount", "aws:Nobody"
    ),
    "another service writes spans": _text(_LOG_POLICY, "TransactionSearch", "PolicyDocument", "xray.amazonaws.com", "es.amazonaws.com"),
    "X-Ray may delete spans": _text(_LOG_POLICY, "TransactionSearch", "PolicyDocument", "logs:PutLogEvents", "logs:DeleteLogStream"),
    "X-Ray writes into every log group": _text(_LOG_POLICY, "TransactionSearch", "PolicyDocument", "log-group:aws/spans:*", "log-group:*"),
    "a subscription carries spans away": adds(
        "AWS::Logs::SubscriptionFilter",
        {
            "LogGroupName": "aws/spans",
            "FilterPattern": "",
            "DestinationArn": f"arn:aws:logs:ap-southeast-2:{OTHER_ACCOUNT}:destination:theirs",
        },
        stack="AccountSecurityStack",
    ),
    # The way of telemetry
    "the endpoint of X-Ray is in nobody's subnet": sets(_ENDPOINT, "SubnetIds", [], of="VpcEndpointsXRay"),
    "the name of CloudWatch leads past its endpoint": sets(_ENDPOINT, "PrivateDnsEnabled", False, of="VpcEndpointsMonitoring"),
    "the endpoint is one of somebody else's service": sets(
        _ENDPOINT, "ServiceName", "com.amazonaws.vpce.ap-southeast-2.vpce-svc-0123456789abcdef0", of="VpcEndpointsXRay"
    ),
    # Dashboards of trading
    "a dashboard shows another environment": _query(_BUSINESS, 'sum(trading_equity_usd{environment="staging"})'),
    "a dashboard shows all environments": _query(_BUSINESS, "sum(trading_equity_usd)"),
    "a dashboard adds a metric that is nobody's": _query(
        _BUSINESS, 'sum(trading_equity_usd{environment="production"}) + sum(another_metric)'
    ),
    "a dashboard asks for everything but its environment": _query(
        _BUSINESS, 'sum(trading_equity_usd{environment="production"}) or sum(trading_equity_usd{environment!="production"})'
    ),
    "a chart is of another region": _widget(_BUSINESS, 1, {"region": "us-east-1"}),
    "a chart is of another account": _widget(_BUSINESS, 1, {"accountId": OTHER_ACCOUNT}),
    "a chart reads logs": _query(_BUSINESS, "SOURCE '/ecs/x' | fields @message", type="cloudwatch-logs", language="CWLI"),
    "a text has a picture that tells who looks": _widget(_BUSINESS, 0, {"markdown": "![x](https://example.com/x.png)"}),
    "a text leads to somebody else's page": _widget(_BUSINESS, 0, {"markdown": "[runbook](https://example.com/login)"}),
    "a text leads there as HTML": _widget(_BUSINESS, 0, {"markdown": '<a href="https://example.com">runbook</a>'}),
    "a widget runs a function": _another_widget(
        type="custom", properties={"endpoint": f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:function:theirs"}
    ),
    "a hidden variable makes another environment of this one": _body(_BUSINESS, variables=_TO_STAGING),
    "a hidden variable does so on the environment's own dashboard": _body(_OPERATIONS, variables=_TO_STAGING),
    "a dashboard shows a day of last year": _body(_BUSINESS, start="2025-01-01T00:00:00Z", end="2025-01-02T00:00:00Z"),
    "the environment's own dashboard shows a day of last year": _body(_OPERATIONS, start="2025-01-01T00:00:00Z"),
    "a graph calls a function": _another_widget(type="metric", properties={"metrics": [[{"expression": "LAMBDA('theirs')"}]]}),
    "a graph of the environment's own dashboard calls a function": _on_operations(
        '"metrics":[', """"metrics":[[{"expression":"LAMBDA('theirs')"}],"""
    ),
    "a graph shows another environment": _another_widget(
        type="metric",
        properties={"metrics": [["TradingBot/staging/trading", "trading_equity_usd", "environment", "staging"]]},
    ),
    "a graph searches the account": _another_widget(type="metric", properties={"metrics": [[{"expression": "SEARCH('trading', 'Sum')"}]]}),
    "a dashboard has a heading and nothing else": _only_heading,
    "equity is a number that nobody has": _query(_BUSINESS, f"{_EQUITY} * 0 + 1000000"),
    "equity is what it is not": _query(_BUSINESS, f"vector(1) or {_EQUITY}"),
    "equity is something else": _query(_BUSINESS, 'sum(trading_exposure_usd{environment="production"})'),
    "equity has a label that ends like the environment's": _query(_BUSINESS, 'sum(trading_equity_usd{not_environment="production"})'),
    "a chart has another's title": _widget(_BUSINESS, 1, {"title": "Realized profit"}),
    "the line of an alarm is elsewhere": _text(_DASHBOARD, _BUSINESS, "DashboardBody", '"value":0.1', '"value":0.9'),
    "a dashboard is another one's": sets(_DASHBOARD, "DashboardName", "somebody", of=_TRADING),
    "a dashboard shows what another one shows": _exchanged,
    "a dashboard is gone": removes(_DASHBOARD, of=_TRADING),
    "a dashboard is empty": sets(_DASHBOARD, "DashboardBody", '{"widgets": []}', of=_TRADING),
    "one dashboard more shows what it likes": _in_monitoring(_DASHBOARD, {"DashboardName": "x", "DashboardBody": '{"widgets": []}'}),
}
