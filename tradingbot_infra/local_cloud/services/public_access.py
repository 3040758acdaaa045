"""S3's block of public access for a whole account (Amazon S3 API Reference, "PutPublicAccessBlock" of S3 Control).

It is kept and described. Buckets have blocks of their own, and requests are not refused for its sake.
"""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

_SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

_blocks = scopes.by_account()


async def put(call: Call) -> dict[str, Any]:
    """PutPublicAccessBlock: what the request leaves out is off."""
    _own(call)
    wanted = call.parameters["PublicAccessBlockConfiguration"]
    _blocks["block"] = {name: bool(wanted.get(name)) for name in _SETTINGS}
    return {}


async def get(call: Call) -> dict[str, Any]:
    """GetPublicAccessBlock."""
    _own(call)
    if not _blocks:
        words = "The public access block configuration was not found"
        raise LocalApiError("NoSuchPublicAccessBlockConfiguration", words, 404)
    return {"PublicAccessBlockConfiguration": _blocks["block"]}


async def delete(call: Call) -> dict[str, Any]:
    """DeletePublicAccessBlock, which succeeds where there is none."""
    _own(call)
    _blocks.clear()
    return {}


def _own(call: Call) -> None:
    account, _ = scopes.current()
    if call.parameters.get("AccountId") != account:
        raise LocalApiError("AccessDenied", "Access Denied", 403)


OPERATIONS = {"DeletePublicAccessBlock": delete, "GetPublicAccessBlock": get, "PutPublicAccessBlock": put}
"""API name -> the function that answers it."""
