"""The customer managed key of a log group that exists already. Its policy is not asked, and nothing is encrypted here."""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import log_groups
from tradingbot_infra.local_cloud.services.operation import Call


async def _associate(call: Call) -> dict[str, Any]:
    _set(call, call.parameters["kmsKeyId"])
    return {}


async def _disassociate(call: Call) -> dict[str, Any]:
    _set(call, None)
    return {}


def _set(call: Call, key: str | None) -> None:
    group = call.parameters.get("logGroupName")
    if group is None:
        raise LocalApiError("InvalidParameterException", "The local cloud knows a log group by logGroupName only")
    if not log_groups.set_key(group, key):
        raise LocalApiError("ResourceNotFoundException", "The specified log group does not exist.")


OPERATIONS = {"AssociateKmsKey": _associate, "DisassociateKmsKey": _disassociate}
"""API name -> the function that answers it."""
