"""What happened to an environment lately: events of stacks, service, scaling, data stores and alarms, and findings, in one time line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.failures import Unread, results
from tradingbot_infra.operations.live.findings import Found, access_findings, guardduty_findings, security_hub_findings
from tradingbot_infra.operations.live.scaling import resource_of
from tradingbot_infra.operations.live.service import read_service
from tradingbot_infra.operations.live.service_deployments import deployments_since
from tradingbot_infra.operations.live.stacks import existing_stacks
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.session import Session

KEPT = timedelta(days=14)
"""How long RDS and ElastiCache keep events (RDS and ElastiCache API, DescribeEvents), and less than CloudWatch keeps an alarm's."""

_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class Event:
    """One event: when, of which kind, about what, and in the service's own words."""

    at: datetime
    kind: str
    about: str
    words: str


Reader = Callable[[Session, EnvironmentConfig, datetime], Iterator[Event | str]]


def read_timeline(session: Session, config: EnvironmentConfig, *, since: datetime, unread: Callable[[str, str], None]) -> tuple[Event, ...]:
    """Every event since a moment, oldest first.

    `unread` is told of each kind that cannot be read, and why; the others are read all the same.
    """
    found: list[Event] = []
    for kind, reader in _READERS.items():
        for event in results(partial(reader, session, config, since), otherwise=_why):
            if isinstance(event, Event):
                found.append(event)
            else:
                unread(kind, event)
    return tuple(sorted(found, key=lambda event: event.at))


def _why(fact: Unread) -> Event | str:
    return fact.why


def _stacks(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    """What became of each stack as a whole, and each resource that failed; the others are hundreds."""
    for stack in existing_stacks(session, config):
        pages = session.in_region(stack.region).cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack.name)
        for event in (event for page in pages for event in page["StackEvents"]):  # the newest first
            if event["Timestamp"] < since:
                break
            status, reason = event.get("ResourceStatus", ""), event.get("ResourceStatusReason", "")
            whole = event.get("PhysicalResourceId") == event["StackId"] and event.get("ResourceType") == _STACK
            if whole or status.endswith("_FAILED"):
                about = stack.name if whole else f"{stack.name} {event.get('LogicalResourceId', '')}"
                yield Event(event["Timestamp"], "stack", about, f"{status} {reason}".strip())


def _service(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    """ECS keeps the newest hundred, and deployments for 90 days: of those that move traffic, the end with its reason."""
    try:
        service = read_service(session, config.names)
    except Missing:
        return
    for event in service.events:
        if event.at >= since:
            yield Event(event.at, "service", service.name, event.message.removeprefix(f"(service {service.name}) "))
    for deployment in deployments_since(session, config.names, since) if service.shifts_traffic else ():
        if deployment.ended_at:
            words = f"deployment {deployment.id} {deployment.status}: {deployment.reason or 'ECS gives no reason'}"
            yield Event(deployment.ended_at, "service", service.name, "; ".join((words, *map(_rang, deployment.alarms))))


def _rang(alarm: str) -> str:
    return f"{alarm} went to ALARM"


def _scaling(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    pages = session.autoscaling.get_paginator("describe_scaling_activities").paginate(
        ServiceNamespace="ecs", ResourceId=resource_of(config.names)
    )
    for activity in (activity for page in pages for activity in page["ScalingActivities"]):
        if activity["StartTime"] < since:
            return
        words = f"{activity['Description']} {activity['StatusCode']}: {activity['Cause']}"
        yield Event(activity["StartTime"], "scaling", config.names.service, words)


def _database(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    name = config.names.database
    pages = session.rds.get_paginator("describe_events").paginate(
        SourceIdentifier=name, SourceType="db-instance", StartTime=_kept(since), EndTime=datetime.now(UTC)
    )
    for event in (event for page in pages for event in page["Events"]):
        yield Event(event["Date"], "database", name, event.get("Message", ""))


def _redis(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    """Of the replication group and of its nodes, whose names begin like it."""
    name = config.names.redis
    pages = session.elasticache.get_paginator("describe_events").paginate(StartTime=_kept(since), EndTime=datetime.now(UTC))
    for event in (event for page in pages for event in page["Events"]):
        if event.get("SourceIdentifier", "").startswith(name) and event["Date"] >= since:
            yield Event(event["Date"], "redis", event.get("SourceIdentifier", ""), event.get("Message", ""))


def _alarms(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    """Of the environment, and of the account where this environment deploys its stacks."""
    prefixes = tuple(f"{names.prefix}-" for names in dict.fromkeys((config.names, *(stack.names for stack in config.stacks))))
    pages = session.cloudwatch.get_paginator("describe_alarm_history").paginate(
        HistoryItemType="StateUpdate", StartDate=since, EndDate=datetime.now(UTC)
    )
    for item in (item for page in pages for item in page["AlarmHistoryItems"]):
        if item.get("AlarmName", "").startswith(prefixes) and item["Timestamp"] >= since:
            yield Event(item["Timestamp"], "alarm", item["AlarmName"], item.get("HistorySummary", ""))


def _findings(session: Session, config: EnvironmentConfig, since: datetime) -> Iterator[Event | str]:
    """Of the account, which all its environments share. One service that cannot be read hides no other."""
    account = config.account
    if account.account_security == "none":
        return
    for part, read in (
        (account.guardduty, guardduty_findings),
        (account.security_hub, security_hub_findings),
        (account.access_analyzer, access_findings),
    ):
        if part != "off":
            for found in results(partial(read, session, since), otherwise=_why_not_found):
                yield Event(found.at, "finding", found.about, found.words) if isinstance(found, Found) else found


def _why_not_found(fact: Unread) -> Found | str:
    return fact.why


def _kept(since: datetime) -> datetime:
    """A request from before what the service keeps is refused."""
    return max(since, datetime.now(UTC) - KEPT + timedelta(minutes=1))


_READERS: Mapping[str, Reader] = {
    "stack": _stacks,
    "service": _service,
    "scaling": _scaling,
    "database": _database,
    "redis": _redis,
    "alarm": _alarms,
    "finding": _findings,
}
