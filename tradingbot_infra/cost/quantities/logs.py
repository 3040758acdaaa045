"""CloudWatch Logs: ingestion, storage until logs expire, and queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import DAYS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::Logs::LogGroup", "AWS::EC2::FlowLog", "AWS::WAFv2::LoggingConfiguration", "AWS::Logs::QueryDefinition")

SERVICE = "CloudWatch Logs"

COMPRESSED = Decimal("0.15")
"""Share of its size that a log takes once stored (CloudWatch pricing, the estimate of its own examples)."""

ENHANCED_MONITORING_DAYS = 30
"""Retention of RDSOSMetrics, a log group that RDS creates and no template names (RDS User Guide, "Enhanced Monitoring")."""

_FREE = "AWS gives every account 5 GB a month of logs written, stored and scanned, not deducted here."
_STORED = "After the first retention period; less before."


@dataclass(frozen=True)
class _Kind:
    """Log groups that share an assumption. `vended` logs are written by AWS services at a separate price."""

    line: str
    what: str
    setting: str
    vended: bool = False


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "/ecs/": _Kind("application", "Logs of the application", "expected_log_gib"),
        "/aws/vpc/": _Kind("flow", "VPC flow log", "expected_flow_log_gib", vended=True),
        "aws-waf-logs-": _Kind("waf", "Log of AWS WAF", "expected_waf_log_gib", vended=True),
        "/aws/rds/": _Kind("data", "Logs of RDS and Redis", "expected_data_log_gib"),
        "/aws/elasticache/": _Kind("data", "Logs of RDS and Redis", "expected_data_log_gib"),
        "/aws/ecs/containerinsights/": _Kind("container_insights", "Log of Container Insights", "expected_container_insights_gib"),
        "/aws/vendedlogs/states/": _Kind("states", "Log of Step Functions", "expected_state_machine_log_gib", vended=True),
        "/aws/cloudtrail/": _Kind("trail", "Events of CloudTrail", "expected_trail_log_gib"),
        "/aws/events/": _Kind("other", "Scan results and the stack's own function", "expected_other_log_gib"),
        "/aws/lambda/": _Kind("other", "Scan results and the stack's own function", "expected_other_log_gib"),
    }
)
"""The kind of a log group by the beginning of its name."""


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """A line for the ingestion of each kind of group, one for the storage of all of them, one for queries."""
    by_kind = _by_kind(assembly)
    written = {kind: Decimal(getattr(usage, kind.setting)) for kind in by_kind}
    for kind, groups in by_kind.items():
        yield _ingested(kind, written[kind], groups)
    stored = sum((written[kind] * _days(groups) for kind, groups in by_kind.items()), Decimal(0))
    monitored = [instance for instance in assembly.of_type("AWS::RDS::DBInstance") if instance.properties.get("MonitoringInterval")]
    if monitored:
        yield _enhanced_monitoring(usage, monitored)
        stored += usage.expected_enhanced_monitoring_gib * ENHANCED_MONITORING_DAYS
    if by_kind:
        every = [group for groups in by_kind.values() for group in groups]
        kept = Quantity(id="logs.storage", what="Stored, compressed", price="logs.storage_gb_month", amount=stored / DAYS * COMPRESSED)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, kept, of=every, note=_STORED)
        scanned = Quantity(id="logs.queries", what="Scanned by queries", price="logs.insights_gb", amount=usage.expected_query_gib)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, scanned, of=assembly.of_type("AWS::Logs::QueryDefinition"))


def unassumed(assembly: Assembly) -> tuple[Resource, ...]:
    """Log groups for which there is no assumption, and flow or web ACL logs that are not sent to a log group."""
    groups = [group for group in assembly.of_type("AWS::Logs::LogGroup") if _kind(group) is None]
    flows = [log for log in assembly.of_type("AWS::EC2::FlowLog") if log.properties.get("LogDestinationType") != "cloud-watch-logs"]
    acls = [
        log
        for log in assembly.of_type("AWS::WAFv2::LoggingConfiguration")
        if not all(":log-group:" in str(destination) for destination in log.properties["LogDestinationConfigs"])
    ]
    return (*groups, *flows, *acls)


def _by_kind(assembly: Assembly) -> dict[_Kind, list[Resource]]:
    found: dict[_Kind, list[Resource]] = {}
    for group in assembly.of_type("AWS::Logs::LogGroup"):
        kind = _kind(group)
        if kind:
            found.setdefault(kind, []).append(group)
    return found


def _kind(group: Resource) -> _Kind | None:
    name = str(group.properties.get("LogGroupName", ""))
    return next((kind for prefix, kind in _KINDS.items() if name.startswith(prefix)), None)


def _ingested(kind: _Kind, gib: Decimal, groups: list[Resource]) -> BilledItem:
    part = Part.DOCUMENT if kind.line == "application" else Part.NOT_IN_DOCUMENT
    price = "logs.vended_gb" if kind.vended else "logs.ingest_gb"
    quantity = Quantity(id=f"logs.{kind.line}", what=kind.what, price=price, amount=gib)
    return counted(part, SERVICE, quantity, of=groups, note=_FREE if part is Part.DOCUMENT else "")


def _enhanced_monitoring(usage: UsageConfig, monitored: list[Resource]) -> BilledItem:
    quantity = Quantity(
        id="logs.enhanced_monitoring", what="RDS enhanced monitoring", price="logs.ingest_gb", amount=usage.expected_enhanced_monitoring_gib
    )
    return counted(Part.NOT_IN_DOCUMENT, SERVICE, quantity, of=monitored)


def _days(groups: list[Resource]) -> int:
    """A group without retention keeps logs forever; ten years are assumed."""
    return max(int(group.properties.get("RetentionInDays", 3653)) for group in groups)
