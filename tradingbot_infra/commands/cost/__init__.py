"""`cost`: estimates the monthly cost, compares it between two assemblies, and updates list prices."""

import typer

from tradingbot_infra.commands.cost.diff import diff
from tradingbot_infra.commands.cost.estimate import estimate
from tradingbot_infra.commands.cost.refresh import refresh

app = typer.Typer(
    help="""Estimate the monthly cost of an environment.

    Synthesizes the environment once and prices its templates: the total, each service's share, and what has no price. --sources,
    --savings and --compare add to it. Only --actual reaches an AWS account.""",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.callback()(estimate)
app.command()(diff)
app.command()(refresh)
