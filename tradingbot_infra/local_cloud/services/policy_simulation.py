"""iam's SimulatePrincipalPolicy and SimulateCustomPolicy, with context keys and several resources.

ministack's evaluator matches actions, resources and condition operators; context keys are only those of the caller.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack.policies import Context, Statement, statements
from tradingbot_infra.local_cloud.services.identities import identity_of
from tradingbot_infra.local_cloud.services.operation import Call

_UNSUPPORTED = frozenset({"PolicyExclusionList", "ResourcePolicy"})
"""Parameters that would change the result and are not simulated."""
_EVERYTHING = ("*",)


@dataclass(frozen=True)
class _Simulation:
    statements: Sequence[Statement]
    boundary: Sequence[Statement] | None
    context: Context

    def result(self, action: str, resources: Sequence[str]) -> dict[str, Any]:
        """One result for an action, with one for each resource in ResourceSpecificResults, as on AWS.

        Where resources differ, the decision over all of them is the strictest.
        """
        verdicts = {resource: self._verdict(action, resource) for resource in resources}
        strictest = next(
            verdict
            for decision in ("explicitDeny", "implicitDeny", "allowed")
            for verdict in verdicts.values()
            if verdict["EvalResourceDecision"] == decision
        )
        specific = tuple(resources) != _EVERYTHING
        result = {
            **strictest,
            "EvalActionName": action,
            "EvalResourceName": resources[0] if len(resources) == 1 else "*",
            "EvalDecision": strictest["EvalResourceDecision"],
            "MissingContextValues": [] if specific else strictest["MissingContextValues"],
        }
        return {**result, "ResourceSpecificResults": list(verdicts.values())} if specific else result

    def _verdict(self, action: str, resource: str) -> dict[str, Any]:
        about = [statement for statement in self.statements if statement.is_about(action, resource)]
        limits = [statement for statement in self.boundary or () if statement.is_about(action, resource)]
        holding = [statement for statement in about if statement.holds(self.context)]
        within = [statement for statement in limits if statement.holds(self.context)]
        allowed_by_boundary = self.boundary is None or {statement.effect for statement in within} == {"Allow"}
        decision, deciding = _decision([*holding, *within], holding, allowed_by_boundary)
        detail = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": allowed_by_boundary}}
        return {
            "EvalResourceName": resource,
            "EvalResourceDecision": decision,
            "MatchedStatements": [{"SourcePolicyId": policy} for policy in dict.fromkeys(statement.policy for statement in deciding)],
            "MissingContextValues": self._missing([*about, *limits]),
            **({} if self.boundary is None else detail),
        }

    def _missing(self, about: Sequence[Statement]) -> list[str]:
        """The keys in conditions of statements about this action and resource that the caller did not give."""
        wanted = {key for statement in about for _, key, _ in statement.conditions()}
        return sorted(key for key in wanted if key.lower() not in self.context)


async def simulate_principal(call: Call) -> dict[str, Any]:
    """SimulatePrincipalPolicy, over the policies of a user or role and `PolicyInputList`."""
    identity = await identity_of(call, call.parameters["PolicySourceArn"])
    attached = [] if identity.boundary is None else [identity.boundary]
    documents = {**identity.policies, **_given(call, "PolicyInputList")}
    return _simulated(call, documents, boundary=call.parameters.get("PermissionsBoundaryPolicyInputList", attached))


async def simulate_custom(call: Call) -> dict[str, Any]:
    """SimulateCustomPolicy, over the policies of `PolicyInputList`."""
    return _simulated(call, _given(call, "PolicyInputList"), boundary=call.parameters.get("PermissionsBoundaryPolicyInputList", []))


def _given(call: Call, parameter: str) -> dict[str, str]:
    return {f"{parameter}.{number}": document for number, document in enumerate(call.parameters.get(parameter, []), 1)}


def _simulated(call: Call, documents: Mapping[str, str], *, boundary: Sequence[str]) -> dict[str, Any]:
    unsupported = sorted(_UNSUPPORTED & call.parameters.keys())
    if unsupported:
        raise LocalApiError("InvalidInput", f"The local cloud does not simulate {', '.join(unsupported)}")
    limits = _parsed({f"boundary.{number}": document for number, document in enumerate(boundary, 1)}) if boundary else None
    simulation = _Simulation(_parsed(documents), limits, _context(call.parameters))
    resources = call.parameters.get("ResourceArns") or _EVERYTHING
    results = [simulation.result(action, resources) for action in call.parameters["ActionNames"]]
    return {"EvaluationResults": results, "IsTruncated": False}


def _parsed(documents: Mapping[str, str]) -> list[Statement]:
    return [statement for name, document in documents.items() for statement in statements(name, document)]


def _context(parameters: Mapping[str, Any]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for entry in parameters.get("ContextEntries", []):
        values = entry.get("ContextKeyValues", [])
        if entry.get("ContextKeyType", "string").endswith("List"):
            found[entry["ContextKeyName"].lower()] = values
        elif values:
            found[entry["ContextKeyName"].lower()] = values[0]
    return found


def _decision(every: Sequence[Statement], holding: Sequence[Statement], allowed_by_boundary: bool) -> tuple[str, list[Statement]]:
    """The decision, and the statements that it is based on."""
    denying = [statement for statement in every if statement.effect == "Deny"]
    if denying:
        return "explicitDeny", denying
    allowing = [statement for statement in holding if statement.effect == "Allow"]
    return ("allowed", allowing) if allowing and allowed_by_boundary else ("implicitDeny", [])
