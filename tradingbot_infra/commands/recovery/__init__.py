"""`recovery`: an earlier state of the database beside the running one, which it never replaces."""

import typer

from tradingbot_infra.commands.recovery.compare import compare
from tradingbot_infra.commands.recovery.copy import copy
from tradingbot_infra.commands.recovery.finish import finish
from tradingbot_infra.commands.recovery.list import list_origins
from tradingbot_infra.commands.recovery.start import start

app = typer.Typer(
    help="Restore the database beside the running one, and compare both.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list")(list_origins)
app.command()(start)
app.command()(compare)
app.command()(copy)
app.command()(finish)
