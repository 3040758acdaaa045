"""The command line: `python -m tradingbot_infra VERB --env ENVIRONMENT`. Results go to stdout, progress and errors to stderr."""

import sys

import typer

from tradingbot_infra.commands import compliance, cost, doctor, image, logs, rehearsal, scale, secrets, shell, status, verify

app = typer.Typer(
    name="python -m tradingbot_infra",
    help="TradingBot AI on AWS: rehearse it, judge it, run it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain text wraps nowhere and reads the same in a log
    pretty_exceptions_enable=False,
)
app.command(context_settings=rehearsal.PASS_THROUGH)(rehearsal.up)
app.command(context_settings=rehearsal.PASS_THROUGH)(rehearsal.down)
app.add_typer(compliance.app, name="compliance")
app.add_typer(cost.app, name="cost")
app.add_typer(secrets.app, name="secrets")
app.add_typer(image.app, name="image")
app.command()(verify.verify)
app.command()(doctor.doctor)
app.command()(status.status)
app.command()(status.outputs)
app.command()(logs.logs)
app.command()(scale.scale)
app.command(name="exec")(shell.execute)

if __name__ == "__main__":
    sys.exit(app())
