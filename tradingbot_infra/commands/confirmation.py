"""How commands ask before they act. Where something is cut, yes or no; where data is lost, the name of the environment.

`--yes` answers yes. It does not stand for the name: a script gives that by `--confirm NAME`. Ctrl-C ends with 130, as everywhere.
"""

import shlex
from typing import Annotated

import typer

from tradingbot_infra.commands import terminal
from tradingbot_infra.errors import UserError

Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Confirm = Annotated[
    str | None,
    typer.Option("--confirm", metavar="NAME", help="Name of the environment, for a script: without it the name is typed at the terminal."),
]


def approve(question: str, *, yes: bool) -> None:
    """Returns if the user agrees, at the terminal or by --yes.

    Raises UserError if not, and where there is no terminal.
    """
    if yes:
        return
    if not terminal.is_interactive():
        raise UserError("There is no terminal to confirm at; nothing was changed: --yes does it without asking")
    if not terminal.confirm(question):
        raise UserError("Nothing was changed")


def approve_loss(what: str, named: str, *, confirmed: str | None) -> None:
    """Returns if the user names the environment that loses data, at the terminal or by --confirm. `what` is a sentence without its end.

    `named` is what must be typed: the environment, and whatever else is lost with it.

    Raises UserError if not, and where there is no terminal.
    """
    if confirmed is None and not terminal.is_interactive():
        raise UserError(f"There is no terminal to confirm at; nothing was changed: --confirm {shlex.quote(named)} does it without asking")
    name = terminal.ask(f"{what}. Type {named} to continue") if confirmed is None else confirmed
    if name != named:
        raise UserError(f"{name or 'nothing'}: is not {named}; nothing was changed")
