"""X-Ray's transaction search: where spans go, and how many of them are indexed. Nothing is indexed here.

Sources: X-Ray API Reference, UpdateTraceSegmentDestination, UpdateIndexingRule; CloudWatch User Guide, "Transaction Search". OTLP's
endpoint takes spans only while they go to CloudWatch Logs, and X-Ray must be allowed to write to `aws/spans` before they do. The words
are those that people report.
"""

import time
from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import log_groups, scopes
from tradingbot_infra.local_cloud.ministack.policies import service_may
from tradingbot_infra.local_cloud.services.operation import Call

SPANS, STREAM = "aws/spans", "default"
TO_LOGS, TO_XRAY = "CloudWatchLogs", "XRay"

_SERVICE = "xray.amazonaws.com"
_GROUPS = (SPANS, "/aws/application-signals/data")
_RULE = "Default"
_FREE_PERCENT = 1.0
_OFF_WORDS = (
    "The OTLP API is supported with CloudWatch Logs as a Trace Segment Destination. Please enable the CloudWatch Logs destination for"
    " your traces using the UpdateTraceSegmentDestination API"
    " (https://docs.aws.amazon.com/xray/latest/api/API_UpdateTraceSegmentDestination.html)"
)
_state: dict[str, Any] = scopes.by_account_and_region()


def require_on() -> None:
    """Raises LocalApiError in AWS's words while spans do not go to CloudWatch Logs."""
    if _destination() != TO_LOGS:
        raise LocalApiError("InvalidRequestException", _OFF_WORDS)


async def _get(_call: Call) -> dict[str, Any]:
    return {"Destination": _destination(), "Status": "ACTIVE"}


async def _update(call: Call) -> dict[str, Any]:
    wanted = call.parameters.get("Destination", TO_XRAY)
    if wanted == TO_LOGS:
        await _require_policy(call.ask)
        for group in _GROUPS:
            log_groups.create_own(group, STREAM)
    _state["destination"] = wanted
    return {"Destination": wanted, "Status": "ACTIVE"}


async def _rules(_call: Call) -> dict[str, Any]:
    return {"IndexingRules": [_rule()]}


async def _update_rule(call: Call) -> dict[str, Any]:
    if call.parameters["Name"] != _RULE:
        raise LocalApiError("ResourceNotFoundException", f"There is no indexing rule {call.parameters['Name']}")
    percent = call.parameters["Rule"]["Probabilistic"]["DesiredSamplingPercentage"]
    if not 0 <= percent <= 100:
        raise LocalApiError("InvalidRequestException", "DesiredSamplingPercentage must be from 0 to 100")
    _state["percent"], _state["modified"] = percent, time.time()
    return {"IndexingRule": _rule()}


def _rule() -> dict[str, Any]:
    percent = _state.get("percent", _FREE_PERCENT)
    probabilistic = {"DesiredSamplingPercentage": percent, "ActualSamplingPercentage": percent}
    return {"Name": _RULE, "ModifiedAt": _state.get("modified", 0.0), "Rule": {"Probabilistic": probabilistic}}


def _destination() -> str:
    return str(_state.get("destination", TO_XRAY))


async def _require_policy(ask: Ask) -> None:
    policies = (await ask("logs", "DescribeResourcePolicies")).get("resourcePolicies", [])
    account, _ = scopes.current()
    context = {"aws:sourcearn": scopes.arn("xray", "*"), "aws:sourceaccount": account}
    for group in _GROUPS:
        resource = scopes.arn("logs", f"log-group:{group}:log-stream:{STREAM}")
        if not any(service_may(one["policyDocument"], _SERVICE, "logs:PutLogEvents", resource, context) for one in policies):
            words = f"XRay does not have permission to call PutLogEvents on the {group} Log Group"
            raise LocalApiError("AccessDeniedException", words)


OPERATIONS = {
    "GetIndexingRules": _rules,
    "GetTraceSegmentDestination": _get,
    "UpdateIndexingRule": _update_rule,
    "UpdateTraceSegmentDestination": _update,
}
"""API name -> the function that answers it."""
