"""What commands share that run one task beside the service: its log on stdout, its end, Ctrl-C."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import SecretStr

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_line, print_step, print_warning, stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.one_off.outcome import Outcome
    from tradingbot_infra.operations.one_off.place import Place
    from tradingbot_infra.operations.one_off.running import OneOff, Order

Timeout = Annotated[str, typer.Option(help="Stop the task after this time: a number of s, m, h or d.")]
Detach = Annotated[bool, typer.Option("--detach", "--no-wait", help="Start the task, print its id, and do not wait.")]

_POLL_SECONDS = 1.0
_LOCAL_POLL_SECONDS = 0.2


def print_progress(line: str) -> None:
    """A line of a task's log that is no result."""
    stderr.print(line, markup=False)


def started(account: Account, place: "Place", order: "Order") -> "OneOff":
    """Starts the task of an order, and says which. Ctrl-C at that moment leaves none behind."""
    from tradingbot_infra.operations.one_off.running import start

    try:
        task = start(account.session, account.config.names, place, order)
    except KeyboardInterrupt:
        _stop(account, place, order, "Ctrl-C")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    print_step(f"Task {task.id}")
    return task


def finished(
    account: Account, place: "Place", order: "Order", task: "OneOff", allowed: timedelta, show: Callable[[str], None] = print_line
) -> "Outcome":
    """Shows what the task logs until it has stopped, and returns how it ended.

    Ctrl-C stops the task and ends with 130. Raises UserError when the task ran longer than `allowed`; it is stopped then.
    """
    from tradingbot_infra.operations.one_off.outcome import outcome
    from tradingbot_infra.operations.one_off.running import TimedOutError, deadline, described, follow

    session, names = account.session, account.config.names
    pause = _LOCAL_POLL_SECONDS if session.local else _POLL_SECONDS
    try:
        for line in follow(session, names, task, until=deadline(allowed), told=_tell, wait=lambda: time.sleep(pause)):
            show(line.message)
        return outcome(described(session, names, task), order.containers)
    except KeyboardInterrupt:
        _stop(account, place, order, "Ctrl-C")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except TimedOutError:
        _stop(account, place, order, "--timeout")
        raise UserError(f"Task {task.id} ran longer than --timeout allows and was stopped") from None
    except Exception:
        print_warning(f"Task {task.id} runs on: {_ways_to_it(account, task)}")
        raise


def run_client(
    account: Account, place: "Place", document: Mapping[str, Any], container: str, command: list[str], allowed: timedelta
) -> "Outcome":
    """Runs a client of a data store, whose one container gets this command. Raises UserError where ECS could not take it."""
    from tradingbot_infra.operations.one_off.definitions import registered
    from tradingbot_infra.operations.one_off.running import Order
    from tradingbot_infra.operations.one_off.words import check_size

    overrides = {"containerOverrides": [{"name": container, "command": command}]}
    check_size(overrides, "The command")
    with registered(account.session, account.config.names, document) as definition:
        order = Order(definition=definition, containers=(container,), overrides=overrides)
        task = started(account, place, order)
    return finished(account, place, order, task, allowed)


def run_with_secret(
    account: Account,
    place: "Place",
    value: SecretStr,
    containers: Callable[[str], tuple[Mapping[str, Any], ...]],
    order_of: tuple[str, ...],
    allowed: timedelta,
    show: Callable[[str], None] = print_progress,
) -> "Outcome":
    """Runs containers that are given a value, such as a presigned URL, as a secret, by its ARN. `show` gets what they log."""
    from tradingbot_infra.operations.one_off.definitions import registered
    from tradingbot_infra.operations.one_off.documents import task as task_of
    from tradingbot_infra.operations.one_off.handover import handed_over
    from tradingbot_infra.operations.one_off.running import Order

    session, names = account.session, account.config.names
    with handed_over(session, names, place, value) as secret:
        with registered(session, names, task_of(names, place, *containers(secret))) as definition:
            order = Order(definition=definition, containers=order_of)
            task = started(account, place, order)
        return finished(account, place, order, task, allowed, show)


def end(result: "Outcome", *, what: str) -> None:
    """Ends the command with the exit code of what ran. Raises UserError when it never ran, with ECS's reason."""
    if result.code is None:
        raise UserError(f"{what} did not run: {result.reason or 'ECS gave no reason'}")
    if result.code:
        print_warning(f"Exit code {result.code}: {result.reason}")
        raise typer.Exit(result.code)


def left_running(account: Account, task: "OneOff") -> None:
    """For --detach: the id on stdout, and how to see what the task does."""
    print_line(task.id)
    stderr.print(_ways_to_it(account, task), markup=False)


def _ways_to_it(account: Account, task: "OneOff") -> str:
    from tradingbot_infra.operations.printed_commands import AwsCli

    read = OwnCommand(f"logs --follow --task {task.id}")
    end_it = AwsCli(f"ecs stop-task --cluster {account.config.names.cluster} --task {task.id}")
    return account.rendered(sentence(read, " reads its log, ", end_it, " ends it"))


def _stop(account: Account, place: "Place", order: "Order", reason: str) -> None:
    from tradingbot_infra.operations.one_off.running import stop

    seconds = max((int(each.get("stopTimeout", 30)) for each in order.definition["containerDefinitions"]), default=30)
    for task in stop(account.session, account.config.names, order, f"tradingbot: {reason}"):
        stderr.print(f"{reason}: task {task} stops. It gets SIGTERM now, and SIGKILL after {seconds} s", markup=False, style="yellow")


def _tell(state: str) -> None:
    stderr.print(f"    {state.lower()}", markup=False)
