"""Scheduled queries: run when their schedule says, with their role's rights; what they answer becomes an object of S3.

The time until a run is divided by the time scale; what a query reads is not. Names and content of the objects are ours: AWS's pages do
not show them. Source: CloudWatch Logs API Reference, CreateScheduledQuery, GetScheduledQueryHistory.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services import windows
from tradingbot_infra.local_cloud.services.insights import engine
from tradingbot_infra.local_cloud.services.operation import Call

_logger = logging.getLogger("scheduled_queries")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_DAY = re.compile(r"\b[1-7]\b")
_S3 = re.compile(r"s3://([^/]+)/?(.*)")
_SETTINGS = (
    *("name", "description", "queryLanguage", "queryString", "logGroupIdentifiers", "scheduleExpression", "timezone", "startTimeOffset"),
    *("endTimeOffset", "destinationConfiguration", "scheduleStartTime", "scheduleEndTime", "executionRoleArn"),
)
_DEFAULT_OFFSET = 3600
_queries: dict[str, dict[str, Any]] = scopes.by_account_and_region()
"""ARN -> what GetScheduledQuery shows, and the history of its runs."""


async def create(call: Call) -> dict[str, Any]:
    """CreateScheduledQuery."""
    given = call.parameters
    if any(one["name"] == given["name"] for one in _queries.values()):
        raise LocalApiError("ConflictException", f"A scheduled query named {given['name']} already exists")
    arn = scopes.arn("logs", f"scheduled-query:{uuid.uuid4()}")
    _keep(arn, given, {"creationTime": _now(), "history": []})
    background.spawn(_follow(background.from_here(call.ask), arn, _queries[arn]))
    return {"scheduledQueryArn": arn, "state": _queries[arn]["state"]}


async def update(call: Call) -> dict[str, Any]:
    """UpdateScheduledQuery."""
    record = _found(call)
    arn = record["scheduledQueryArn"]
    _keep(arn, {"name": record["name"], **call.parameters}, {name: record[name] for name in ("creationTime", "history")})
    background.spawn(_follow(background.from_here(call.ask), arn, _queries[arn]))
    return _shown(_queries[arn])


async def get(call: Call) -> dict[str, Any]:
    """GetScheduledQuery."""
    return _shown(_found(call))


async def delete(call: Call) -> dict[str, Any]:
    """DeleteScheduledQuery."""
    _queries.pop(_found(call)["scheduledQueryArn"])
    return {}


async def list_all(_call: Call) -> dict[str, Any]:
    """ListScheduledQueries."""
    names = ("scheduledQueryArn", "name", "state", "scheduleExpression", "timezone", "destinationConfiguration", "creationTime")
    return {"scheduledQueries": [{name: one[name] for name in names if name in one} for one in _queries.values()]}


async def history(call: Call) -> dict[str, Any]:
    """GetScheduledQueryHistory: the runs within a time."""
    record, given = _found(call), call.parameters
    runs = [one for one in record["history"] if given["startTime"] <= one["triggeredTimestamp"] <= given["endTime"]]
    return {"name": record["name"], "scheduledQueryArn": record["scheduledQueryArn"], "triggerHistory": runs}


async def run(ask: Ask, record: dict[str, Any], at: datetime) -> None:
    """Runs a query once, and writes its answer; what failed is in its history."""
    entry: dict[str, Any] = {"queryId": "", "triggeredTimestamp": _now(), "executionStatus": "Complete", "destinations": []}
    try:
        entry["queryId"], results = await _answer(ask, record, at)
        place = await _write(ask, record, at, entry["queryId"], results)
        entry["destinations"] = [{"destinationType": "S3", "destinationIdentifier": place, "status": "COMPLETE"}]
    except (DeniedError, LocalApiError) as error:
        _logger.warning("Scheduled query %s: %s", record["name"], error)
        entry |= {"executionStatus": "Failed", "errorMessage": str(error)}
    record["history"].append(entry)


async def _answer(ask: Ask, record: Mapping[str, Any], at: datetime) -> tuple[str, Any]:
    role = ExecutionRole(record["executionRoleArn"], "scheduled-query", ask)
    for group in record.get("logGroupIdentifiers", []):
        arn = group if group.startswith("arn:") else scopes.arn("logs", f"log-group:{group}:*")
        await role.check("logs:StartQuery", arn)
        await role.check("logs:GetQueryResults", arn)
    started = await ask(
        "logs",
        "StartQuery",
        queryString=record["queryString"],
        queryLanguage=record["queryLanguage"],
        logGroupIdentifiers=record.get("logGroupIdentifiers", []),
        startTime=int(at.timestamp()) - record.get("startTimeOffset", _DEFAULT_OFFSET),
        endTime=int(at.timestamp()) - record.get("endTimeOffset", 0),
    )
    found = await ask("logs", "GetQueryResults", queryId=started["queryId"])
    return str(started["queryId"]), found["results"]


async def _write(ask: Ask, record: Mapping[str, Any], at: datetime, query_id: str, results: Any) -> str:
    destination = record.get("destinationConfiguration", {}).get("s3Configuration")
    if destination is None:
        return ""
    found = _S3.fullmatch(destination["destinationIdentifier"])
    if found is None:
        raise LocalApiError("InvalidParameterException", f"{destination['destinationIdentifier']} is no address of S3")
    bucket, prefix = found[1], f"{found[2].rstrip('/')}/" if found[2] else ""
    key = f"{prefix}{at:%Y-%m-%dT%H-%M-%SZ}-{query_id}.json"
    account, _ = scopes.current()
    role = ExecutionRole(destination["roleArn"], "scheduled-query", ask)
    await role.check("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}", {"aws:ResourceAccount": account})
    rows = [{each["field"]: each["value"] for each in row} for row in results]
    body = json.dumps({"scheduledQueryArn": record["scheduledQueryArn"], "queryId": query_id, "results": rows}).encode()
    await ask("s3", "PutObject", Bucket=bucket, Key=key, Body=body)
    return f"s3://{bucket}/{key}"


async def _follow(ask: Ask, arn: str, record: dict[str, Any]) -> None:
    """Runs a query at every time of its schedule, until it is changed or deleted."""
    at = datetime.now(ZoneInfo(record["timezone"]))
    while (after := windows.next_begin(_five_fields(record["scheduleExpression"]), at)) is not None:
        await clock.sleep((after - at).total_seconds())
        if _queries.get(arn) is not record:
            return
        if record["state"] == "ENABLED":
            await run(ask, record, datetime.now(UTC))
        at = after


def _five_fields(expression: str) -> str:
    """AWS's cron without its year, and with days of the week from 0 on. Raises LocalApiError for another expression."""
    found = _CRON.fullmatch(expression)
    five = "" if found is None else " ".join((*found.groups()[:4], _DAY.sub(lambda day: str(int(day[0]) - 1), found[5])))
    if not five or not windows.can_be_read(five):
        raise LocalApiError("ValidationException", f"The local cloud cannot read the schedule {expression}")
    return five


def _keep(arn: str, given: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    _five_fields(given["scheduleExpression"])
    if given["queryLanguage"] != "CWLI":
        raise LocalApiError("ValidationException", f"The local cloud does not read {given['queryLanguage']}")
    engine.run(given["queryString"], [], None)
    _queries[arn] = {
        "scheduledQueryArn": arn,
        "timezone": "UTC",
        **{name: given[name] for name in _SETTINGS if name in given},
        "state": given.get("state", "ENABLED"),
        "lastUpdatedTime": _now(),
        **more,
    }


def _found(call: Call) -> dict[str, Any]:
    wanted = call.parameters["identifier"]
    for arn, record in _queries.items():
        if wanted in (arn, record["name"]):
            return record
    raise LocalApiError("ResourceNotFoundException", f"There is no scheduled query {wanted}")


def _shown(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "history"}


def _now() -> int:
    return int(time.time() * 1000)


OPERATIONS = {
    "CreateScheduledQuery": create,
    "DeleteScheduledQuery": delete,
    "GetScheduledQuery": get,
    "GetScheduledQueryHistory": history,
    "ListScheduledQueries": list_all,
    "UpdateScheduledQuery": update,
}
"""API name -> the function that answers it."""
