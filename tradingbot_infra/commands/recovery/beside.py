"""A task that reaches both databases: the copy gets a new password, which the task alone is given."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.one_off import run_with_secret
from tradingbot_infra.commands.recovery.waiting import watched

if TYPE_CHECKING:
    from datetime import timedelta

    from tradingbot_infra.operations.one_off.outcome import Outcome
    from tradingbot_infra.operations.one_off.place import Place
    from tradingbot_infra.operations.recovery.beside import Copy


def run_at_both(
    account: Account,
    place: "Place",
    copy: "Copy",
    container: Callable[[str], Mapping[str, Any]],
    allowed: "timedelta",
    show: Callable[[str], None],
) -> "Outcome":
    """Runs the container that `container` makes with the ARN of a secret, the copy's new password; `show` gets each line that it logs."""
    from tradingbot_infra.operations.recovery.beside import until_ready
    from tradingbot_infra.operations.recovery.credentials import set_password

    session, names = account.session, account.config.names
    print_step(f"A new password for {copy.identifier}, which this task alone is given")
    password = set_password(session, copy)
    watched(account, lambda wait: until_ready(session, names, wait=wait), on_interrupt="Nothing but the copy's password was changed")
    name = str(container("")["name"])
    return run_with_secret(account, place, password, lambda secret: (container(secret),), (name,), allowed, show)
