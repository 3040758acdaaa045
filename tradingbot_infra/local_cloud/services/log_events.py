"""CloudWatch Logs' FilterLogEvents, page by page.

A token is the time of the last event that was read, and how many events of that time have been read.
"""

import re
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.filter_patterns import Matches, matcher
from tradingbot_infra.local_cloud.services.operation import Call

_MOST_EVENTS = 10_000
_Event = dict[str, Any]
_TOKEN = re.compile(r"(\d+)/(\d+)")


async def filter_events(call: Call) -> dict[str, Any]:
    """FilterLogEvents, with `nextToken`, `logStreamNamePrefix` and the patterns of filter_patterns."""
    matches = matcher(call.parameters.get("filterPattern", ""))
    start, shown = _place(call.parameters)
    # ministack returns at most 10,000 events, so those beyond that number at one millisecond are lost.
    found = (await call.ministack(**{**await _streams(call), **start, "limit": _MOST_EVENTS}))["events"]
    page, read = _page(found[shown:], matches, call.parameters.get("limit", _MOST_EVENTS))
    more = shown + len(read) < len(found) or (len(found) == _MOST_EVENTS and len(read) > 0)
    token = {"nextToken": _token(read, start, shown)} if more else {}
    return {"events": page, "searchedLogStreams": [], **token}


def _invalid(message: str) -> LocalApiError:
    return LocalApiError("InvalidParameterException", message)


def _page(events: list[_Event], matches: Matches, limit: int) -> tuple[list[_Event], list[_Event]]:
    """The first events that match, and all that were read to find them."""
    page: list[_Event] = []
    for number, event in enumerate(events, 1):
        if matches(event["message"]):
            page.append(event)
        if len(page) == limit:
            return page, events[:number]
    return page, events


def _place(parameters: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """The time from which to read, and how many events of exactly that time to skip."""
    token = parameters.get("nextToken")
    if token is None:
        return {"startTime": parameters["startTime"]} if "startTime" in parameters else {}, 0
    named = _TOKEN.fullmatch(token)
    if named is None:
        raise _invalid("The specified nextToken is invalid.")
    return {"startTime": int(named[1])}, int(named[2])


def _token(read: list[_Event], start: Mapping[str, int], shown: int) -> str:
    last = read[-1]["timestamp"]
    at_that_time = sum(event["timestamp"] == last for event in read)
    before = shown if start.get("startTime") == last else 0
    return f"{last}/{before + at_that_time}"


async def _streams(call: Call) -> dict[str, Any]:
    """The parameters for ministack, which knows streams by their full names only."""
    ours = ("filterPattern", "logStreamNamePrefix", "nextToken")
    parameters = {name: value for name, value in call.parameters.items() if name not in ours}
    prefix = call.parameters.get("logStreamNamePrefix")
    if prefix is None:
        return parameters
    if "logStreamNames" in parameters:
        raise _invalid("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")
    group = {name: parameters[name] for name in ("logGroupName", "logGroupIdentifier") if name in parameters}
    found = (await call.ask("logs", "DescribeLogStreams", **group, logStreamNamePrefix=prefix))["logStreams"]
    # Without names ministack would search every stream, so a prefix without streams becomes a name without one.
    return {**parameters, "logStreamNames": [stream["logStreamName"] for stream in found] or [prefix]}
