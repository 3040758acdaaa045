"""The secrets that `secrets delete` and `secrets restore` are told to act on."""

from collections.abc import Sequence
from datetime import datetime

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_warning
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.errors import UserError


def selected(account: Account, names: list[str] | None, every: bool, *, allowed: Sequence[str]) -> dict[str, datetime | None]:
    """Those secrets that exist, each with the moment of its scheduled deletion, if any.

    Raises UserError for wrong names, for names together with --all, and for a named secret that does not exist, NotAnswered if
    nothing is deployed.
    """
    from tradingbot_infra.operations.live.stacks import check_deployed
    from tradingbot_infra.operations.secrets.deletion import deletions
    from tradingbot_infra.operations.secrets.names import all_named

    if bool(names) == every:
        raise UserError(f"Give names of secrets or --all, not both; allowed: {', '.join(allowed)}")
    wanted = APPLICATION_SECRETS if every else all_named(names or (), allowed)
    found = deletions(account.session, account.config.names, wanted)
    missing = [name for name in wanted if name not in found]
    if not found:
        check_deployed(account.session, account.config)
    if missing and not every:
        where = "on the local cloud" if account.local else f"in account {account.session.account}, region {account.session.region}"
        raise UserError(f"{', '.join(missing)}: no such secret {where}")
    for name in missing:
        print_warning(f"{name}: does not exist")
    return found
