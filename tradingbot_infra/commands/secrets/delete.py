"""`secrets delete`: schedules secrets for deletion."""

from datetime import datetime
from typing import Annotated

import typer

from tradingbot_infra.commands import terminal
from tradingbot_infra.commands.account import Account, account_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows, stderr
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.secrets.batch import run_each
from tradingbot_infra.commands.secrets.options import All, Names
from tradingbot_infra.commands.secrets.selection import selected
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

Confirm = Annotated[str | None, typer.Option(metavar="ENVIRONMENT", help="Name of the environment; deletes without asking for it.")]


@account_command
def delete(account: Account, names: Names = None, every: All = False, confirm: Confirm = None, json: Json = False) -> None:
    """Schedule secrets for deletion in 7 days. Asks before deleting.

    `secrets restore` brings them back until then. Running tasks keep the values that they started with, but no new task
    starts until the secrets are restored.
    """
    from tradingbot_infra.operations.secrets.deletion import schedule

    found = selected(account, names, every, allowed=APPLICATION_SECRETS)
    existing = tuple(secret for secret, deletion in found.items() if deletion is None)
    scheduled = {secret: deletion for secret, deletion in found.items() if deletion is not None}
    if existing:
        _confirm(account, existing, confirm)
        scheduled.update(run_each(schedule(account.session, account.config.names, existing), existing, "deleted"))
        restore = account.rendered(sentence("until ", OwnCommand(f"secrets restore {' '.join(existing)}")))
        stderr.print(f"Running tasks keep the values they started with; no new task starts {restore}.", markup=False)
    rows = [(name, scheduled[name]) for name in APPLICATION_SECRETS if name in scheduled]
    if json:
        secrets = [{"name": name, "deletion": moment.isoformat(), "new": name in existing} for name, moment in rows]
        print_json({"environment": account.config.environment, "secrets": secrets})
    else:
        _print(rows)


def _confirm(account: Account, secrets: tuple[str, ...], confirm: str | None) -> None:
    environment = account.config.environment
    if confirm is None and not terminal.is_interactive():
        raise UserError(f"There is no terminal to confirm at; nothing was deleted: --confirm {environment} deletes without asking")
    if confirm is None:
        stderr.print(f"To be deleted: {', '.join(secrets)}", markup=False)
    answer = confirm if confirm is not None else terminal.ask(f"Type {environment} to delete them")
    if answer != environment:
        raise UserError(f"{answer}: is not {environment}; nothing was deleted")


def _print(rows: list[tuple[str, datetime]]) -> None:
    if rows:
        print_rows([(name, f"can be restored until {moment:%Y-%m-%d %H:%M %Z}") for name, moment in rows])
    else:
        print_line("Nothing to do.")
