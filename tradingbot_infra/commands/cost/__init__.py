"""`cost`: estimates the monthly cost, compares it between two assemblies, and updates list prices."""

import typer

from tradingbot_infra.commands.cost.diff import diff
from tradingbot_infra.commands.cost.estimate import estimate
from tradingbot_infra.commands.cost.refresh import refresh

app = typer.Typer(
    help="""Estimate the monthly cost of an environment. Reaches no AWS account.

    Synthesizes the environment and prices its templates. Prints each line with quantity, unit price and source, what has no
    price, and possible savings.""",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.callback()(estimate)
app.command()(diff)
app.command()(refresh)
