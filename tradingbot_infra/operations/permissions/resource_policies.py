"""What the policy of a secret or a key says about one action of one role. IAM's simulation leaves this out for roles.

It understands what such policies are made of: principals by ARN and account, actions with wildcards, and comparisons of strings.
Whatever else decides makes the answer NOT_ASSESSED.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tradingbot_infra.operations.permissions.simulation import Context

_COMPARISONS = re.compile(r"(?P<kind>String|Arn)(?P<negated>Not)?(?P<how>Equals|Like)")


class PolicyAnswer(Enum):
    """The answer: ACCOUNT leaves it to the account's own policies, SILENT says nothing of the role."""

    DENIED = "denied"
    ROLE = "role"
    ACCOUNT = "account"
    SILENT = "silent"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True)
class Call:
    """An action that a role takes. `context` are condition keys, besides those that identify the role."""

    role_arn: str
    action: str
    context: Context

    @property
    def account(self) -> str:
        """The role's account."""
        return self.role_arn.split(":")[4]

    def value_of(self, key: str) -> str | None:
        """A condition key's value as it is when the call is made, None for one that is not known before."""
        known = (*self.context, ("aws:PrincipalArn", self.role_arn), ("aws:PrincipalAccount", self.account))
        return {name.lower(): value for name, value in known}.get(key.lower())


def policy_answer(policy: str, call: Call) -> PolicyAnswer:
    """What a policy, a JSON document, says about a call."""
    document = json.loads(policy)
    said = {(statement.get("Effect"), _meant(statement, call)) for statement in _listed(document.get("Statement", []))}
    denials = {meant for effect, meant in said if effect == "Deny"}
    allowed = {meant for effect, meant in said if effect == "Allow"}
    if denials & {PolicyAnswer.ROLE, PolicyAnswer.ACCOUNT}:
        return PolicyAnswer.DENIED
    if PolicyAnswer.NOT_ASSESSED in denials:
        return PolicyAnswer.NOT_ASSESSED
    return next(
        (answer for answer in (PolicyAnswer.ROLE, PolicyAnswer.ACCOUNT, PolicyAnswer.NOT_ASSESSED) if answer in allowed),
        PolicyAnswer.SILENT,
    )


def _meant(statement: Mapping[str, Any], call: Call) -> PolicyAnswer:
    """Whether a statement is about the call: of the ROLE by name or of everybody, or of its ACCOUNT."""
    if "NotPrincipal" in statement or "NotAction" in statement:
        return PolicyAnswer.NOT_ASSESSED
    who = _who(statement.get("Principal", {}), call)
    if who is PolicyAnswer.SILENT or not any(
        _matches(action.lower(), call.action.lower()) for action in _listed(statement.get("Action", []))
    ):
        return PolicyAnswer.SILENT
    held = [_holds(*condition, call) for condition in _conditions(statement)]
    if False in held:
        return PolicyAnswer.SILENT
    return PolicyAnswer.NOT_ASSESSED if None in held else who


def _who(principal: Any, call: Call) -> PolicyAnswer:
    names = _listed(principal if isinstance(principal, str) else principal.get("AWS", []))
    if "*" in names or call.role_arn in names:
        return PolicyAnswer.ROLE
    root = re.compile(rf"(arn:[\w-]+:iam::)?{call.account}(:root)?")
    return PolicyAnswer.ACCOUNT if any(root.fullmatch(name) for name in names) else PolicyAnswer.SILENT


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Sequence[str]]]:
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            yield operator, key, [str(value) for value in _listed(values)]


def _holds(operator: str, key: str, values: Sequence[str], call: Call) -> bool | None:
    given, comparison = call.value_of(key), _COMPARISONS.fullmatch(operator)
    if given is None or comparison is None:
        return None
    # Between ARNs, Equals and Like are the same (IAM User Guide, "Amazon Resource Name (ARN) condition operators").
    exact = comparison["kind"] == "String" and comparison["how"] == "Equals"
    found = any(given == value if exact else _matches(value, given) for value in values)
    return found is not bool(comparison["negated"])


def _matches(pattern: str, text: str) -> bool:
    regular = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(regular, text) is not None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
