"""`db`: psql, pg_dump and pg_restore as tasks in the VPC, because production opens no shell and no port."""

import typer

from tradingbot_infra.commands.db.dump import dump
from tradingbot_infra.commands.db.query import query
from tradingbot_infra.commands.db.restore import restore
from tradingbot_infra.commands.db.shell import shell

app = typer.Typer(help="Query, dump and restore the database from a task in the VPC.", no_args_is_help=True, rich_markup_mode=None)
app.command()(query)
app.command()(shell)
app.command()(dump)
app.command()(restore)
