"""The command line: `tradingbot COMMAND --env ENVIRONMENT`."""

import signal
import sys

# What follows takes half a second, in which Ctrl-C should end this process without a traceback.
_handler = signal.signal(signal.SIGINT, signal.SIG_DFL)

import typer

from tradingbot_infra.commands import (
    account,
    alarms,
    compliance,
    cost,
    dashboards,
    db,
    env,
    exit_codes,
    gate,
    image,
    options,
    recovery,
    redis,
    report,
    secrets,
)
from tradingbot_infra.commands.cdk_options import PassesOn
from tradingbot_infra.commands.deploy import deploy
from tradingbot_infra.commands.destroy import destroy
from tradingbot_infra.commands.diff import diff
from tradingbot_infra.commands.doctor import doctor
from tradingbot_infra.commands.down import down
from tradingbot_infra.commands.egress import egress
from tradingbot_infra.commands.events import events
from tradingbot_infra.commands.exec import execute
from tradingbot_infra.commands.logs import logs
from tradingbot_infra.commands.open import open_place
from tradingbot_infra.commands.outputs import outputs
from tradingbot_infra.commands.preflight import preflight
from tradingbot_infra.commands.process import exit_code_of, prepare_streams
from tradingbot_infra.commands.repair import repair
from tradingbot_infra.commands.restart import restart
from tradingbot_infra.commands.rollback import rollback
from tradingbot_infra.commands.root import CONTEXT, OneLine, root
from tradingbot_infra.commands.run import run
from tradingbot_infra.commands.scale import scale
from tradingbot_infra.commands.status import status
from tradingbot_infra.commands.up import up
from tradingbot_infra.commands.verify import verify

signal.signal(signal.SIGINT, _handler)

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
app.command(cls=PassesOn)(up)
app.command(cls=PassesOn)(down)
app.command(cls=PassesOn)(deploy)
app.command()(rollback)
app.add_typer(compliance.app, name="compliance")
app.add_typer(cost.app, name="cost")
app.add_typer(secrets.app, name="secrets")
app.add_typer(image.app, name="image")
app.add_typer(account.app, name="account")
app.add_typer(alarms.app, name="alarms")
app.add_typer(dashboards.app, name="dashboards")
app.add_typer(env.app, name="env")
app.add_typer(report.app, name="report")
app.command()(diff)
app.command()(destroy)
app.command()(preflight)
app.command()(verify)
app.command()(doctor)
app.command()(status)
app.command()(outputs)
app.command()(egress)
app.command()(logs)
app.command()(events)
app.command(name="open")(open_place)
app.command()(scale)
app.command()(restart)
app.add_typer(gate.app, name="gate")
app.command()(repair)
app.command(name="exec")(execute)
app.command()(run)
app.add_typer(db.app, name="db")
app.add_typer(recovery.app, name="recovery")
app.add_typer(redis.app, name="redis")


def main() -> None:
    """Runs the command line and ends the process: the command `tradingbot` (pyproject.toml)."""
    prepare_streams()
    sys.exit(exit_code_of(lambda: app(prog_name="tradingbot")))


if __name__ == "__main__":
    main()
