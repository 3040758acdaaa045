"""Portions of an assembly: what is in one region, of the environment or of the account.

Resources count where they are; references lead everywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tradingbot_infra.design.stacks import ACCOUNT
from tradingbot_infra.templates import Assembly, Resource, Stack


@dataclass(frozen=True)
class Portion(Assembly):
    """The resources of an assembly's stacks in one region: those of the environment, or those of the account."""

    whole: Assembly
    region: str
    of_account: bool

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The portion's resources, in template order."""
        return tuple(resource for resource in self.whole.resources if self._has(self.stacks[resource.stack]))

    def referred(self, value: object) -> Resource | None:
        """The resource that a resolved property refers to, whatever its portion; None when it is no such reference."""
        return self.whole.referred(value)

    def _has(self, stack: Stack) -> bool:
        return stack.region == self.region and is_of_account(stack) == self.of_account


def is_of_account(stack: Stack) -> bool:
    """Whether a stack belongs to the account and not to one environment, as its tags say."""
    return stack.tags.get("Environment") == ACCOUNT


def portions_of(assembly: Assembly) -> Iterator[Portion]:
    """The regions of an assembly in the order of its stacks, first those of the environment, then those of the account."""
    for of_account in (False, True):
        stacks = (stack for stack in assembly.stacks.values() if is_of_account(stack) == of_account)
        for region in dict.fromkeys(stack.region for stack in stacks):
            yield Portion(assembly.templates, assembly.stacks, assembly, region, of_account)


def everywhere(assembly: Assembly) -> Assembly:
    """The whole assembly of a portion: what services of the account look at."""
    return assembly.whole if isinstance(assembly, Portion) else assembly
