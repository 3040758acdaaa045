"""`db shell`: psql at this terminal, where the environment allows shells."""

import time
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_step
from tradingbot_infra.commands.one_off import started
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.service import Task
    from tradingbot_infra.operations.one_off.running import OneOff

_PATIENCE_SECONDS = 300
_POLL_SECONDS = 2.0


@account_command
def shell(account: Account) -> None:
    """Open psql at this terminal. Needs enable_execute_command.

    Uses ECS Exec and the Session Manager plugin, as `exec` does, in a task of its own, which ends with psql. Production never enables
    it: `db query` asks without a shell.
    """
    from tradingbot_infra.operations.one_off.database import PSQL, psql_session
    from tradingbot_infra.operations.one_off.definitions import registered
    from tradingbot_infra.operations.one_off.documents import interactive
    from tradingbot_infra.operations.one_off.place import read_place
    from tradingbot_infra.operations.one_off.running import Order, stop
    from tradingbot_infra.operations.shell import plugin_path, run_in_task

    session, names = account.session, account.config.names
    place = read_place(session, names)
    if not place.service.execute_command:
        other = account.rendered(sentence(OwnCommand('db query "SELECT 1"')))
        raise UserError(f"{account.config.environment} opens no shell (enable_execute_command is off); {other} asks without one")
    plugin = plugin_path()
    print_step(f"psql in a task of {account.config.environment}")
    container, command = psql_session(place)
    with registered(session, names, interactive(names, place, container)) as definition:
        order = Order(definition=definition, containers=(PSQL,), execute_command=True)
        task = started(account, place, order)
    try:
        code = run_in_task(session, names, _ready(account, task), PSQL, command, plugin)
    finally:
        stop(session, names, order, "tradingbot: psql ended")
    raise typer.Exit(code)


def _ready(account: Account, task: "OneOff") -> "Task":
    """The task once ECS Exec can reach it; raises UserError when it ends before, or takes longer than five minutes."""
    from tradingbot_infra.operations.one_off.database import PSQL
    from tradingbot_infra.operations.one_off.outcome import outcome
    from tradingbot_infra.operations.one_off.running import described, reached

    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        now = described(account.session, account.config.names, task)
        if now.get("lastStatus") == "STOPPED":
            raise UserError(f"psql did not run: {outcome(now, (PSQL,)).reason}")
        if (found := reached(now, PSQL)) is not None:
            return found
        time.sleep(_POLL_SECONDS)
    raise UserError(f"Task {task.id} cannot be reached after {_PATIENCE_SECONDS} s; it is stopped")
