"""`cost`: what an environment costs a month, what a change does to that, and today's prices."""

import typer

from tradingbot_infra.commands.cost.difference import diff
from tradingbot_infra.commands.cost.estimate import estimate
from tradingbot_infra.commands.cost.renewal import refresh

app = typer.Typer(
    help="Estimate the monthly cost, line by line. From the synthesized templates.", invoke_without_command=True, rich_markup_mode=None
)
app.callback()(estimate)
app.command()(diff)
app.command()(refresh)
