"""Writes values into secrets: shows what would change, asks, writes, and replaces running tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tradingbot_infra.commands import terminal
from tradingbot_infra.commands.account import Account
from tradingbot_infra.commands.console import print_json, print_line, print_rows, print_step, print_warning, stderr
from tradingbot_infra.commands.secrets.batch import run_each
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import start_new_tasks
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
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

    Raises UserError if the user does not confirm.
    """
    from tradingbot_infra.operations.secrets.changes import planned

    changes = planned(values, current, replaceable=options.replaceable)
    written: Sequence[str] = ()
    if any(change.writes for change in changes) and not options.dry_run:
        _confirm(account, changes, yes=options.yes)
        written = _write(account, changes)
    if not options.json:
        _print(changes, written, options)
    if written:
        _replace_tasks(account, roll=options.roll)
    if options.json:
        print_json(_document(account, changes, written, options))


def _confirm(account: Account, changes: Sequence["Change"], *, yes: bool) -> None:
    from tradingbot_infra.operations.secrets.changes import Action

    for change in changes:
        stderr.print(f"{change.secret}: {change.action}", markup=False)
    if any(change.secret == _ENCRYPTION_KEY and change.action is Action.REPLACE for change in changes):
        print_warning(
            f"{_ENCRYPTION_KEY}: data encrypted with the current key becomes unreadable unless the application encrypts it again "
            "(docs/operations.md, Replacing secrets by hand)"
        )
    if yes:
        return
    if not terminal.is_interactive():
        raise UserError("There is no terminal to confirm at; nothing was written: --yes writes without asking")
    if not terminal.confirm(f"Write {plural(sum(change.writes for change in changes), 'value')} to {account.config.environment}?"):
        raise UserError("Nothing was written")


def _write(account: Account, changes: Sequence["Change"]) -> Sequence[str]:
    from tradingbot_infra.operations.secrets.values import put

    values = {change.secret: change.value for change in changes if change.writes}
    return run_each(put(account.session, account.config.names, values), tuple(values), "written")


def _replace_tasks(account: Account, *, roll: bool) -> None:
    if not roll:
        stderr.print(f"Running tasks keep the old values. To replace the tasks: `{_roll_command(account)}`", markup=False)
        return
    from tradingbot_infra.operations.live.service import roll as replace_tasks

    try:
        replace_tasks(account.session, account.config.names)
    except Exception:
        print_warning(f"The values are written, but the running tasks were not replaced: `{_roll_command(account)}`")
        raise
    print_step("ECS is replacing the running tasks one after the other; new tasks read the new values")


def _roll_command(account: Account) -> str:
    """The command of docs/operations.md, which needs only the AWS CLI."""
    return account.rendered(start_new_tasks(account.config.names))


def _document(account: Account, changes: Sequence["Change"], written: Sequence[str], options: WriteOptions) -> dict[str, object]:
    secrets = [{"name": change.secret, "action": change.action.name.lower(), "written": change.secret in written} for change in changes]
    rolled = bool(written) and options.roll
    return {
        "environment": account.config.environment,
        "dry_run": options.dry_run,
        "secrets": secrets,
        "rolled": rolled,
        "next_step": _roll_command(account) if written and not rolled else None,
    }


def _print(changes: Sequence["Change"], written: Sequence[str], options: WriteOptions) -> None:
    if not changes:
        print_line("Nothing to write.")
        return
    print_rows([(change.secret, "written" if change.secret in written else str(change.action)) for change in changes])
    if options.dry_run:
        print_line("Nothing was written: --dry-run.")
