"""CloudTrail's operations on trails: what AWS refuses, and what ministack does not keep or tell."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes, trails
from tradingbot_infra.local_cloud.services.operation import Call, Operation
from tradingbot_infra.local_cloud.services.trails import admission, delivery

_KEPT = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")
_insights: dict[str, list[dict[str, Any]]] = scopes.by_account_and_region()
"""ARN of a trail -> its insight selectors."""


async def create(call: Call) -> dict[str, Any]:
    """CreateTrail. Raises LocalApiError where bucket, key or role do not admit the trail."""
    given = call.parameters
    _, region = scopes.current()
    arn = scopes.arn("cloudtrail", f"trail/{given['Name']}")
    if trails.record_of(given["Name"]) is None:  # one that exists is refused by ministack
        await admission.require_all(_as_described({"TrailARN": arn, "HomeRegion": region}, given), call.ask)
    answer = await call.as_asked()
    kept = {name: given[name] for name in _KEPT if name in given}
    record = trails.record_of(given["Name"])
    if record is not None:
        record.update(kept)
    if given.get("TagsList"):
        await call.ask("cloudtrail", "AddTags", ResourceId=arn, TagsList=given["TagsList"])
    return {**answer, **kept}


async def update(call: Call) -> dict[str, Any]:
    """UpdateTrail. Raises as `create` does."""
    record = trails.record_of(call.parameters["Name"])
    if record is not None:
        await admission.require_all(_as_described(record, call.parameters), call.ask)
    return await call.as_asked()


def _as_described(record: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"LogFileValidationEnabled": given["EnableLogFileValidation"]} if "EnableLogFileValidation" in given else {}
    return {**record, **given, **renamed}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteTrail."""
    record = trails.record_of(call.parameters["Name"]) or {}
    answer = await call.as_asked()
    _insights.pop(record.get("TrailARN", ""), None)
    return answer


async def status(call: Call) -> dict[str, Any]:
    """GetTrailStatus, with how delivery went."""
    answer = await call.as_asked()
    record = trails.record_of(call.parameters["Name"]) or {}
    return {**answer, **delivery.status(record.get("TrailARN", ""))}


async def put_insights(call: Call) -> dict[str, Any]:
    """PutInsightSelectors, which are kept; no insight is ever found."""
    record, wanted = _trail(call), call.parameters["InsightSelectors"]
    _insights[record["TrailARN"]] = wanted
    record["HasInsightSelectors"] = bool(wanted)
    return {"TrailARN": record["TrailARN"], "InsightSelectors": wanted}


async def get_insights(call: Call) -> dict[str, Any]:
    """GetInsightSelectors."""
    arn = _trail(call)["TrailARN"]
    if not _insights.get(arn):
        raise LocalApiError("InsightNotEnabledException", f"Trail {arn} does not have Insights enabled.")
    return {"TrailARN": arn, "InsightSelectors": _insights[arn]}


def _trail(call: Call) -> dict[str, Any]:
    name = call.parameters.get("TrailName", "")
    record = trails.record_of(name)
    if record is None:
        raise LocalApiError("TrailNotFoundException", f"Unknown trail: {name}", 404)
    return record


OPERATIONS: Mapping[str, Operation] = {
    "CreateTrail": create,
    "DeleteTrail": delete,
    "GetInsightSelectors": get_insights,
    "GetTrailStatus": status,
    "PutInsightSelectors": put_insights,
    "UpdateTrail": update,
}
