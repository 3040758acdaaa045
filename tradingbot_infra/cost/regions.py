"""One region's share of an assembly: its resources count there, and references lead everywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True)
class RegionalAssembly(Assembly):
    """The resources of an assembly's stacks in one region."""

    whole: Assembly
    region: str

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The region's resources, in template order."""
        return tuple(resource for resource in self.whole.resources if self.stacks[resource.stack].region == self.region)

    def referred(self, value: object) -> Resource | None:
        """The resource that a resolved property refers to, whatever its region; None when it is no such reference."""
        return self.whole.referred(value)


def by_region(assembly: Assembly) -> Iterator[RegionalAssembly]:
    """The regions of an assembly, in the order of its stacks."""
    for region in dict.fromkeys(stack.region for stack in assembly.stacks.values()):
        yield RegionalAssembly(assembly.templates, assembly.stacks, assembly, region)
