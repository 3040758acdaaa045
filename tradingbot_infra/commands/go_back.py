"""`deploy --go-back`: for a pipeline, which nobody watches: a release that `verify` finds bad gives way to the image before it."""

from dataclasses import dataclass
from typing import Annotated, Self

import typer

from tradingbot_infra.commands import deploy_output
from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.rollback import go_back_to
from tradingbot_infra.commands.verify import failed_items, items_failing_now
from tradingbot_infra.errors import UserError

GoBack = Annotated[
    bool,
    typer.Option(
        "--go-back",
        help="For a pipeline: where an item of `verify` fails that an image can break and that did not fail before, go back to the image "
        "that ran before, as `rollback` does.",
    ),
]


@dataclass(frozen=True)
class Standing:
    """An environment before a deployment: the tag that runs, None for the placeholder or nothing, and what fails in it already."""

    tag: str | None
    failing: frozenset[str]

    @classmethod
    def before(cls, account: Account) -> Self:
        """Read now. Before the first deployment nothing fails already."""
        from tradingbot_infra.operations.live.image_choice import service_stack
        from tradingbot_infra.operations.live.repository import running_tag
        from tradingbot_infra.operations.live.stacks import existing_stacks

        if service_stack(existing_stacks(account.session, account.config)) is None:
            return cls(None, frozenset())
        print_step("Checking what fails already, which is no fault of this deployment")
        return cls(running_tag(account.session, account.config.names), items_failing_now(account))

    def compare(self, account: Account, tag: str) -> None:
        """Runs `verify` on the image that was deployed.

        Raises UserError where an item fails that an image can break: after going back, if it did not fail before and another image
        ran then.
        """
        failed = failed_items(account)
        broken = [result.item for result in failed if result.item.of_release]
        if not broken:
            deploy_output.print_end(account, runs_image=True, left=[result.item.title for result in failed])
            return
        new = "; ".join(item.title for item in broken if item.id not in self.failing)
        if not new:
            raise UserError(f"Deployed, but these items fail as they did before: {'; '.join(item.title for item in broken)}. {tag} runs")
        if self.tag is None or self.tag == tag:
            why = "ran before as well" if self.tag else "has no image before it"
            raise UserError(f"Deployed, but these items fail that did not before: {new}. Nothing to go back to: {tag} {why}")
        print_step(f"Going back to {self.tag}, because these items fail that did not before: {new}")
        go_back_to(account, self.tag)
        raise UserError(f"{tag} was deployed and left again: {new}. {self.tag} runs")
