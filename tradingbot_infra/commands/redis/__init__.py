"""`redis`: redis-cli as a task in the VPC, because production opens no shell and no port."""

import typer

from tradingbot_infra.commands.redis.cli import cli

app = typer.Typer(help="Ask Redis from a task in the VPC.", no_args_is_help=True, rich_markup_mode=None)
app.command()(cli)


@app.callback()
def group() -> None:
    """Keeps `cli` a word of its own: typer leaves out the name of a group's only command."""
