"""`secrets delete`: schedules secrets for deletion."""

from datetime import datetime

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Confirm, approve_loss
from tradingbot_infra.commands.console import print_json, print_line, print_rows, stderr
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.secrets.batch import run_each
from tradingbot_infra.commands.secrets.options import All, Names
from tradingbot_infra.commands.secrets.selection import selected
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence


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
        approve_loss(f"To be deleted: {', '.join(existing)}", account.config.environment, confirmed=confirm)
        scheduled.update(run_each(schedule(account.session, account.config.names, existing), existing, "deleted"))
        restore = account.rendered(sentence("until ", OwnCommand(f"secrets restore {' '.join(existing)}")))
        stderr.print(f"Running tasks keep the values they started with; no new task starts {restore}.", markup=False)
    rows = [(name, scheduled[name]) for name in APPLICATION_SECRETS if name in scheduled]
    if json:
        secrets = [{"name": name, "deletion": moment.isoformat(), "new": name in existing} for name, moment in rows]
        print_json({"environment": account.config.environment, "secrets": secrets})
    else:
        _print(rows)


def _print(rows: list[tuple[str, datetime]]) -> None:
    if rows:
        print_rows([(name, f"can be restored until {moment:%Y-%m-%d %H:%M %Z}") for name, moment in rows])
    else:
        print_line("Nothing to do.")
