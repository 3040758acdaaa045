"""PutCompositeAlarm with a suppressor, which ministack leaves out. It evaluates rules itself, whenever a child changes its state.

Source: CloudWatch API Reference, PutCompositeAlarm.
"""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import alarms
from tradingbot_infra.local_cloud.services import suppression
from tradingbot_infra.local_cloud.services.operation import Call

_PERIODS = ("ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")


async def put(call: Call) -> dict[str, Any]:
    """PutCompositeAlarm."""
    given = call.parameters
    own = {name: given[name] for name in ("ActionsSuppressor", *_PERIODS) if name in given}
    if own and len(own) < 1 + len(_PERIODS):
        raise LocalApiError("ValidationError", "ActionsSuppressor, its wait period and its extension period must be given together")
    if own and alarms.alarm(suppression.name_in(own["ActionsSuppressor"])) is None:
        raise LocalApiError("ValidationError", f"The suppressor {own['ActionsSuppressor']} does not exist")
    suppression.remember(given["AlarmName"], own)  # first: the rule is evaluated as it is stored
    answer = await call.as_asked()
    record = alarms.alarm(given["AlarmName"])
    if record is not None:
        record.update(own)
    return answer


OPERATIONS = {"PutCompositeAlarm": put}
"""API name -> the function that answers it."""
