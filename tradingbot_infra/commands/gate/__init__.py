"""`gate`: what a deployment that moves traffic waits for, and the answer to it."""

import typer

from tradingbot_infra.commands.default_command import default_command
from tradingbot_infra.commands.gate.answer import back, go_on
from tradingbot_infra.commands.gate.show import show

app = typer.Typer(
    help="Let a deployment that waits go on, or take it back. Without a command: show.",
    cls=default_command("show"),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(show)
app.command("continue")(go_on)
app.command()(back)
