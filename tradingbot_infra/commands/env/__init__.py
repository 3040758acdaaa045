"""`env`: the environments, their settings and where each value comes from. Reaches no account."""

import typer

from tradingbot_infra.commands.default_command import default_command
from tradingbot_infra.commands.env.diff import diff
from tradingbot_infra.commands.env.list import list_environments
from tradingbot_infra.commands.env.show import show

app = typer.Typer(
    help="Show the settings that hold, and where each comes from.",
    cls=default_command("list"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list")(list_environments)
app.command()(show)
app.command()(diff)
