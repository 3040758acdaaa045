"""Observability: what traces, metrics of trading and their alarms, dashboards and summaries cost, a line for each.

Every line's id has `telemetry` or `trading` in it, or is Grafana's: `cost` shows them together (cost/observability.py).
"""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import DAYS, HOURS, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.cost.portions import everywhere
from tradingbot_infra.cost.quantities.logs import COMPRESSED
from tradingbot_infra.cost.quantities.telemetry import (
    Sender,
    Transport,
    emf_gib,
    emf_metrics,
    otlp_gib,
    senders,
    sent_gib,
    spans,
    spans_gib,
)
from tradingbot_infra.cost.quantities.vpc_endpoints import TELEMETRY_SERVICES, interface_endpoints
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::CloudWatch::CompositeAlarm", "AWS::Grafana::Workspace", "AWS::Logs::ScheduledQuery")

FREE_INDEXED_PERCENT = Decimal(1)
"""Share of spans that is indexed at no charge (CloudWatch User Guide, "Enable transaction search")."""

SPAN_LOG_DAYS = 30
"""Retention of the spans' log group where no template says it: another environment's stack keeps it for the whole account."""

TOKENS = 1
"""Editors of a workspace beside people: the service account whose token pushes dashboards. AWS bills one at least."""

_SPANS = "Sources disagree: 0.35 or 0.50 a GB in us-east-1. The dearer is counted."
_OTLP = "AWS names no price for Sydney. Queries in the console and in dashboards are free; those of Grafana and of verbs are not."
_EMF = "AWS gives every account ten custom metrics, not deducted here."
_PROMQL = "AWS bills queries of the API by millions of samples that they read, at a price that no public source has."
_GRAFANA = "Whoever uses the API with a token of a service account counts as a user: `dashboards push` as an editor."
_SUMMARY = "The log of each day is read once."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Metrics, traces, their way to AWS, and what is made of them."""
    sending = senders(assembly, usage)
    for sender in sending:
        yield from _metrics(sender, usage)
        if sender.traces:
            yield from _traces(assembly, sender, usage)
    yield from _way(assembly, sum((sent_gib(sender, usage) for sender in sending), Decimal(0)))
    yield from _composite_alarms(assembly)
    yield from _grafana(assembly, usage)
    queries = assembly.of_type("AWS::Logs::ScheduledQuery")
    if queries:
        yield _line(
            "CloudWatch Logs",
            "logs.trading_summary",
            "Scanned by scheduled queries",
            "logs.insights_gb",
            usage.expected_log_gib,
            queries,
            _SUMMARY,
        )


def _metrics(sender: Sender, usage: UsageConfig) -> Iterator[BilledItem]:
    of = (sender.service,)
    if sender.transport is Transport.OTLP:
        gib = otlp_gib(sender, usage)
        yield _line("CloudWatch", "cloudwatch.telemetry_otlp", "Metrics of trading by OTLP", "cloudwatch.otlp_gb", gib, of, _OTLP)
        queried = Decimal(usage.expected_promql_million_samples)
        what = f"{shown(queried)} million samples read by PromQL queries of the API"
        yield _line("CloudWatch", "cloudwatch.telemetry_promql", what, "cloudwatch.promql_million_samples", queried, of, _PROMQL)
    if sender.transport is Transport.EMF:
        metrics = Decimal(emf_metrics(usage))
        yield _line(
            "CloudWatch",
            "cloudwatch.telemetry_emf",
            "Metrics of trading by embedded metric format",
            "cloudwatch.custom_metric_month",
            metrics,
            of,
            _EMF,
        )
        yield _line("CloudWatch Logs", "logs.telemetry_emf", "Log lines that carry them", "logs.ingest_gb", emf_gib(sender, usage), of)


def _traces(assembly: Assembly, sender: Sender, usage: UsageConfig) -> Iterator[BilledItem]:
    of, gib = (sender.service,), spans_gib(sender, usage)
    yield _line("X-Ray", "xray.telemetry_spans", "Spans of traces", "xray.span_gb", gib, of, _SPANS)
    stored = gib * _span_days(assembly) / DAYS * COMPRESSED
    yield _line("CloudWatch Logs", "logs.telemetry_spans", "Spans stored, compressed", "logs.storage_gb_month", stored, of)
    beyond = max(_indexed_percent(assembly) - FREE_INDEXED_PERCENT, Decimal(0))
    indexed = spans(sender, usage) * beyond / 100
    yield _line("X-Ray", "xray.telemetry_indexed", "Spans indexed beyond the free share", "xray.indexed_spans_1m", indexed, of)


def _way(assembly: Assembly, gib: Decimal) -> Iterator[BilledItem]:
    """Telemetry of all services goes through the endpoints of the VPC, which cost their hours also without it, else through NAT."""
    endpoints, gateways = interface_endpoints(assembly, *TELEMETRY_SERVICES), assembly.of_type("AWS::EC2::NatGateway")
    if endpoints:
        zones = sum(len(endpoint.properties["SubnetIds"]) for endpoint in endpoints)
        what = f"{plural(len(endpoints), 'endpoint')} for telemetry, {zones} with their zones"
        yield _line("VPC endpoints", "endpoints.telemetry_hours", what, "vpc_endpoint.interface_hour", zones * HOURS, endpoints)
        yield _line("VPC endpoints", "endpoints.telemetry_data", "Traces and metrics", "vpc_endpoint.gb", gib, endpoints)
    elif gateways:
        yield _line("NAT", "nat.telemetry", "Traces and metrics through NAT", "nat_gateway.gb", gib, gateways)


def _composite_alarms(assembly: Assembly) -> Iterator[BilledItem]:
    found = assembly.of_type("AWS::CloudWatch::CompositeAlarm")
    if found:
        what = plural(len(found), "composite alarm")
        yield _line("CloudWatch", "cloudwatch.trading_composite", what, "cloudwatch.composite_alarm_month", Decimal(len(found)), found)


def _grafana(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    for workspace in assembly.of_type("AWS::Grafana::Workspace"):
        editors, viewers = Decimal(usage.expected_grafana_editors + TOKENS), Decimal(usage.expected_grafana_viewers)
        yield _line(
            "Managed Grafana",
            "grafana.editors",
            "Editors, and the token that pushes",
            "grafana.editor_month",
            editors,
            (workspace,),
            _GRAFANA,
        )
        yield _line("Managed Grafana", "grafana.viewers", "Viewers", "grafana.viewer_month", viewers, (workspace,))


def _span_days(assembly: Assembly) -> int:
    kept = [each.properties.get("RetentionInDays") for each in everywhere(assembly).of_type("Custom::SpanLog")]
    return max((int(days) for days in kept if days is not None), default=SPAN_LOG_DAYS)


def _indexed_percent(assembly: Assembly) -> Decimal:
    searched = everywhere(assembly).of_type("AWS::XRay::TransactionSearchConfig")
    return max((Decimal(str(each.properties.get("IndexingPercentage", 1))) for each in searched), default=FREE_INDEXED_PERCENT)


def _line(service: str, line: str, what: str, price: str, amount: Decimal, of: tuple[Resource, ...], note: str = "") -> BilledItem:
    return counted(Part.NOT_IN_DOCUMENT, service, Quantity(id=line, what=what, price=price, amount=amount), of=of, note=note)
