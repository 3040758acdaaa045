"""`alarms`: shows the state of the alarms, and silences them for a time."""

import typer

from tradingbot_infra.commands.alarms.list import list_alarms
from tradingbot_infra.commands.alarms.silence import silence, unsilence
from tradingbot_infra.commands.default_command import default_command

app = typer.Typer(
    help="Show alarms and silence them for a time. Without a command: list.",
    cls=default_command("list"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list")(list_alarms)
app.command()(silence)
app.command()(unsilence)
