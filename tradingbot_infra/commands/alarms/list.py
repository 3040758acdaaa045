"""`alarms list`: every alarm, its state, since when and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_warning
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.status_output import moment

if TYPE_CHECKING:
    from tradingbot_infra.operations.failures import Unread
    from tradingbot_infra.operations.live.alarms import Alarm
    from tradingbot_infra.operations.live.silences import Silence

_HEADINGS = ("ALARM", "STATE", "SINCE", "SILENT", "REASON")


@reading_command
def list_alarms(account: Account, json: Json = False) -> None:
    """Show every alarm: its state, since when, and why. Read-only; exits 1 if one is in ALARM."""
    from tradingbot_infra.operations.failures import results
    from tradingbot_infra.operations.live.alarms import every_alarm, with_contributors
    from tradingbot_infra.operations.live.silences import silences
    from tradingbot_infra.operations.live.stacks import read_stacks

    read_stacks(account.session, account.config)  # says so where nothing is deployed
    found = [with_contributors(account.session, alarm) for alarm in every_alarm(account.session, account.config)]
    (silent,) = results(lambda: (silences(account.session, account.config.names),), otherwise=_unread)
    if json:
        rows = [_document(alarm, silent) for alarm in found]
        print_json({"environment": account.config.environment, "alarms": rows})
    else:
        _print(account, found, silent)
    if any(alarm.state == "ALARM" for alarm in found):
        raise typer.Exit(ExitCode.FAILED)


def _unread(fact: "Unread") -> "tuple[Silence, ...]":
    print_warning(f"Silences are not known: {fact.why}")
    return ()


def _document(alarm: "Alarm", silent: Sequence["Silence"]) -> dict[str, object]:
    until = [each for each in silent if alarm.name in each.alarms]
    return {
        "name": alarm.name,
        "state": alarm.state,
        "since": alarm.since.isoformat() if alarm.since else None,
        "reason": alarm.reason,
        "contributors": None if alarm.contributors is None else list(alarm.contributors),
        "parts": list(alarm.parts),
        "actions_enabled": alarm.actions_enabled,
        "silences": [{"rule": each.rule, "until": each.until.isoformat() if each.until else None, "why": each.why} for each in until],
    }


def _print(account: Account, found: Sequence["Alarm"], silent: Sequence["Silence"]) -> None:
    prefix = f"{account.config.names.prefix}-"
    if not found:
        print_line("No alarm exists.")
        return
    ordered = sorted(found, key=lambda alarm: (alarm.state != "ALARM", alarm.name))
    rows = [
        (alarm.name.removeprefix(prefix), alarm.state, moment(alarm.since), _silent(alarm, silent), _reason(alarm, found, prefix))
        for alarm in ordered
    ]
    print_rows([_HEADINGS, *rows])


def _reason(alarm: "Alarm", found: Sequence["Alarm"], prefix: str) -> str:
    """Why, after what rings in it: the series of a query, or the parts of a composite alarm."""
    ringing = [each.name.removeprefix(prefix) for each in found if each.name in alarm.parts and each.state == "ALARM"]
    of_what = "; ".join((*(alarm.contributors or ()), *ringing))
    reason = " ".join(alarm.reason.split())
    return f"{of_what}: {reason}" if of_what else reason


def _silent(alarm: "Alarm", silent: Sequence["Silence"]) -> str:
    if not alarm.actions_enabled:
        return "switched off"
    ends = [each.until for each in silent if alarm.name in each.alarms]
    if not ends:
        return "-"
    return "without an end" if None in ends else f"until {moment(max(end for end in ends if end))}"
