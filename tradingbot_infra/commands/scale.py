"""`scale`: see and change how many tasks run, until the settings are restored."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import Json, print_json, progress, results
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.scaling import Bounds, Scaling


@on_account
def scale(
    account: Account,
    tasks: Annotated[int | None, typer.Option(help="Hold at least this many tasks; 0 stops all and keeps them stopped.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Back to min_tasks and max_tasks of the settings.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before all tasks are stopped.")] = False,
    json: Json = False,
) -> None:
    """Show or change how many tasks run. --tasks and --reset act at once, without a deployment."""
    from tradingbot_infra.operations.live.scaling import at_least, configured, read_scaling, set_bounds
    from tradingbot_infra.operations.live.service import read_service

    if tasks is not None and reset:
        raise UserError("--tasks and --reset: one or the other")
    wanted = configured(account.config) if reset else None if tasks is None else at_least(tasks, account.config)
    if wanted and wanted.most == 0:
        _confirm_stop(account, yes=yes)
    desired = read_service(account.session, account.config.names).desired
    before = read_scaling(account.session, account.config)
    if wanted:
        desired = set_bounds(account.session, account.config.names, wanted, desired)
    after = read_scaling(account.session, account.config) if wanted else before
    if json:
        print_json({"environment": account.config.environment, "desired": desired, "before": asdict(before.now), **asdict(after)})
    else:
        _print(account, before.now, after, desired)


def _confirm_stop(account: Account, *, yes: bool) -> None:
    environment = account.config.environment
    if yes:
        return
    try:
        answer = typer.prompt(f"This stops every task of {environment}. Type its name to go on", err=True)
    except typer.Abort:
        raise UserError("Nothing was changed; --yes stops the tasks without asking") from None
    if answer != environment:
        raise UserError(f"{answer}: is not {environment}; nothing was changed")


def _print(account: Account, before: "Bounds", scaling: "Scaling", desired: int) -> None:
    now, configured = scaling.now, scaling.configured
    if before != now:
        results.print(f"Before: {before.fewest} to {before.most} tasks")
    results.print(f"Now: {now.fewest} to {now.most} tasks, {desired} wanted")
    if now != configured:
        results.print(f"Settings: {configured.fewest} to {configured.most} tasks; `scale --reset` goes back to them")
        progress.print("A deployment that changes neither min_tasks nor max_tasks leaves it as it is.")
    for schedule in scaling.schedules:
        results.print(
            f"{schedule.name}: {schedule.bounds.fewest} to {schedule.bounds.most} tasks at {schedule.when}, {schedule.time_zone}",
            markup=False,
        )
    for activity in scaling.activities:
        results.print(f"{activity.at:%Y-%m-%d %H:%M} {activity.description} {activity.status}", markup=False)
