"""Options of the CDK CLI that `up`, `down` and `deploy` pass on: what follows `--`, and a few that need no `--`."""

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand

PASSED_ON = ("--force", "--import-existing-resources", "--no-rollback", "--verbose")
"""Options of the CDK CLI, without a value, that people need often enough to write them among the command's own."""

HELP = f"What follows -- is passed to the CDK CLI, and so are {', '.join(PASSED_ON)}."
"""For the help of a command."""


class PassesOn(TyperCommand):
    """A command whose `context.args` are for the CDK CLI. Any other option that it does not know is refused."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the command's own options."""
        own, after = _split(args)
        _refuse_settings(after, ctx)
        try:
            super().parse_args(ctx, [word for word in own if word not in PASSED_ON])
        except typer.TyperException as error:
            if error.format_message().startswith("No such option"):
                error.message += "; options of the CDK CLI follow --"
            raise
        ctx.args = [*(word for word in own if word in PASSED_ON), *after]
        return list(ctx.args)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Ends the line of usage with what may follow."""
        return [*super().collect_usage_pieces(ctx), "[-- CDK OPTIONS]"]


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    where = words.index("--") if "--" in words else len(words)
    return list(words[:where]), list(words[where + 1 :])


def _refuse_settings(after: Sequence[str], ctx: Any) -> None:
    """A setting there would change what the CLI synthesizes, but not what this command says and checks."""
    found = next((word for word in after if word.startswith("-c") or word.split("=")[0] == "--context"), None)
    if found:
        raise typer.BadParameter(f"{found}: settings come before --", ctx)
