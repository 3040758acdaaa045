"""Writes values into secrets: what would change, the question, the writing, and what running tasks need."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tradingbot_infra.commands.account import Account
from tradingbot_infra.commands.console import print_json, print_rows, progress, results, say
from tradingbot_infra.commands.secrets import terminal
from tradingbot_infra.commands.secrets.stepwise import carried_out
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.secrets.changes import Change
    from tradingbot_infra.operations.secrets.values import Held

_ENCRYPTION_KEY = "encryption-key"


@dataclass(frozen=True)
class Manner:
    """How values are written, as the options say. `replaceable` names the secrets whose real values may be replaced."""

    replaceable: Collection[str]
    dry_run: bool
    yes: bool
    roll: bool
    json: bool


def write(account: Account, values: Mapping[str, SecretStr], current: Mapping[str, "Held"], manner: Manner) -> None:
    """Writes the values that change something, once a person or --yes agrees, and prints what was done by name only.

    Raises UserError when nobody agrees.
    """
    from tradingbot_infra.operations.secrets.changes import planned

    changes = planned(values, current, replaceable=manner.replaceable)
    written: Sequence[str] = ()
    if any(change.writes for change in changes) and not manner.dry_run:
        _agree(account, changes, yes=manner.yes)
        written = _write(account, changes)
    if not manner.json:
        _print(changes, written, manner)
    if written:
        _renew_tasks(account, roll=manner.roll)
    if manner.json:
        print_json(_document(account, changes, written, manner))


def _agree(account: Account, changes: Sequence["Change"], *, yes: bool) -> None:
    from tradingbot_infra.operations.secrets.changes import Action

    for change in changes:
        progress.print(f"{change.secret}: {change.action}", markup=False)
    if any(change.secret == _ENCRYPTION_KEY and change.action is Action.REPLACE for change in changes):
        progress.print(
            f"{_ENCRYPTION_KEY}: what the application stored under the real key becomes unreadable, unless it encrypts that again "
            "(docs/operations.md, Replacing secrets by hand)",
            markup=False,
            style="yellow",
        )
    if yes:
        return
    if not terminal.present():
        raise UserError("Nobody is at a terminal to agree; nothing was written: --yes writes without asking")
    if not terminal.agreed(f"Write {sum(change.writes for change in changes)} values to {account.config.environment}?"):
        raise UserError("Nothing was written")


def _write(account: Account, changes: Sequence["Change"]) -> Sequence[str]:
    from tradingbot_infra.operations.secrets.values import put

    values = {change.secret: change.value for change in changes if change.writes}
    return carried_out(put(account.session, account.config.names, values), tuple(values), "written")


def _renew_tasks(account: Account, *, roll: bool) -> None:
    if not roll:
        progress.print(f"Running tasks read secrets when they start. New tasks: `{_roll_command(account)}`", markup=False)
        return
    from tradingbot_infra.operations.live.service import roll as start_new_tasks

    try:
        start_new_tasks(account.session, account.config.names)
    except Exception:
        progress.print(f"The values are written, but no new tasks start: `{_roll_command(account)}`", markup=False, style="yellow")
        raise
    say("ECS replaces the running tasks, one after the other; the new ones read the new values")


def _roll_command(account: Account) -> str:
    """What README and docs/operations.md name too; nothing but the AWS CLI is needed for it."""
    names = account.config.names
    return account.completed(f"aws ecs update-service --cluster {names.cluster} --service {names.service} --force-new-deployment")


def _document(account: Account, changes: Sequence["Change"], written: Sequence[str], manner: Manner) -> dict[str, object]:
    secrets = [{"name": change.secret, "action": change.action.name.lower(), "written": change.secret in written} for change in changes]
    rolled = bool(written) and manner.roll
    return {
        "environment": account.config.environment,
        "dry_run": manner.dry_run,
        "secrets": secrets,
        "rolled": rolled,
        "next_step": _roll_command(account) if written and not rolled else None,
    }


def _print(changes: Sequence["Change"], written: Sequence[str], manner: Manner) -> None:
    if not changes:
        results.print("Nothing to write.")
        return
    print_rows([(change.secret, "written" if change.secret in written else str(change.action)) for change in changes])
    if manner.dry_run:
        results.print("Nothing was written: --dry-run.")
