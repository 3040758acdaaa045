"""`report`: what a change would do, for the people who decide about it."""

import typer

from tradingbot_infra.commands.report.pull_request import pull_request

app = typer.Typer(
    help="Say what a change would do, for people who decide about it. Reaches no AWS account.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(name="pull-request")(pull_request)
