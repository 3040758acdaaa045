"""`dashboards`: the dashboards of this project for Grafana."""

import typer

from tradingbot_infra.commands.dashboards.push import push
from tradingbot_infra.commands.dashboards.render import render

app = typer.Typer(
    help="Render dashboards for Grafana, and push them to one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command()(render)
app.command()(push)
