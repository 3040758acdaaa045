"""`secrets delete` and `secrets restore`: gone in seven days, unless restored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import Json, print_json, print_rows, progress, results
from tradingbot_infra.commands.secrets import terminal
from tradingbot_infra.commands.secrets.stepwise import carried_out
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET
from tradingbot_infra.errors import UserError

Names = Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Such as binance-api-key or BINANCE_API_KEY.", show_default=False)]
RESTORABLE = (*APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET)
"""No task starts without any of them, whoever deleted it."""

All = Annotated[bool, typer.Option("--all", help="All eight secrets of the application.")]


@on_account
def delete(
    account: Account,
    names: Names = None,
    every: All = False,
    confirm: Annotated[str | None, typer.Option(metavar="ENVIRONMENT", help="The environment's name, instead of typing it.")] = None,
    json: Json = False,
) -> None:
    """Schedule secrets for deletion; they can be restored for 7 days.

    Tasks that run keep the values they started with, but no new task starts until the secrets are restored.
    """
    from tradingbot_infra.operations.secrets.deletion import schedule

    found = _found(account, names, every, allowed=APPLICATION_SECRETS)
    standing = tuple(secret for secret, deletion in found.items() if deletion is None)
    scheduled = {secret: deletion for secret, deletion in found.items() if deletion is not None}
    if standing:
        _agree(account, standing, confirm)
        gone = carried_out(schedule(account.session, account.config.names, standing), standing, "deleted")
        scheduled.update(gone)
        progress.print("Running tasks keep the values they started with; no new task starts until `secrets restore`.", markup=False)
    if json:
        rows = [{"name": name, "deletion": moment.isoformat(), "new": name in standing} for name, moment in _in_order(scheduled)]
        print_json({"environment": account.config.environment, "secrets": rows})
    else:
        _print([(name, f"can be restored until {moment:%Y-%m-%d %H:%M %Z}") for name, moment in _in_order(scheduled)])


@on_account
def restore(account: Account, names: Names = None, every: All = False, json: Json = False) -> None:
    """Take back the deletion of secrets; they hold the values they held."""
    from tradingbot_infra.operations.secrets.deletion import restore as take_back

    found = _found(account, names, every, allowed=RESTORABLE)
    scheduled = tuple(secret for secret, deletion in found.items() if deletion is not None)
    restored = carried_out(take_back(account.session, account.config.names, scheduled), scheduled, "restored")
    if json:
        rows = [{"name": name, "restored": name in restored} for name in found]
        print_json({"environment": account.config.environment, "secrets": rows})
    else:
        _print([(name, "restored" if name in restored else "was not scheduled for deletion") for name in found])


def _found(account: Account, names: list[str] | None, every: bool, *, allowed: Sequence[str]) -> dict[str, datetime | None]:
    """The secrets that are meant and exist, and when those scheduled for deletion go."""
    from tradingbot_infra.operations.secrets.deletion import deletions
    from tradingbot_infra.operations.secrets.names import all_named

    if bool(names) == every:
        raise UserError(f"Name secrets, or --all, and not both; allowed: {', '.join(allowed)}")
    meant = APPLICATION_SECRETS if every else all_named(names or (), allowed)
    found = deletions(account.session, account.config.names, meant)
    missing = [name for name in meant if name not in found]
    if missing and not every:
        raise UserError(f"{', '.join(missing)}: no such secret in account {account.session.account}, region {account.session.region}")
    for name in missing:
        progress.print(f"{name}: does not exist", markup=False, style="yellow")
    return found


def _agree(account: Account, secrets: tuple[str, ...], confirm: str | None) -> None:
    environment = account.config.environment
    if confirm is None and not terminal.present():
        raise UserError(f"Nobody is at a terminal to agree; nothing was deleted: --confirm {environment} deletes without asking")
    if confirm is None:
        progress.print(f"To be deleted: {', '.join(secrets)}", markup=False)
    answer = confirm if confirm is not None else terminal.typed(f"Type {environment} to delete them")
    if answer != environment:
        raise UserError(f"{answer}: is not {environment}; nothing was deleted")


def _in_order(moments: dict[str, datetime]) -> list[tuple[str, datetime]]:
    return [(name, moments[name]) for name in APPLICATION_SECRETS if name in moments]


def _print(rows: list[tuple[str, str]]) -> None:
    if rows:
        print_rows(rows)
    else:
        results.print("Nothing to do.")
