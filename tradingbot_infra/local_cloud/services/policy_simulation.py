"""iam's SimulatePrincipalPolicy and SimulateCustomPolicy, with the caller's context and every resource.

Actions, resources and condition operators are matched by ministack's evaluator; keys come from the caller alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.core.iam_evaluator import (  # type: ignore[import-untyped]  # ships no types
    ParsedStatement,
    _action_matches,
    _evaluate_single_condition,
    _resource_matches,
    parse_policy_document,
)

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.identities import identity_of
from tradingbot_infra.local_cloud.services.operation import Call

_UNREAD = frozenset({"PolicyExclusionList", "ResourcePolicy"})
"""What would change the result and is not simulated here."""
_EVERYTHING = ("*",)

_Context = Mapping[str, str | list[str]]
"""Key in small letters -> value, a list for the types that end in "List"."""


@dataclass(frozen=True)
class _Statement:
    policy: str
    parsed: ParsedStatement

    def is_about(self, action: str, resource: str) -> bool:
        """Whether action and resource match, whatever the context."""
        parsed = self.parsed
        return bool(
            _action_matches(action, parsed.actions, parsed.not_actions)
            and _resource_matches(resource, parsed.resources, parsed.not_resources)
        )

    def conditions(self) -> Iterator[tuple[str, str, list[str]]]:
        """Operator, key and expected values of each condition."""
        for operator, keys in self.parsed.conditions.items():
            for key, expected in keys.items():
                yield operator, key, [str(value) for value in expected] if isinstance(expected, list) else [str(expected)]

    def holds(self, context: _Context) -> bool:
        """Whether every condition does."""
        return all(_evaluate_single_condition(operator, context.get(key.lower()), values) for operator, key, values in self.conditions())


@dataclass(frozen=True)
class _Simulation:
    statements: Sequence[_Statement]
    boundary: Sequence[_Statement] | None
    context: _Context

    def result(self, action: str, resources: Sequence[str]) -> dict[str, Any]:
        """One result an action; what holds for each resource stands in ResourceSpecificResults, as in AWS's answers.

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
        allowed_by_boundary = self.boundary is None or {statement.parsed.effect for statement in within} == {"Allow"}
        decision, deciding = _decision([*holding, *within], holding, allowed_by_boundary)
        boundary = (
            {} if self.boundary is None else {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": allowed_by_boundary}}
        )
        return {
            "EvalResourceName": resource,
            "EvalResourceDecision": decision,
            "MatchedStatements": [{"SourcePolicyId": policy} for policy in dict.fromkeys(statement.policy for statement in deciding)],
            "MissingContextValues": self._missing([*about, *limits]),
            **boundary,
        }

    def _missing(self, about: Sequence[_Statement]) -> list[str]:
        """The keys that a statement about this action and resource asks for and the caller did not give."""
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
    unread = sorted(_UNREAD & call.parameters.keys())
    if unread:
        raise LocalApiError("SimulatePolicy", "InvalidInput", f"The local cloud simulates no {', '.join(unread)}")
    limits = _parsed({f"boundary.{number}": document for number, document in enumerate(boundary, 1)}) if boundary else None
    simulation = _Simulation(_parsed(documents), limits, _context(call.parameters))
    resources = call.parameters.get("ResourceArns") or _EVERYTHING
    results = [simulation.result(action, resources) for action in call.parameters["ActionNames"]]
    return {"EvaluationResults": results, "IsTruncated": False}


def _parsed(documents: Mapping[str, str]) -> list[_Statement]:
    return [_Statement(name, statement) for name, document in documents.items() for statement in parse_policy_document(document)]


def _context(parameters: Mapping[str, Any]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for entry in parameters.get("ContextEntries", []):
        values = entry.get("ContextKeyValues", [])
        if entry.get("ContextKeyType", "string").endswith("List"):
            found[entry["ContextKeyName"].lower()] = values
        elif values:
            found[entry["ContextKeyName"].lower()] = values[0]
    return found


def _decision(every: Sequence[_Statement], holding: Sequence[_Statement], allowed_by_boundary: bool) -> tuple[str, list[_Statement]]:
    """The decision, and the statements that it rests on."""
    denying = [statement for statement in every if statement.parsed.effect == "Deny"]
    if denying:
        return "explicitDeny", denying
    allowing = [statement for statement in holding if statement.parsed.effect == "Allow"]
    return ("allowed", allowing) if allowing and allowed_by_boundary else ("implicitDeny", [])
