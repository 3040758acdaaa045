"""IAM Access Analyzer: analyzers, of which an account has one of each type in a region. They find nothing: no policy is analyzed.

Sources: IAM User Guide, "IAM Access Analyzer quotas"; Access Analyzer API Reference.
"""

from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call

_analyzers = scopes.by_account_and_region()


async def create(call: Call) -> dict[str, Any]:
    """CreateAnalyzer; the words of its refusals are ours."""
    wanted = call.parameters
    name, kind = wanted["analyzerName"], wanted["type"]
    if name in _analyzers:
        raise LocalApiError("ConflictException", f"An analyzer with the name {name} already exists", 409)
    same = next((one["name"] for one in _analyzers.values() if one["type"] == kind), "")
    if same:
        words = f"The account has the analyzer {same} of type {kind}, and may have one of each type in a region"
        raise LocalApiError("ServiceQuotaExceededException", words, 402)
    arn = scopes.arn("access-analyzer", f"analyzer/{name}")
    _analyzers[name] = {
        "arn": arn,
        "name": name,
        "type": kind,
        "createdAt": datetime.now(UTC),
        "status": "ACTIVE",
        "tags": dict(wanted.get("tags", {})),
        **({"configuration": wanted["configuration"]} if wanted.get("configuration") else {}),
    }
    return {"arn": arn}


async def get(call: Call) -> dict[str, Any]:
    """GetAnalyzer."""
    return {"analyzer": _named(call.parameters["analyzerName"])}


async def list_all(call: Call) -> dict[str, Any]:
    """ListAnalyzers, of one type if the request names it."""
    kind = call.parameters.get("type")
    return {"analyzers": [one for one in _analyzers.values() if kind in (None, one["type"])]}


async def update(call: Call) -> dict[str, Any]:
    """UpdateAnalyzer, which changes only what an analyzer of unused access leaves out."""
    found = _named(call.parameters["analyzerName"])
    found["configuration"] = call.parameters.get("configuration", found.get("configuration", {}))
    return {"configuration": found["configuration"]}


async def delete(call: Call) -> dict[str, Any]:
    """DeleteAnalyzer."""
    _named(call.parameters["analyzerName"])
    del _analyzers[call.parameters["analyzerName"]]
    return {}


async def findings(call: Call) -> dict[str, Any]:
    """ListFindings and ListFindingsV2: none, of an analyzer that there is."""
    if call.parameters["analyzerArn"] not in {one["arn"] for one in _analyzers.values()}:
        raise LocalApiError("ResourceNotFoundException", f"The analyzer {call.parameters['analyzerArn']} does not exist", 404)
    return {"findings": []}


def _named(name: str) -> dict[str, Any]:
    if name not in _analyzers:
        raise LocalApiError("ResourceNotFoundException", f"The analyzer {name} does not exist", 404)
    found: dict[str, Any] = _analyzers[name]
    return found


OPERATIONS = {
    "CreateAnalyzer": create,
    "DeleteAnalyzer": delete,
    "GetAnalyzer": get,
    "ListAnalyzers": list_all,
    "ListFindings": findings,
    "ListFindingsV2": findings,
    "UpdateAnalyzer": update,
}
"""API name -> the function that answers it."""
