"""`status`: the state of what is deployed."""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, stdout
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.overview import Overview

Watch = Annotated[bool, typer.Option("--watch", "-w", help="Show it again and again until Ctrl-C, which ends with 0.")]
Every = Annotated[float, typer.Option(min=1, max=3600, help="With --watch: seconds between two looks.")]


@reading_command
def status(account: Account, watch: Watch = False, every: Every = 5, json: Json = False) -> None:
    """Show the state of stacks, service, data stores and alarms. Read-only.

    Exits 1 if an alarm fires, or anything is down or missing. A service without a task is down, unless the office hours of the
    settings stopped it. --watch redraws at a terminal and prints one block after the other into a pipe.
    """
    if watch and json:
        raise UserError("--watch and --json: one or the other; allowed: --json again and again")
    if watch:
        _watch(account, every)
        return
    overview = _read(account)
    if json:
        print_json({"environment": account.config.environment, "well": overview.well, **overview.document})
    else:
        _print(account, overview)
    if not overview.well:
        raise typer.Exit(ExitCode.FAILED)


def _watch(account: Account, every: float) -> None:
    """Endless, as `logs --follow` is; Ctrl-C is the way to end it."""
    try:
        while True:
            overview = _read(account)
            if stdout.is_terminal and not stdout.is_dumb_terminal:
                stdout.clear()
            print_line(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, every {every:g} s, Ctrl-C ends it")
            _print(account, overview)
            print_line("")
            time.sleep(every)
    except KeyboardInterrupt:
        return


def _read(account: Account) -> "Overview":
    from tradingbot_infra.operations.live.overview import read_overview

    return read_overview(account.session, account.config, now=datetime.now(UTC))


def _print(account: Account, overview: "Overview") -> None:
    from tradingbot_infra.commands.status_output import lines

    for line in lines(account, overview):
        print_line(line)
