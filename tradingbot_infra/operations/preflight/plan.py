"""What a deployment is about to do, and the account that it would be done in. Each fact is read when a check first asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.operations.live.image_choice import kept_tag
from tradingbot_infra.operations.live.service import Service, read_service
from tradingbot_infra.operations.live.stacks import LiveStack, StackResource, existing_stacks, stack_resources
from tradingbot_infra.operations.live.traffic import Serving, read_serving, read_traffic
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.session import Session
from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True)
class Plan:
    """The templates of one environment, and the account before they are deployed. `now` ends the hour of which usage is read.

    `chosen` is the image tag that this deployment gives the service, None where it gives none. `pushes` is whether it pushes the
    image itself, after these checks. `no_rollback` is whether it goes on where an operation without a rollback failed.
    """

    session: Session
    config: EnvironmentConfig
    assembly: Assembly
    now: datetime
    chosen: str | None = None
    pushes: bool = False
    no_rollback: bool = False

    @property
    def names(self) -> Names:
        """The names of the environment."""
        return self.config.names

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of the stacks, that of the environment first."""
        return tuple(dict.fromkeys((self.config.network.region, *(stack.region for stack in self.assembly.stacks.values()))))

    @cached_property
    def stacks(self) -> tuple[LiveStack, ...]:
        """The environment's stacks that exist; none before the first deployment."""
        return existing_stacks(self.session, self.config)

    @cached_property
    def service(self) -> Service | None:
        """The ECS service; None before the first deployment."""
        try:
            return read_service(self.session, self.names)
        except Missing:
            return None

    @cached_property
    def serving(self) -> tuple[Serving, ...]:
        """The target groups of the service, with their weights and targets."""
        return read_serving(self.session, read_traffic(self.session, self.service)) if self.service else ()

    @property
    def tag(self) -> str | None:
        """The tag that runs after the deployment: of the settings, chosen, or kept by CloudFormation. None for the placeholder."""
        return self.config.task.image_tag or self.chosen or kept_tag(self.stacks)

    @property
    def missing_stacks(self) -> tuple[PlacedStack, ...]:
        """The stacks that this deployment would create."""
        existing = {stack.id for stack in self.stacks}
        return tuple(stack for stack in self.config.stacks if stack.id not in existing)

    def declared(self, kind: str, region: str) -> tuple[Resource, ...]:
        """The resources of a type in the templates for a region."""
        return tuple(each for each in self.assembly.of_type(kind) if self.assembly.stacks[each.stack].region == region)

    def owned(self, kind: str, region: str) -> frozenset[str]:
        """The names, ids or ARNs of the resources of a type that the environment's stacks have in a region now."""
        # Of a type with two identifiers, CloudFormation may join them ("Resource type schema", primaryIdentifier).
        return frozenset(name for each in self._resources(region) if each.type == kind for name in each.physical_id.split("|"))

    def _resources(self, region: str) -> Iterator[StackResource]:
        for stack, resources in self._by_stack:
            if stack.region == region:
                yield from resources

    @cached_property
    def _by_stack(self) -> tuple[tuple[LiveStack, tuple[StackResource, ...]], ...]:
        return tuple((stack, stack_resources(self.session.in_region(stack.region), stack.name)) for stack in self.stacks)
