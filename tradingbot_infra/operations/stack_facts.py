"""What the stacks of an environment are, and the resources that they declare."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.failures import is_denied
from tradingbot_infra.operations.live.stacks import LiveStack, StackResource, read_stacks, stack_resources
from tradingbot_infra.operations.session import Session

PriceOf = Callable[[str], Decimal | None]
"""The list price of a key of the price tables, US dollars; None when it is not known."""


class StackFacts:
    """The stacks of one environment. `now` is the time at which facts are judged, `price_of` knows list prices."""

    def __init__(self, session: Session, config: EnvironmentConfig, *, now: datetime, price_of: PriceOf) -> None:
        self.session = session
        self.config = config
        self.names = config.names
        self.now = now
        self.price_of = price_of

    def check_deployed(self) -> None:
        """Raises NotAnswered when nothing of the environment exists. Credentials that may not ask that can still ask the rest."""
        try:
            _ = self.stacks
        except Exception as error:
            if not is_denied(error):
                raise

    @cached_property
    def local(self) -> bool:
        """Whether this is the local cloud, which sends no mail and has no certificate of ACM."""
        return self.session.local

    @cached_property
    def stacks(self) -> tuple[LiveStack, ...]:
        """The stacks that exist.

        Raises NotAnswered when there is none.
        """
        return read_stacks(self.session, self.config)

    def output(self, name: str) -> str | None:
        """The value of an output of whichever stack has it."""
        return next((stack.outputs[name] for stack in self.stacks if name in stack.outputs), None)

    @cached_property
    def _resources(self) -> Mapping[str, tuple[StackResource, ...]]:
        return {stack.id: stack_resources(self.session.in_region(stack.region), stack.name) for stack in self.stacks}

    def declared(self, kind: str, *stacks: str) -> tuple[StackResource, ...]:
        """The resources of a CloudFormation type that these stacks declare, by stack id; all stacks unless some are named."""
        return tuple(
            resource
            for stack, resources in self._resources.items()
            for resource in resources
            if resource.type == kind and (stack in stacks or not stacks)
        )
