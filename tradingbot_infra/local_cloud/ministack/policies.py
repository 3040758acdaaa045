"""IAM policies, parsed and evaluated by ministack one statement at a time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.iam_evaluator import (
    ParsedStatement,
    _action_matches,
    _evaluate_single_condition,
    _resource_matches,
    parse_policy_document,
)

Context = Mapping[str, str | list[str]]
"""Condition key in lower case -> value, a list for the types that end in "List"."""


@dataclass(frozen=True)
class Statement:
    """One statement of a policy."""

    policy: str
    """The name of the policy that it belongs to."""
    parsed: ParsedStatement

    @property
    def effect(self) -> str:
        """Allow or Deny."""
        return str(self.parsed.effect)

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

    def holds(self, context: Context) -> bool:
        """Whether every condition is met."""
        return all(_evaluate_single_condition(operator, context.get(key.lower()), values) for operator, key, values in self.conditions())


def statements(policy: str, document: str) -> list[Statement]:
    """The statements of a policy document, which is JSON."""
    return [Statement(policy, parsed) for parsed in parse_policy_document(document)]


def service_may(document: str, service: str, action: str, resource: str, context: Context) -> bool:
    """Whether the policy of a resource, which is JSON or empty, lets a service do something: allowed by a statement, denied by none.

    `service` is a principal such as config.amazonaws.com. Statements for everyone count too.
    """
    about_it = [one for one in _for_service(document, service) if one.is_about(action, resource) and one.holds(context)]
    effects = {one.effect for one in about_it}
    return "Allow" in effects and "Deny" not in effects


def _for_service(document: str, service: str) -> Iterator[Statement]:
    given: Any = json.loads(document or "{}").get("Statement", [])
    for one in given if isinstance(given, list) else [given]:
        if _names(one.get("Principal"), service):
            yield from statements("", json.dumps({"Statement": [one]}))


def _names(principal: Any, service: str) -> bool:
    if not isinstance(principal, Mapping):
        return bool(principal == "*")
    return any(service in _listed(principal.get("Service")) or "*" in _listed(principal.get(kind)) for kind in ("AWS", "Service"))


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
