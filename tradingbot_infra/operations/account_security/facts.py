"""What the readers of account controls share: where the account's stack is, and what it holds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import ACCOUNT, STACKS, StackRow
from tradingbot_infra.operations.failures import code_of
from tradingbot_infra.operations.live.stacks import StackResource, stack_resources
from tradingbot_infra.operations.printed_commands import CdkDeploy, Step, revert
from tradingbot_infra.operations.session import Session

Fact = TypeVar("Fact")

ROW: StackRow = next(row for row in STACKS if row.id == "AccountSecurityStack")
"""The account's stack."""

ELSEWHERE = "deploy the environment that has account_stacks=true: it deploys the account's stacks"


@dataclass(frozen=True)
class AccountFacts:
    """The account behind an environment. `now` is the moment against which ages are counted. Each fact is read once, when asked for.

    The account is one whatever the environment, so this also works where another environment deploys the account's stack.
    """

    session: Session
    config: EnvironmentConfig
    now: datetime
    _read: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, read: "Callable[[AccountFacts], Fact]") -> Fact:
        """What a function reads of the account: several controls may ask. An error is not kept."""
        if read not in self._read:
            self._read[read] = read(self)
        found: Fact = self._read[read]
        return found

    @property
    def region(self) -> str:
        """The region of the account's stack."""
        return ROW.region or self.config.network.region

    @cached_property
    def home(self) -> Session:
        """The account in that region."""
        return self.session.in_region(self.region)

    @property
    def names(self) -> Names:
        """The names of the account's stacks."""
        return Names(project=self.config.names.project, environment=ACCOUNT)

    @property
    def stack(self) -> str:
        """The stack's name in CloudFormation."""
        return self.names.stack(ROW.part)

    @cached_property
    def resources(self) -> tuple[StackResource, ...]:
        """What the stack holds; nothing where it does not exist."""
        try:
            return stack_resources(self.home, self.stack)
        except Exception as error:
            # "Stack with id ... does not exist" (CloudFormation API, ListStackResources).
            if code_of(error) != "ValidationError":
                raise
            return ()

    def held(self, kind: str) -> tuple[str, ...]:
        """The names, ids or ARNs of its resources of a type."""
        return tuple(each.physical_id for each in self.resources if each.type == kind)

    @property
    def fix(self) -> Step:
        """What brings back a part of the stack."""
        if not self.config.account_stacks:
            return ELSEWHERE
        return revert(ROW.part) if self.resources else CdkDeploy(ROW.part)
