"""`secrets restore`: cancels the deletion of secrets."""

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.secrets.batch import run_each
from tradingbot_infra.commands.secrets.options import All, Names
from tradingbot_infra.commands.secrets.selection import selected
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET

RESTORABLE = (*APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET)
"""No task starts while one of these is missing, so all can be restored, also those that `secrets delete` does not delete."""


@account_command
def restore(account: Account, names: Names = None, every: All = False, json: Json = False) -> None:
    """Cancel the deletion of secrets. Their values are unchanged."""
    from tradingbot_infra.operations.secrets.deletion import restore as cancel_deletion

    found = selected(account, names, every, allowed=RESTORABLE)
    scheduled = tuple(secret for secret, deletion in found.items() if deletion is not None)
    restored = run_each(cancel_deletion(account.session, account.config.names, scheduled), scheduled, "restored")
    if json:
        secrets = [{"name": name, "restored": name in restored} for name in found]
        print_json({"environment": account.config.environment, "secrets": secrets})
    elif found:
        print_rows([(name, "restored" if name in restored else "was not scheduled for deletion") for name in found])
    else:
        print_line("Nothing to do.")
