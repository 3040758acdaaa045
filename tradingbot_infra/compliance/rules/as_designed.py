"""Rules for resources that the design states as a whole: alarms, AWS WAF, and what reads logs."""

from collections.abc import Callable, Iterator

from tradingbot_infra.compliance.expected.alarms import ALARM, alarms
from tradingbot_infra.compliance.expected.logs import LOG_GROUP, METRIC_FILTER, QUERY_DEFINITION, SCHEDULED_QUERY, log_groups, log_readers
from tradingbot_infra.compliance.expected.resource import Expected, compared
from tradingbot_infra.compliance.expected.trading_alarms import COMPOSITE
from tradingbot_infra.compliance.expected.web_acl import ASSOCIATION, LOGGING, WEB_ACL, web_acl_resources
from tradingbot_infra.compliance.observe import not_assessed, seen
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import STACK_TYPE, Assembly, Resource

_FIX = "Change it back. If the design changes, change its statement in compliance/expected/ as well."


def _judged(resource: Resource, assembly: Assembly, stated: Callable[[EnvironmentConfig], Iterator[Expected]]) -> Iterator[Observation]:
    """Without settings nothing is stated."""
    if assembly.config is not None:
        yield from compared(resource, stated(assembly.config), assembly)


@rule(
    "cw.as_designed",
    ALARM,
    COMPOSITE,
    STACK_TYPE,
    title="Every alarm of the design is there, and each watches, compares and notifies as the design says",
    fix=_FIX,
)
def alarms_as_designed(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _judged(resource, assembly, alarms)


@rule(
    "waf.as_designed",
    WEB_ACL,
    ASSOCIATION,
    LOGGING,
    STACK_TYPE,
    title="The web ACL, what it protects and what it logs are exactly as the design says",
    fix=_FIX,
)
def web_acl_as_designed(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _judged(resource, assembly, web_acl_resources)


@rule(
    "logs.as_designed",
    LOG_GROUP,
    METRIC_FILTER,
    QUERY_DEFINITION,
    SCHEDULED_QUERY,
    STACK_TYPE,
    title="Every log group, metric filter and saved query of the design is there, and each filter counts what the design says",
    fix=_FIX,
)
def logs_as_designed(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == LOG_GROUP:
        yield from _named(resource, assembly)
        return
    yield from _judged(resource, assembly, log_readers)
    if resource.type == STACK_TYPE:
        yield from _judged(resource, assembly, log_groups)


def _named(group: Resource, assembly: Assembly) -> Iterator[Observation]:
    """A stack for which groups are stated has no others; what each holds is in the tables of compliance/allowed."""
    stated = [each for each in log_groups(assembly.config) if each.stack == group.stack] if assembly.config else []
    if not stated:
        return
    where, name = "Properties.LogGroupName", group.properties.get("LogGroupName")
    if any(each.names(group) for each in stated):
        yield seen(where, name, True, "a name that the design has")
    else:
        yield not_assessed(where, name, "a name that compliance/expected names")
