"""Observability has its price: by what the application sends, and beside it what another way would cost."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, resource
from tests.cost.account import with_account
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, amounts, estimated, line, money, units
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.observability import TITLES, is_observability
from tradingbot_infra.cost.quantities.telemetry import FIXED_LABELS, OF_EACH_TASK, Transport, points_a_minute, series
from tradingbot_infra.design.trading_metrics import TRADING_METRICS
from tradingbot_infra.templates import Assembly

USAGE = load_config("production").usage

OTLP = {"TRADING_METRICS": "otlp", "OTEL_METRICS_EXPORTER": "otlp", "OTEL_METRIC_EXPORT_INTERVAL": "60000"}
EMF = {"TRADING_METRICS": "emf", "OTEL_METRICS_EXPORTER": "none", "OTEL_METRIC_EXPORT_INTERVAL": "60000"}
TRACES = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"}
NAT = {"Nat": resource("AWS::EC2::NatGateway", {})}


def sending(*variables: Mapping[str, str], tasks: int = 2) -> dict[str, Any]:
    """A service whose container has variables."""
    environment = [{"Name": name, "Value": value} for each in variables for name, value in each.items()]
    task = {"Cpu": "256", "Memory": "512", "ContainerDefinitions": [{"Name": "app", "Environment": environment}, {"Name": "another"}]}
    service = {
        "LaunchType": "FARGATE",
        "TaskDefinition": {"Ref": "Task"},
        "DesiredCount": tasks,
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["a"]}},
    }
    return {"Task": resource("AWS::ECS::TaskDefinition", task), "Service": resource("AWS::ECS::Service", service)}


def endpoint(service: str) -> dict[str, Any]:
    """An interface endpoint in two zones."""
    name = f"com.amazonaws.ap-southeast-2.{service}"
    return resource("AWS::EC2::VPCEndpoint", {"ServiceName": name, "VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]})


def test_series_are_what_the_contracts_labels_allow() -> None:
    # Strategies and their counts by hand: 5 strategies, 3 exchanges, 10 symbols, 2 models, 20 routes of 4 statuses.
    of_strategies, of_exchanges = 5 * 5 + 5 * 10 + 5 * 3 * 4 + 5 * 2, 3 * 10 + 3 * 7 + 3 * 3
    alone, of_models, of_the_api = 3, 2 * 2, 2 + 20 * 4
    assert series(USAGE) == of_strategies + of_exchanges + alone + of_models + of_the_api == 294


def test_what_only_the_holder_of_the_lease_sends_is_counted_once() -> None:
    of_each = 1 + 1 + 2 + 80
    assert points_a_minute(USAGE, Decimal(1)) == 294
    assert points_a_minute(USAGE, Decimal(3)) == 294 + 2 * of_each


def test_every_label_of_the_contract_has_a_number_of_values() -> None:
    assert {metric.name for metric in TRADING_METRICS} >= OF_EACH_TASK
    labels = {label for metric in TRADING_METRICS for label in metric.labels}
    assert set(FIXED_LABELS) < labels
    assert labels - set(FIXED_LABELS) == {"strategy", "exchange", "symbol", "model", "route"}


def test_metrics_by_otlp_are_paid_by_volume() -> None:
    found = estimated(assembly_of(sending(OTLP)), AT_LIST)
    gib = Decimal(378) * 43_800 * 450 / 1024**3
    assert amounts(found)["cloudwatch.telemetry_otlp"] == gib
    assert money(found)["cloudwatch.telemetry_otlp"] == "4.65"
    assert "cloudwatch.telemetry_emf" not in amounts(found)


def test_values_twice_as_often_cost_twice_as_much() -> None:
    seldom, often = (estimated(assembly_of(sending({**OTLP, "OTEL_METRIC_EXPORT_INTERVAL": each})), AT_LIST) for each in ("60000", "30000"))
    assert amounts(often)["cloudwatch.telemetry_otlp"] == 2 * amounts(seldom)["cloudwatch.telemetry_otlp"]


def test_embedded_metrics_are_paid_by_the_metric_and_for_their_log() -> None:
    found = estimated(assembly_of(sending(EMF)), AT_LIST)
    assert amounts(found)["cloudwatch.telemetry_emf"] == len(TRADING_METRICS) + 5
    assert amounts(found)["logs.telemetry_emf"] == Decimal(2 * 43_800 * (len(TRADING_METRICS) + 5) * 60) / 1024**3
    assert not {"cloudwatch.telemetry_otlp", "cloudwatch.telemetry_promql"} & set(amounts(found))


def test_queries_of_the_api_have_no_price_and_are_named() -> None:
    found = estimated(assembly_of(sending(OTLP)), AT_LIST)
    (missing,) = found.unpriced
    assert (missing.key, missing.what) == (
        "cloudwatch.promql_million_samples",
        "CloudWatch: 3 million samples read by PromQL queries of the API",
    )
    assert estimated(assembly_of(sending(OTLP)), AT_LIST, expected_promql_million_samples=0).unpriced == ()


def test_spans_are_paid_for_as_far_as_they_are_sampled() -> None:
    found = estimated(assembly_of(sending(TRACES)), AT_LIST)
    gib = Decimal(1_250_000) * Decimal("0.1") * 8 * 2000 / 1024**3
    assert amounts(found)["xray.telemetry_spans"] == gib
    every = estimated(assembly_of(sending({**TRACES, "OTEL_TRACES_SAMPLER_ARG": "1"})), AT_LIST)
    assert amounts(every)["xray.telemetry_spans"] == 10 * gib
    assert "xray.telemetry_indexed" not in amounts(found)


def test_spans_that_are_indexed_beyond_the_free_share_are_paid_for() -> None:
    account = {"Search": resource("AWS::XRay::TransactionSearchConfig", {"IndexingPercentage": 11})}
    assert units(estimated(with_account(account, sending(TRACES)), AT_LIST), "xray.telemetry_indexed") == ["0.1"]


def test_spans_are_stored_as_long_as_the_account_keeps_them() -> None:
    kept = {"Spans": resource("Custom::SpanLog", {"RetentionInDays": 90})}
    months, ninety = (
        amounts(estimated(each, AT_LIST))["logs.telemetry_spans"]
        for each in (assembly_of(sending(TRACES)), with_account(kept, sending(TRACES)))
    )
    assert round(ninety, 9) == round(3 * months, 9) > 0


def test_telemetry_goes_through_nat_or_through_its_endpoints() -> None:
    by_nat = estimated(assembly_of({**sending(OTLP, TRACES), **NAT}), AT_LIST)
    sent = amounts(by_nat)["cloudwatch.telemetry_otlp"] + amounts(by_nat)["xray.telemetry_spans"]
    assert amounts(by_nat)["nat.telemetry"] == sent
    endpoints = {"XRay": endpoint("xray"), "Monitoring": endpoint("monitoring"), "Logs": endpoint("logs")}
    by_endpoint = estimated(assembly_of({**sending(OTLP, TRACES), **NAT, **endpoints}), AT_LIST)
    assert "nat.telemetry" not in amounts(by_endpoint)
    assert units(by_endpoint, "endpoints.telemetry_hours", "endpoints.hours") == ["2920", "1460"]
    assert amounts(by_endpoint)["endpoints.telemetry_data"] == sent


ENDPOINTS = {"XRay": endpoint("xray"), "Monitoring": endpoint("monitoring")}


def test_endpoints_of_telemetry_cost_their_hours_whether_or_not_a_service_sends() -> None:
    found = estimated(assembly_of(ENDPOINTS), AT_LIST)
    assert amounts(found) == {"endpoints.telemetry_hours": 4 * 730}


def test_two_services_share_the_endpoints_and_each_sends_its_own() -> None:
    one = sending(OTLP, TRACES)
    second = {"Worker": one["Service"]}
    alone, both = (estimated(assembly_of({**one, **more, **ENDPOINTS}), AT_LIST) for more in ({}, second))
    lines = [(each.quantity.id, each.units) for each in both.lines if each.quantity.id.startswith("endpoints.telemetry")]
    assert lines == [
        ("endpoints.telemetry_hours", 4 * 730),
        ("endpoints.telemetry_data", 2 * amounts(alone)["endpoints.telemetry_data"]),
    ]


def test_telemetry_takes_nothing_from_the_documents_sum() -> None:
    without = estimated(assembly_of({**sending(), **NAT}), AT_DOCUMENT)
    found = estimated(assembly_of({**sending(OTLP, TRACES), **NAT}), AT_DOCUMENT)
    assert money(found)["nat.data"] == money(without)["nat.data"]
    assert {key: amount for key, amount in money(found).items() if not is_observability(key)} == money(without)


def test_an_application_without_telemetry_costs_nothing_of_it() -> None:
    found = estimated(assembly_of({**sending({"TRADING_METRICS": "off", "OTEL_TRACES_EXPORTER": "none"}), **NAT}), AT_LIST)
    assert (found.observability, found.transports, found.unpriced) == ((), (), ())


def monitoring(**resources: Mapping[str, Any]) -> Assembly:
    """Resources of the monitoring stack, whose names begin with the construct that they are in: `TradingAlarms_One`."""
    found = assembly_of(MonitoringStack=resources)
    paths = {name: f"MonitoringStack/{name.replace('_', '/')}/Resource" for name in resources}
    return replace(found, stacks={"MonitoringStack": replace(found.stacks["MonitoringStack"], paths=paths)})


PROMQL = {"EvaluationCriteria": {"PromQLCriteria": {"Query": "trading_lease_held == 0"}}, "AlarmName": "p"}


HEARTBEAT = {"MetricName": "StrategyHeartbeats", "Dimensions": [{"Key": "Strategy", "Value": "$.strategy"}]}


def test_heartbeats_are_a_metric_for_each_strategy_that_writes() -> None:
    found = monitoring(TradingAlarms_Heartbeats=resource("AWS::Logs::MetricFilter", {"MetricTransformations": [HEARTBEAT]}))
    assert amounts(estimated(found, AT_LIST)) == {"cloudwatch.trading_heartbeats": 5}
    assert amounts(estimated(found, AT_LIST, expected_strategy_count=0)) == {"cloudwatch.trading_heartbeats": 1}
    plain = {"MetricName": "StrategyHeartbeats"}
    together = monitoring(TradingAlarms_Heartbeats=resource("AWS::Logs::MetricFilter", {"MetricTransformations": [plain]}))
    assert amounts(estimated(together, AT_LIST)) == {"cloudwatch.trading_heartbeats": 1}


def test_alarms_and_dashboards_of_trading_are_beside_those_of_the_document() -> None:
    found = estimated(
        monitoring(
            Alarms_Cpu=resource("AWS::CloudWatch::Alarm", {"AlarmName": "x", "MetricName": "CPUUtilization"}),
            Dashboard_One=resource("AWS::CloudWatch::Dashboard"),
            TradingAlarms_Drawdown=resource("AWS::CloudWatch::Alarm", PROMQL),
            TradingAlarms_Silent=resource("AWS::CloudWatch::Alarm", PROMQL),
            TradingAlarms_NoHeartbeat=resource("AWS::CloudWatch::Alarm", {"AlarmName": "h", "MetricName": "StrategyHeartbeats"}),
            TradingAlarms_Outage=resource("AWS::CloudWatch::CompositeAlarm"),
            TradingAlarms_Heartbeats=resource("AWS::Logs::MetricFilter", {"MetricTransformations": [HEARTBEAT]}),
            TradingDashboards_Business=resource("AWS::CloudWatch::Dashboard"),
            TradingDashboards_Users=resource("AWS::CloudWatch::Dashboard"),
        ),
        AT_LIST,
    )
    assert money(found) == {
        "cloudwatch.alarms.others": "0.10",
        "cloudwatch.dashboards": "3.00",
        "cloudwatch.trading_promql_alarms": "0.20",
        "cloudwatch.trading_alarms": "0.10",
        "cloudwatch.trading_composite": "0.50",
        "cloudwatch.trading_heartbeats": "1.50",
        "cloudwatch.trading_dashboards": "6.00",
    }
    assert {each.quantity.id for each in found.observability} == {key for key in money(found) if ".trading" in key}


def test_a_function_that_a_topic_calls_is_paid_by_the_message() -> None:
    function = resource("AWS::Lambda::Function", {"MemorySize": 128})
    subscription = resource("AWS::SNS::Subscription", {"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["Sender", "Arn"]}})
    found = estimated(assembly_of({"Sender": function, "Topic": subscription, "Other": function}), AT_LIST, expected_alarm_emails=200)
    assert units(found, "lambda.trading_messages", "lambda.time") == ["250", "1.25"]


@pytest.mark.parametrize("transport", list(Transport))
def test_each_way_of_sending_metrics_has_its_price(transport: Transport) -> None:
    found = {each.transport: each for each in estimated(assembly_of(sending(OTLP)), AT_LIST).transports}
    assert found[transport].chosen is (transport is Transport.OTLP)
    assert found[transport].title == TITLES[transport]
    assert found[transport].monthly > 0


def test_the_way_that_is_chosen_costs_what_its_lines_cost() -> None:
    for variables, lines in ((OTLP, ("cloudwatch.telemetry_otlp",)), (EMF, ("cloudwatch.telemetry_emf", "logs.telemetry_emf"))):
        found = estimated(assembly_of(sending(variables)), AT_LIST)
        (chosen,) = (each for each in found.transports if each.chosen)
        assert chosen.monthly == sum(line(found, each).monthly for each in lines)


def test_a_metric_for_each_strategy_and_symbol_would_cost_two_hundred_and_ten_dollars() -> None:
    """Fourteen metrics by 5 strategies and 10 symbols are 700 custom metrics; by volume a tenth of it."""
    of_a_metric = AT_LIST.chosen.prices["cloudwatch.custom_metric_month"].of(Decimal(14 * 5 * 10))
    by_volume = AT_LIST.chosen.prices["cloudwatch.otlp_gb"].of(Decimal(700) * 43_800 * 450 / 1024**3)
    assert (str(of_a_metric), str(by_volume)) == ("210.00", "8.61")


def test_the_token_that_pushes_to_a_workspace_of_grafana_is_an_editor_beside_people() -> None:
    workspace = assembly_of({"Grafana": resource("AWS::Grafana::Workspace", {})})
    assert money(estimated(workspace, AT_LIST)) == {"grafana.editors": "18.00", "grafana.viewers": "10.00"}
    assert money(estimated(workspace, AT_LIST, expected_grafana_editors=0, expected_grafana_viewers=0)) == {"grafana.editors": "9.00"}


def test_a_composite_alarm_and_a_scheduled_query_are_paid_for() -> None:
    found = estimated(
        assembly_of({"One": resource("AWS::CloudWatch::CompositeAlarm", {}), "Two": resource("AWS::Logs::ScheduledQuery", {})}), AT_LIST
    )
    assert money(found) == {"cloudwatch.trading_composite": "0.50", "logs.trading_summary": "0.03"}


@pytest.mark.parametrize(
    ("identifier", "is_one"),
    [
        ("xray.telemetry_spans", True),
        ("account.lambda.trading_messages", True),
        ("grafana.editors", True),
        ("endpoints.telemetry_hours@us-east-1", True),
        ("xray.traces", False),
        ("cloudwatch.alarms.others", False),
        ("nat.data", False),
    ],
)
def test_lines_of_observability_are_known_by_their_ids(identifier: str, is_one: bool) -> None:
    assert is_observability(identifier) is is_one
