"""Rules: pure functions of one resource's resolved properties, and of other resources where a relation matters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True)
class Observation:
    """One property that a rule looked at: where, its value, the expected value, and whether they agree.

    `property` is a path inside the resource such as `Properties.StorageEncrypted`. `status` is PASS, FAIL or NOT_ASSESSED.
    """

    property: str
    observed: Any
    expected: str
    status: Status


RuleFunction = Callable[[Resource, Assembly], Iterator[Observation]]
"""Looks at a resource of the rule's types. It yields nothing for a resource that the rule is not about."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One condition on templates. Several controls, of several frameworks, may name the same rule.

    `title` says what should be true, `fix` how to make it true. A rule without resources of its `types` is not applicable. `setting` is
    the setting that leaves out what it is about, for rules of the account.
    """

    id: str
    title: str
    types: tuple[str, ...]
    fix: str
    look: RuleFunction
    setting: str | None = None

    def judge(self, resource: Resource, assembly: Assembly) -> tuple[Observation, ...]:
        """The rule's observations of one resource; empty when the rule is not about it. Not assessed where the rule cannot read it."""
        try:
            return tuple(self.look(resource, assembly))
        except Exception as error:  # Whatever a template holds, the other rules must still judge it.
            problem = f"rule {self.id} could not judge it: {type(error).__name__}: {error}"
            return (Observation("Properties", problem, "values of the kinds that CloudFormation takes", Status.NOT_ASSESSED),)


@dataclass(frozen=True)
class Judgement:
    """One rule at one resource."""

    rule: Rule
    resource: Resource
    observations: tuple[Observation, ...]

    @property
    def status(self) -> Status:
        """The worst status of the observations."""
        return worst(observation.status for observation in self.observations)

    @property
    def against(self) -> tuple[Observation, ...]:
        """The observations that give it its status."""
        status = self.status
        return tuple(observation for observation in self.observations if observation.status is status)


def rule(identifier: str, *types: str, title: str, fix: str) -> Callable[[RuleFunction], Rule]:
    """Declares a function as a rule over resources of these CloudFormation types."""

    def declare(look: RuleFunction) -> Rule:
        return Rule(id=identifier, title=title, types=types, fix=fix, look=look)

    return declare
