"""`secrets`: see what state the application's secrets are in, put values into them, delete and restore them."""

import typer

from tradingbot_infra.commands.secrets.deletion import delete, restore
from tradingbot_infra.commands.secrets.filling import generate, push
from tradingbot_infra.commands.secrets.status import status

app = typer.Typer(
    help="Fill, check, delete and restore secrets. No command ever prints a value.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for command in (status, push, generate, delete, restore):
    app.command()(command)
