"""Queries of Logs Insights in ministack: which lines they read, and what they answered."""

import uuid
from collections.abc import Mapping
from typing import Any

from ministack.services import cloudwatch_logs


def groups(parameters: Mapping[str, Any]) -> list[str]:
    """The names of the log groups that StartQuery names."""
    found: list[str] = cloudwatch_logs._resolve_query_log_groups(dict(parameters))  # noqa: SLF001 - StartQuery runs it itself
    return found


def exists(group: str) -> bool:
    """Whether there is such a log group."""
    return group in cloudwatch_logs._log_groups  # noqa: SLF001 - as above


def lines(names: list[str], start: int, end: int) -> list[dict[str, Any]]:
    """The lines of log groups between two seconds, oldest first; `@timestamp` is in milliseconds since the epoch."""
    found = cloudwatch_logs._collect_query_records(names, start, end)  # noqa: SLF001 - as above
    return [{**{name: value for name, value in each.items() if name[0] == "@"}, "@timestamp": each["_timestamp_ms"]} for each in found]


def keep(parameters: Mapping[str, Any], results: list[list[dict[str, str]]], statistics: Mapping[str, float]) -> str:
    """Stores what a query answered, for GetQueryResults; returns its id."""
    identifier = str(uuid.uuid4())
    names = ("logGroupName", "logGroupNames", "logGroupIdentifiers", "startTime", "endTime", "queryString")
    cloudwatch_logs._queries[identifier] = {  # noqa: SLF001 - as above
        "queryId": identifier,
        **{name: parameters.get(name, "" if name in ("logGroupName", "queryString") else []) for name in names},
        "status": "Complete",
        "results": results,
        "statistics": dict(statistics),
    }
    return identifier
