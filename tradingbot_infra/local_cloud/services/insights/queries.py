"""StartQuery, in the language of Logs Insights. A query is complete at once."""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import queries
from tradingbot_infra.local_cloud.services.insights import engine
from tradingbot_infra.local_cloud.services.operation import Call


async def start(call: Call) -> dict[str, Any]:
    """StartQuery."""
    given = call.parameters
    if given.get("queryLanguage", "CWLI") != "CWLI":
        raise LocalApiError("InvalidParameterException", f"The local cloud does not read {given['queryLanguage']}")
    names = queries.groups(given)
    if not names:
        raise LocalApiError("InvalidParameterException", "Exactly one of logGroupName, logGroupNames or logGroupIdentifiers is required")
    missing = [name for name in names if not queries.exists(name)]
    if missing:
        raise LocalApiError("ResourceNotFoundException", f"The specified log group does not exist: {missing[0]}")
    if given["startTime"] > given["endTime"]:
        raise LocalApiError("InvalidParameterException", "The start time of a query must not be after its end")
    lines = queries.lines(names, given["startTime"], given["endTime"])
    rows, matched = engine.run(given["queryString"], lines, given.get("limit"))
    scanned = sum(len(str(line["@message"]).encode()) for line in lines)
    statistics = {"recordsMatched": float(matched), "recordsScanned": float(len(lines)), "bytesScanned": float(scanned)}
    return {"queryId": queries.keep(given, rows, statistics)}


OPERATIONS = {"StartQuery": start}
"""API name -> the function that answers it."""
