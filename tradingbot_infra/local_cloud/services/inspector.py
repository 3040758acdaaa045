"""Amazon Inspector, switched on by kind of resource. It scans nothing; ministack would invent findings of images that do not exist.

Source: Amazon Inspector API Reference, "Enable", "BatchGetAccountStatus".
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

_KINDS: Mapping[str, str] = {
    "EC2": "ec2",
    "ECR": "ecr",
    "LAMBDA": "lambda",
    "LAMBDA_CODE": "lambdaCode",
    "CODE_REPOSITORY": "codeRepository",
}
"""Resource type of a request -> its name in answers."""

_enabled = scopes.by_account_and_region()
"""Resource type -> True."""


async def enable(call: Call) -> dict[str, Any]:
    """Enable. A type that is on stays on."""
    _enabled.update(dict.fromkeys(call.parameters["resourceTypes"], True))
    return _answer()


async def disable(call: Call) -> dict[str, Any]:
    """Disable, all types if the request names none."""
    for name in call.parameters.get("resourceTypes") or list(_KINDS):
        _enabled.pop(name, None)
    return _answer()


async def status(_call: Call) -> dict[str, Any]:
    """BatchGetAccountStatus, of the caller's own account."""
    account, _ = scopes.current()
    resources = {answered: _state(_of([name])) for name, answered in _KINDS.items()}
    return {"accounts": [{"accountId": account, "state": _state(_of(_KINDS)), "resourceState": resources}], "failedAccounts": []}


async def no_findings(_call: Call) -> dict[str, Any]:
    """ListFindings: none."""
    return {"findings": []}


async def no_coverage(_call: Call) -> dict[str, Any]:
    """ListCoverage: nothing is scanned."""
    return {"coveredResources": []}


def _answer() -> dict[str, Any]:
    account, _ = scopes.current()
    statuses = {answered: _of([name]) for name, answered in _KINDS.items()}
    return {"accounts": [{"accountId": account, "resourceStatus": statuses, "status": _of(_KINDS)}], "failedAccounts": []}


def _of(names: Iterable[str]) -> str:
    return "ENABLED" if any(name in _enabled for name in names) else "DISABLED"


def _state(of: str) -> dict[str, str]:
    """The model demands a code and a message where nothing is wrong too."""
    return {"status": of, "errorCode": "SUCCESS", "errorMessage": ""}


OPERATIONS = {
    "BatchGetAccountStatus": status,
    "Disable": disable,
    "Enable": enable,
    "ListCoverage": no_coverage,
    "ListFindings": no_findings,
}
"""API name -> the function that answers it."""
