"""Writes values into secrets: shows what would change, asks, writes, and replaces running tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer
from pydantic import SecretStr

from tradingbot_infra.commands import terminal
from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_warning, stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.secrets.batch import run_each
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.rollout import Outcome
    from tradingbot_infra.operations.secrets.changes import Change
    from tradingbot_infra.operations.secrets.values import Held

_ENCRYPTION_KEY = "encryption-key"


@dataclass(frozen=True)
class WriteOptions:
    """The options of `secrets push` and `secrets generate`. `replaceable` names the secrets whose real values may be replaced."""

    replaceable: Collection[str]
    dry_run: bool
    yes: bool
    roll: bool
    json: bool


def write(account: Account, values: Mapping[str, SecretStr], current: Mapping[str, "Held"], options: WriteOptions) -> None:
    """Writes the values that change something, once the user confirms or --yes is given, and prints names, never values.

    With --roll it then replaces the tasks, also where nothing was written: somebody may have written before.

    Raises UserError if the user does not confirm, and typer.Exit if the new tasks fail.
    """
    from tradingbot_infra.operations.secrets.changes import planned

    changes = planned(values, current, replaceable=options.replaceable)
    writes, acts = sum(change.writes for change in changes), not options.dry_run
    written: Sequence[str] = ()
    if acts and (writes or options.roll):
        _confirm(account, changes, writes, options)
    if acts and writes:
        written = _write(account, changes)
    if not options.json:
        _print(changes, written, options)
    outcome = _replace_tasks(account, written) if acts and options.roll else None
    if written and not options.roll:
        stderr.print(f"Running tasks keep the old values. To replace the tasks: `{_roll_command(account)}`", markup=False)
    if options.json:
        print_json(_document(account, changes, written, options, outcome))
    if outcome not in (None, "done"):
        raise typer.Exit(ExitCode.FAILED)


def _confirm(account: Account, changes: Sequence["Change"], writes: int, options: WriteOptions) -> None:
    from tradingbot_infra.operations.secrets.changes import Action

    for change in changes:
        stderr.print(f"{change.secret}: {change.action}", markup=False)
    if any(change.secret == _ENCRYPTION_KEY and change.action is Action.REPLACE for change in changes):
        print_warning(
            f"{_ENCRYPTION_KEY}: data encrypted with the current key becomes unreadable unless the application encrypts it again "
            "(docs/operations.md, Replacing secrets by hand)"
        )
    if options.roll and not writes:
        print_warning("No value changes. --roll replaces the tasks anyway, so that they read what the secrets hold")
    if options.yes:
        return
    if not terminal.is_interactive():
        raise UserError("There is no terminal to confirm at; nothing was written: --yes writes without asking")
    if not terminal.confirm(_question(account.config.environment, writes, roll=options.roll)):
        raise UserError("Nothing was written" + (", and no task was replaced" if options.roll else ""))


def _question(environment: str, writes: int, *, roll: bool) -> str:
    """What is about to be done, as a question: "Write 1 value to production, then replace its tasks?"."""
    if not writes:
        return f"Replace the tasks of {environment}?"
    return f"Write {plural(writes, 'value')} to {environment}{', then replace its tasks' if roll else ''}?"


def _write(account: Account, changes: Sequence["Change"]) -> Sequence[str]:
    from tradingbot_infra.operations.secrets.values import put

    values = {change.secret: change.value for change in changes if change.writes}
    return run_each(put(account.session, account.config.names, values), tuple(values), "written")


def _replace_tasks(account: Account, written: Sequence[str]) -> "Outcome":
    from tradingbot_infra.commands.rollout import ending, replace_tasks

    try:
        outcome = replace_tasks(account)
    except Exception:
        if written:
            print_warning(f"The values are written, but the running tasks were not replaced: `{_roll_command(account)}`")
        raise
    stderr.print(ending(account, outcome), markup=False)
    return outcome


def _roll_command(account: Account) -> str:
    return account.rendered(OwnCommand("restart"))


def _document(
    account: Account, changes: Sequence["Change"], written: Sequence[str], options: WriteOptions, outcome: "Outcome | None"
) -> dict[str, object]:
    secrets = [{"name": change.secret, "action": change.action.name.lower(), "written": change.secret in written} for change in changes]
    return {
        "environment": account.config.environment,
        "dry_run": options.dry_run,
        "secrets": secrets,
        "rolled": outcome is not None,
        "rollout": outcome.replace(" ", "_") if outcome else None,
        "next_step": _roll_command(account) if written and outcome is None else None,
    }


def _print(changes: Sequence["Change"], written: Sequence[str], options: WriteOptions) -> None:
    if not changes:
        print_line("Nothing to write.")
        return
    print_rows([(change.secret, "written" if change.secret in written else str(change.action)) for change in changes])
    if options.dry_run:
        print_line("Nothing was written: --dry-run.")
