"""`scale`: shows and changes how many tasks run, without a deployment."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.confirmation import Yes, approve
from tradingbot_infra.commands.console import print_json, print_line, stderr
from tradingbot_infra.commands.options import Json
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.scaling import Bounds, Scaling
    from tradingbot_infra.operations.live.stopping import StopTimes


@account_command
def scale(
    account: Account,
    tasks: Annotated[int | None, typer.Option(help="Run at least this many tasks; 0 stops every task.")] = None,
    now: Annotated[bool, typer.Option("--now", help="With --tasks 0: cut open requests, and let each task end at once.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Restore min_tasks and max_tasks of the settings.")] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Show or change how many tasks run. Read-only without --tasks or --reset.

    A change takes effect at once and lasts until --reset, or a deployment that changes min_tasks or max_tasks.
    """
    from tradingbot_infra.operations.live.scaling import at_least, configured, read_scaling, set_bounds
    from tradingbot_infra.operations.live.service import read_service
    from tradingbot_infra.operations.live.stopping import read_stop_times, stop_now

    if tasks is not None and reset:
        raise UserError("--tasks and --reset: one or the other")
    if now and tasks != 0:
        raise UserError("--now: goes with --tasks 0 only")
    wanted = configured(account.config) if reset else None if tasks is None else at_least(tasks, account.config)
    if wanted and wanted.most == 0:
        approve(f"Stop every task of {account.config.environment}?", yes=yes)
    service = read_service(account.session, account.config.names)
    desired = service.desired
    before = read_scaling(account.session, account.config)
    if wanted:
        desired = set_bounds(account.session, account.config.names, wanted, desired)
    stopped = stop_now(account.session, account.config.names) if now else None
    after = read_scaling(account.session, account.config) if wanted else before
    if json:
        print_json(
            {
                "environment": account.config.environment,
                "desired": desired,
                "stopped": stopped,
                "before": asdict(before.now),
                **asdict(after),
            }
        )
        return
    _print(account, before.now, after, desired)
    if wanted and wanted.most == 0:
        print_line(_ends(read_stop_times(account.session, service), stopped))


def _ends(times: "StopTimes", stopped: int | None) -> str:
    """How long it takes until nothing trades."""
    if stopped is None:
        longest = times.drain + times.stop
        return (
            f"Tasks drain for {times.drain} s, get SIGTERM, and have {times.stop} s to end: {longest} s at most. --now leaves out draining"
        )
    return f"{plural(stopped, 'task gets', 'tasks get')} SIGTERM now, with {times.stop} s to end"


def _print(account: Account, before: "Bounds", scaling: "Scaling", desired: int) -> None:
    now, configured = scaling.now, scaling.configured
    if before != now:
        print_line(f"Before: {before.fewest} to {before.most} tasks")
    print_line(f"Now: {now.fewest} to {now.most} tasks, {desired} desired")
    if now != configured:
        reset = account.rendered(sentence("; ", OwnCommand("scale --reset"), " restores them"))
        print_line(f"Settings: {configured.fewest} to {configured.most} tasks{reset}")
        stderr.print("A deployment that changes neither min_tasks nor max_tasks does not restore them.")
    for schedule in scaling.schedules:
        print_line(f"{schedule.name}: {schedule.bounds.fewest} to {schedule.bounds.most} tasks at {schedule.when}, {schedule.time_zone}")
    for activity in scaling.activities:
        print_line(f"{activity.at:%Y-%m-%d %H:%M} {activity.description} {activity.status}")
