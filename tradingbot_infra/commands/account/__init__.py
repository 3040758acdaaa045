"""`account`: the controls that the account has once, whatever the number of its environments."""

import typer

from tradingbot_infra.commands.account.plan import plan
from tradingbot_infra.commands.account.status import status
from tradingbot_infra.commands.default_command import default_command

app = typer.Typer(
    help="Show the account's own controls, and what they cost. Without a command: status.",
    cls=default_command("status"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(status)
app.command()(plan)
