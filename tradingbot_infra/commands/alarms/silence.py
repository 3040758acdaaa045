"""`alarms silence` and `alarms unsilence`: mute rules of CloudWatch, which end by themselves."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_json, print_line, stderr
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.status_output import moment
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.alarms import Alarm

Names = Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Alarms, such as ecs-cpu.", show_default=False)]
Every = Annotated[bool, typer.Option("--all", help="Every alarm of the environment.")]
For = Annotated[str, typer.Option("--for", help="How long: a number of m, h or d, from 1m to 15d, such as 2h.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for whoever finds the alarms silent.")]


@account_command
def silence(
    account: Account, length: For, names: Names = None, every: Every = False, reason: Why = "", yes: Yes = False, json: Json = False
) -> None:
    """Silence alarms for a time. Asks first.

    The alarms go on changing their state, but tell nobody. A mute rule of CloudWatch does it, which begins with the next full minute
    and ends by itself; an alarm that is in ALARM by then tells at that moment. `status` and `verify` name what is silent.
    """
    from tradingbot_infra.operations.live.logs import period
    from tradingbot_infra.operations.live.silences import LONGEST, SHORTEST
    from tradingbot_infra.operations.live.silences import silence as begin

    how_long = period(length)
    if not SHORTEST <= how_long <= LONGEST:
        raise UserError(f"--for {length}: CloudWatch mutes an alarm for 1m to 15d; allowed: such as 2h")
    chosen = _chosen(account, names or (), every)
    _all_tell_somebody(chosen)
    silent = [alarm.name for alarm in chosen]
    stderr.print(f"Nobody is told of: {', '.join(silent)}", markup=False)
    approve(f"Silence {plural(len(chosen), 'alarm')} of {account.config.environment} for {length}?", yes=yes)
    why = reason or f"tradingbot alarms silence, by {_who()}"
    made = begin(account.session, account.config.names, silent, now=datetime.now(UTC), length=how_long, why=why)
    if json:
        until = made.until.isoformat() if made.until else None
        print_json({"environment": account.config.environment, "alarms": silent, "rule": made.rule, "until": until})
        return
    ends = account.rendered(sentence("; ", OwnCommand(f"alarms unsilence {_again(names or ())}"), " ends it before"))
    print_line(f"{plural(len(chosen), 'alarm is', 'alarms are')} silent from the next minute until {moment(made.until)}{ends}")


@account_command
def unsilence(account: Account, names: Names = None, every: Every = False, json: Json = False) -> None:
    """End silences at once. An alarm that is in ALARM then tells so."""
    from tradingbot_infra.operations.live.silences import unsilence as end

    ended = end(account.session, account.config.names, [alarm.name for alarm in _chosen(account, names or (), every)])
    if json:
        print_json({"environment": account.config.environment, "alarms": list(ended)})
    elif ended:
        print_line(f"{plural(len(ended), 'alarm tells', 'alarms tell')} again: {', '.join(ended)}")
    else:
        print_line("None of them was silent.")


def _chosen(account: Account, names: Sequence[str], every: bool) -> list["Alarm"]:
    """Those that are meant. Raises UserError for a name that no alarm has, and without a choice."""
    from tradingbot_infra.operations.live.alarms import alarms

    if bool(names) == every:
        raise UserError("Give names of alarms or --all, not both; `alarms list` names them")
    prefix = f"{account.config.names.prefix}-"
    known = {alarm.name: alarm for alarm in alarms(account.session, account.config.names)}
    wanted = list(known) if every else [f"{prefix}{name.removeprefix(prefix)}" for name in names]
    unknown = [name.removeprefix(prefix) for name in wanted if name not in known]
    if unknown or not known:
        allowed = ", ".join(name.removeprefix(prefix) for name in known) or "none exists"
        raise UserError(f"{', '.join(unknown) or '--all'}: there is no such alarm; allowed: {allowed}")
    return [known[name] for name in dict.fromkeys(wanted)]


def _all_tell_somebody(chosen: Sequence["Alarm"]) -> None:
    """Raises UserError for an alarm whose silence would change nothing: without an action it tells nobody, and its composite still does."""
    told = {part: alarm.name for alarm in chosen for part in alarm.parts}
    if mute := [alarm.name for alarm in chosen if not alarm.actions and alarm.name not in told]:
        raise UserError(
            f"{', '.join(mute)}: tells nobody by itself, so its silence would change nothing; "
            "allowed: the composite alarm that it is a part of (`alarms list`), which silences all its parts"
        )


def _again(names: Sequence[str]) -> str:
    return " ".join(names) or "--all"


def _who() -> str:
    """The user of this machine, for those who find the alarms silent; CloudTrail has the principal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "a user without a name"
