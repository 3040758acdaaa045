"""`open`: the address of the API, a dashboard, the logs or the service's console, and a browser where there is one."""

import os
import sys
import webbrowser
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_line
from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence


class Place(StrEnum):
    """What can be opened."""

    API = "api"
    DASHBOARD = "dashboard"
    LOGS = "logs"
    CONSOLE = "console"
    TRADING = "trading"


_INSTEAD = {Place.DASHBOARD: "alarms list", Place.LOGS: "logs", Place.CONSOLE: "status"}
"""The command that shows on the local cloud what AWS's console shows."""


@reading_command
def open_place(
    account: Account,
    place: Annotated[Place, typer.Argument(metavar="PLACE", help=f"One of {', '.join(Place)}.")],
    only_print: Annotated[bool, typer.Option("--print", help="Only print the address.")] = False,
) -> None:
    """Print an address, and open it in a browser. Read-only.

    A browser is opened only from a terminal with a display. `trading` prints how trading stands first, as `status` does, and is all that
    the local cloud shows of it.
    """
    if place is Place.TRADING:
        _print_trading(account)
        if account.session.local or not account.config.dashboards.trading_dashboards:
            return
    address = _api(account) if place is Place.API else _console(account, place)
    print_line(address)
    if not only_print and _has_browser():
        webbrowser.open(address)


def _api(account: Account) -> str:
    from tradingbot_infra.operations.live.stacks import named_output, read_stacks

    return named_output(read_stacks(account.session, account.config), "ApiUrl")


def _print_trading(account: Account) -> None:
    from tradingbot_infra.commands.trading_output import trading_lines
    from tradingbot_infra.operations.live.trading import read_trading

    for line in trading_lines(read_trading(account.session, account.config, now=datetime.now(UTC))):
        print_line(line.removeprefix("  "))


def _console(account: Account, place: Place) -> str:
    if account.session.local:
        instead = sentence(f"{place}: the local cloud has no console; ", OwnCommand(_INSTEAD[place]), " shows it here")
        raise UserError(account.rendered(instead))
    return console_address(place, account.config.names, account.config.network.region)


def console_address(place: Place, names: Names, region: str) -> str:
    """The page of AWS's console, in the account that the browser is signed in to."""
    home = f"https://{region}.console.aws.amazon.com"
    pages = {
        Place.DASHBOARD: f"/cloudwatch/home?region={region}#dashboards/dashboard/{names.dashboard}",
        Place.LOGS: f"/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{_encoded(names.container_log_group)}",
        Place.TRADING: f"/cloudwatch/home?region={region}#dashboards/dashboard/{names.trading_dashboard('trading')}",
        Place.CONSOLE: f"/ecs/v2/clusters/{names.cluster}/services/{names.service}/health?region={region}",
    }
    return home + pages[place]


def _encoded(group: str) -> str:
    """CloudWatch's console reads the name twice encoded, with a dollar for the second percent sign."""
    return quote(quote(group, safe=""), safe="").replace("%", "$")


def _has_browser() -> bool:
    display = sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return sys.stdout.isatty() and display
