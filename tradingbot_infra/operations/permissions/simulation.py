"""What a role may not do, by IAM's own simulation of its policies, its boundary and the organization's policies.

The simulation does not look at policies of resources (IAM API, SimulatePrincipalPolicy: not supported for roles).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradingbot_infra.operations.failures import is_denied, is_missing, missing_action
from tradingbot_infra.operations.permissions.findings import Denial, Permissions, PolicyDecision, in_short
from tradingbot_infra.operations.printed_commands import AwsCli, Step, sentence
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import NotAssessed

if TYPE_CHECKING:
    from types_boto3_iam.type_defs import EvaluationResultTypeDef

Context = tuple[tuple[str, str], ...]
"""Condition keys and their values, as they are when the call is made."""


@dataclass(frozen=True)
class Need:
    """Actions that a role has to be allowed on one resource: an ARN, or `*` for actions that know no other."""

    actions: tuple[str, ...]
    resource: str
    context: Context = ()


@dataclass(frozen=True)
class _Simulated:
    """IAM's decision about one action on one resource; `missing` are condition keys that decide and were not given."""

    action: str
    resource: str
    allowed: bool
    decision: PolicyDecision
    reason: str
    missing: tuple[str, ...]


_BY_ORGANIZATION = "a policy of the organization does not allow it"
_BY_BOUNDARY = "the role's permissions boundary does not allow it"
_BY_NONE = "no policy of the role allows it"


def denials(session: Session, role_arn: str, needs: Iterable[Need], *, fix: Step) -> Permissions:
    """What of its needs a role is denied. `fix` is the command that restores the role's own policy."""
    together: dict[tuple[tuple[str, ...], Context], list[str]] = {}
    for need in needs:
        together.setdefault((need.actions, need.context), []).append(need.resource)
    answers: list[_Simulated] = []
    for (actions, context), resources in together.items():
        try:
            answers += _simulate(session, role_arn, actions, tuple(dict.fromkeys(resources)), context)
        except Exception as error:
            if is_denied(error):
                return _not_simulated(role_arn, error)
            if is_missing(error):
                return _no_role(role_arn, fix)
            raise
    return _denied(role_arn, [answer for answer in answers if not answer.allowed], fix)


def _simulate(session: Session, role_arn: str, actions: Sequence[str], resources: Sequence[str], context: Context) -> Iterator[_Simulated]:
    pages = session.iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=role_arn,
        ActionNames=list(actions),
        ResourceArns=list(resources),
        ContextEntries=[{"ContextKeyName": key, "ContextKeyType": "string", "ContextKeyValues": [value]} for key, value in context],
    )
    for page in pages:
        for result in page["EvaluationResults"]:
            yield from _answers(result)


def _answers(result: "EvaluationResultTypeDef") -> Iterator[_Simulated]:
    """One for each resource: IAM answers once for an action, with the resources inside, when there are several."""
    inside: Sequence[Mapping[str, Any]] = result.get("ResourceSpecificResults", [])
    for each in inside or ({},):
        merged: Mapping[str, Any] = {**result, **each}
        decision = merged.get("EvalResourceDecision", result["EvalDecision"])
        yield _Simulated(
            action=result["EvalActionName"],
            resource=merged.get("EvalResourceName", "*"),
            allowed=decision == "allowed",
            decision="explicit_deny" if decision == "explicitDeny" else "implicit_deny",
            reason=_reason(merged, explicit=decision == "explicitDeny"),
            missing=tuple(merged.get("MissingContextValues", ())),
        )


def _reason(result: Mapping[str, Any], *, explicit: bool) -> str:
    if not result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True):
        return _BY_ORGANIZATION
    if not result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True):
        return _BY_BOUNDARY
    if not explicit:
        return _BY_NONE
    policies = dict.fromkeys(statement.get("SourcePolicyId", "") for statement in result.get("MatchedStatements", ()))
    return f"{', '.join(filter(None, policies)) or 'a policy of the role'} denies it"


def _denied(role_arn: str, refused: Iterable[_Simulated], fix: Step) -> Permissions:
    role = _name(role_arn)
    unclear: list[NotAssessed] = []
    resources: dict[tuple[str, PolicyDecision, str], list[str]] = {}
    for answer in refused:
        if answer.missing:
            # The role may well be allowed once the call carries these keys.
            keys = ", ".join(answer.missing)
            unclear.append(NotAssessed(f"{role}: whether it may do {answer.action} depends on {keys}, known only when it is done"))
        else:
            resources.setdefault((answer.action, answer.decision, answer.reason), []).append(answer.resource)
    found = []
    for (action, decision, reason), on in resources.items():
        text = f"{role} may not do {action} on {in_short(tuple(on))}: {reason}"
        found.append(Denial("identity_policy", action, tuple(on), decision, text, _fix(role, reason, fix)))
    return Permissions(tuple(found), tuple(dict.fromkeys(unclear)))


def _fix(role: str, reason: str, restore: Step) -> Step:
    if reason == _BY_NONE:
        return restore
    if reason == _BY_ORGANIZATION:
        return "have an administrator of the organization allow it (AWS Organizations, service control policies)"
    if reason == _BY_BOUNDARY:
        return sentence(AwsCli(f"iam get-role --role-name {role}"), " shows the boundary; have it widened")
    return sentence(AwsCli(f"iam list-attached-role-policies --role-name {role}"), " shows the policies; remove the denial")


def _not_simulated(role_arn: str, error: Exception) -> Permissions:
    why = f"{_name(role_arn)}: its permissions cannot be simulated without {missing_action(error)}"
    return Permissions(not_assessed=(NotAssessed(why),))


def _no_role(role_arn: str, fix: Step) -> Permissions:
    text = f"The role {_name(role_arn)} does not exist"
    return Permissions((Denial("no_role", "sts:AssumeRole", (role_arn,), "", text, fix),))


def _name(role_arn: str) -> str:
    return role_arn.rpartition("/")[2]
