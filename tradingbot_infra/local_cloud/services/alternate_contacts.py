"""Alternate contacts of the account (Account Management API Reference, "PutAlternateContact")."""

from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

_contacts = scopes.by_account()


async def put(call: Call) -> dict[str, Any]:
    """PutAlternateContact, which writes over what there was."""
    _contacts[call.parameters["AlternateContactType"]] = {name: value for name, value in call.parameters.items() if name != "AccountId"}
    return {}


async def get(call: Call) -> dict[str, Any]:
    """GetAlternateContact."""
    return {"AlternateContact": _of_type(call)}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteAlternateContact."""
    _of_type(call)
    del _contacts[call.parameters["AlternateContactType"]]
    return {}


def _of_type(call: Call) -> dict[str, Any]:
    found: dict[str, Any] | None = _contacts.get(call.parameters["AlternateContactType"])
    if found is None:
        raise LocalApiError("ResourceNotFoundException", "No contact of the inputted alternate contact type found.", 404)
    return found


OPERATIONS = {"DeleteAlternateContact": delete, "GetAlternateContact": get, "PutAlternateContact": put}
"""API name -> the function that answers it."""
