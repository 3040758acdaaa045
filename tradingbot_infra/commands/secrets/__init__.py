"""`secrets`: shows the state of the application's secrets, fills, deletes and restores them."""

import typer

from tradingbot_infra.commands.secrets import generate
from tradingbot_infra.commands.secrets.delete import delete
from tradingbot_infra.commands.secrets.push import push
from tradingbot_infra.commands.secrets.restore import restore
from tradingbot_infra.commands.secrets.status import status

app = typer.Typer(
    help="Fill, check, delete and restore secrets. Never prints a value.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(status)
app.command()(push)
app.command(help=generate.HELP)(generate.generate)
app.command()(delete)
app.command()(restore)
