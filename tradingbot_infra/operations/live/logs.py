"""Lines of a log group, once or as they arrive."""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tradingbot_infra.design.log_lines import STREAM_PREFIX
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.services import API
from tradingbot_infra.errors import NotAnswered, UserError, quoted
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import FilterLogEventsRequestPaginateTypeDef

SOURCES: dict[str, Callable[[Names], str]] = {
    "application": lambda names: names.container_log_group,
    "flow": lambda names: names.flow_log_group,
    "waf": lambda names: names.web_acl_log_group,
    "scans": lambda names: names.scan_results_log_group,
    "database": lambda names: names.database_log_group("postgresql"),
    "redis": lambda names: names.redis_log_group("engine-log"),
}
"""What a person may ask for, and the log group that holds it."""

_LATE = timedelta(seconds=60)
"""How long after its time a line may still arrive; CloudWatch Logs usually shows lines within seconds."""

_LONGEST = timedelta(days=3653)
"""The longest retention of a log group (CloudWatch Logs API, PutRetentionPolicy)."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class LogLine:
    """One log line."""

    at: datetime
    stream: str
    message: str


@dataclass(frozen=True)
class Wanted:
    """Which lines of a log group: those that match one of the filter patterns, from streams whose names begin so.

    An empty pattern matches every line, as an empty `streams` does every stream.
    """

    group: str
    patterns: tuple[str, ...] = ("",)
    streams: str = ""


def period(text: str) -> timedelta:
    """`90s`, `10m`, `2h` or `1d` as a period.

    Raises UserError for anything else.
    """
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if not match:
        raise UserError(f"{quoted(text)}: is not a period; allowed: a number with s, m, h or d, such as 10m")
    found = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if found > _LONGEST:
        raise UserError(f"{text}: is longer than CloudWatch Logs keeps anything; allowed: up to {_LONGEST.days}d")
    return found


def streams_of_task(task: str) -> str:
    """How the log stream of a task begins (ECS API, LogConfiguration, awslogs-stream-prefix)."""
    return f"{STREAM_PREFIX}/{API.container}/{task}"


def lines(session: Session, wanted: Wanted, *, since: datetime) -> Iterator[LogLine]:
    """The lines from a time on, oldest first.

    Raises NotAnswered when the group does not exist, UserError when a pattern cannot be read.
    """
    for _, line in _events(session, wanted, since=since):
        yield line


def follow(session: Session, wanted: Wanted, *, since: datetime, wait: Callable[[], None]) -> Iterator[LogLine]:
    """As `lines`, and then each new line as it arrives, endlessly. `wait` pauses between two requests."""
    seen: dict[str, datetime] = {}
    while True:
        for identifier, line in _events(session, wanted, since=since):
            if identifier not in seen:
                seen[identifier] = line.at
                yield line
        if seen:
            since = max(since, max(seen.values()) - _LATE)
            seen = {identifier: at for identifier, at in seen.items() if at >= since}
        wait()


def log_group_keys(session: Session, groups: Iterable[str]) -> Mapping[str, bool]:
    """Whether each of these log groups has a customer managed KMS key; a group that does not exist is missing here."""
    keys: dict[str, bool] = {}
    for name in sorted(set(groups)):
        for page in session.logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
            keys |= {group["logGroupName"]: bool(group.get("kmsKeyId")) for group in page["logGroups"] if group["logGroupName"] == name}
    return keys


def _events(session: Session, wanted: Wanted, *, since: datetime) -> Iterator[tuple[str, LogLine]]:
    """Events with their ids. CloudWatch Logs takes one pattern a request, so the answers to several are merged by time."""
    found = [_matching(session, wanted, pattern, since=since) for pattern in wanted.patterns]
    return heapq.merge(*found, key=lambda event: event[1].at)


def _matching(session: Session, wanted: Wanted, pattern: str, *, since: datetime) -> Iterator[tuple[str, LogLine]]:
    group = wanted.group
    asked: FilterLogEventsRequestPaginateTypeDef = {
        "logGroupName": group,
        "startTime": int(since.timestamp() * 1000),
        "filterPattern": pattern,
    }
    if wanted.streams:  # the API refuses an empty prefix
        asked["logStreamNamePrefix"] = wanted.streams
    pages = session.logs.get_paginator("filter_log_events").paginate(**asked)
    try:
        for page in pages:
            for event in page["events"]:
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                yield event["eventId"], LogLine(at, event["logStreamName"], event["message"].rstrip("\n"))
    except session.logs.exceptions.ResourceNotFoundException:
        raise NotAnswered(
            f"{group}: there is no such log group in {session.region}; nothing has written it, or nothing is deployed"
        ) from None
    except session.logs.exceptions.InvalidParameterException as error:
        reason = " ".join(str(error.response["Error"].get("Message", "")).split())
        raise UserError(f"{pattern}: CloudWatch Logs cannot read this filter pattern: {reason}") from None
