"""Replaces the running tasks and watches until ECS is done: `restart`, and `--roll` of the commands that write secrets."""

import time
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.console import print_step, print_warning, stderr
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.rollout import Outcome, Progress, Started

_POLL_SECONDS = 5.0
_LOCAL_POLL_SECONDS = 0.5
PATIENCE_SECONDS = 3600.0
"""How long a deployment is watched. With the circuit breaker it has ended before; without, ECS tries for ever."""


def replace_tasks(account: Account) -> "Outcome":
    """Starts a new deployment and returns how it ended. Progress goes to stderr.

    Raises typer.Exit for Ctrl-C, which stops watching only.
    """
    from tradingbot_infra.operations.live.rollout import start

    started = start(account.session, account.config.names)
    if not started.wanted:
        print_step("No task is wanted, so none is replaced; tasks that start later read the new values")
    else:
        print_step(f"ECS replaces {plural(started.wanted, 'task')}: each new one serves before an old one stops")
    try:
        return _watch(account, started)
    except KeyboardInterrupt:
        how_far = account.rendered(sentence("Stopped watching; ECS goes on. ", OwnCommand("status"), " shows how far it is"))
        stderr.print(how_far, markup=False, style="yellow")
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def ending(account: Account, outcome: "Outcome") -> str:
    """What became of the tasks, and what to do next, in one line."""
    ends = {
        "done": sentence("Every task is new. Next: ", OwnCommand("verify")),
        "rolled back": sentence(
            "The new tasks failed, and the circuit breaker rolled back: the tasks are those of the last deployment that completed. Next: ",
            OwnCommand("doctor tasks-pending"),
        ),
        "failed": sentence("The new tasks failed, and nothing took their place. Next: ", OwnCommand("doctor tasks-pending")),
        "replaced": sentence("Another deployment has begun meanwhile and replaces these tasks. Next: ", OwnCommand("status")),
        "under way": sentence("ECS has not ended within an hour and goes on. Next: ", OwnCommand("doctor tasks-pending")),
        "rolling back": sentence("The new tasks failed, and the rollback goes on. Next: ", OwnCommand("doctor tasks-pending")),
    }
    return account.rendered(ends[outcome])


def _watch(account: Account, started: "Started") -> "Outcome":
    from tradingbot_infra.operations.live.rollout import watch

    seconds = _LOCAL_POLL_SECONDS if account.session.local else _POLL_SECONDS
    begun, before = time.monotonic(), None
    for progress in watch(account.session, account.config.names, started, wait=lambda: time.sleep(seconds)):
        _print_changes(progress, before, int(time.monotonic() - begun))
        before = progress
        if time.monotonic() - begun > PATIENCE_SECONDS:
            break
    return progress.outcome


def _print_changes(progress: "Progress", before: "Progress | None", seconds: int) -> None:
    """A line for what has changed since the last look, so that a log does not fill."""
    for complaint in progress.complaints[len(before.complaints) if before else 0 :]:
        print_warning(f"    {complaint}")
    if before is None or str(progress) != str(before) or progress.outcome is not before.outcome:
        word = "" if progress.outcome in ("under way", "done") else f"{progress.outcome}: "
        stderr.print(f"    {seconds:>4} s  {word}{progress}", markup=False)
