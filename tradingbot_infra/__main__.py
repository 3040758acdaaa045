"""The command line: `tradingbot COMMAND --env ENVIRONMENT`."""

import sys

import typer

from tradingbot_infra.commands import compliance, cost, exit_codes, image, options, secrets
from tradingbot_infra.commands.console import accept_any_encoding
from tradingbot_infra.commands.deploy import deploy
from tradingbot_infra.commands.destroy import destroy
from tradingbot_infra.commands.diff import diff
from tradingbot_infra.commands.doctor import doctor
from tradingbot_infra.commands.down import down
from tradingbot_infra.commands.egress import egress
from tradingbot_infra.commands.exec import execute
from tradingbot_infra.commands.local_cloud import PASS_THROUGH
from tradingbot_infra.commands.logs import logs
from tradingbot_infra.commands.outputs import outputs
from tradingbot_infra.commands.preflight import preflight
from tradingbot_infra.commands.repair import repair
from tradingbot_infra.commands.root import CONTEXT, OneLine, root
from tradingbot_infra.commands.scale import scale
from tradingbot_infra.commands.status import status
from tradingbot_infra.commands.up import up
from tradingbot_infra.commands.verify import verify

app = typer.Typer(
    name="tradingbot",
    cls=OneLine,
    context_settings=CONTEXT,
    help="Deploy TradingBot AI locally, check compliance and cost, and operate what is deployed.\n\n"
    f"{options.DEFAULT_RULE}\n\n"
    "Results go to stdout, progress and errors to stderr.",
    epilog=exit_codes.HELP,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain text wraps nowhere and reads the same in a log
    pretty_exceptions_enable=False,
)
app.callback()(root)
app.command(context_settings=PASS_THROUGH)(up)
app.command(context_settings=PASS_THROUGH)(down)
app.command(context_settings=PASS_THROUGH)(deploy)
app.add_typer(compliance.app, name="compliance")
app.add_typer(cost.app, name="cost")
app.add_typer(secrets.app, name="secrets")
app.add_typer(image.app, name="image")
app.command()(diff)
app.command()(destroy)
app.command()(preflight)
app.command()(verify)
app.command()(doctor)
app.command()(status)
app.command()(outputs)
app.command()(egress)
app.command()(logs)
app.command()(scale)
app.command()(repair)
app.command(name="exec")(execute)


def main() -> None:
    """Runs the command line and ends the process: the command `tradingbot` (pyproject.toml)."""
    accept_any_encoding()
    sys.exit(app(prog_name="tradingbot"))


if __name__ == "__main__":
    main()
