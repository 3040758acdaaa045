"""`status` and `outputs`: what stands, and under which addresses."""

from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import ExitCode, Json, print_json, print_rows, results

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.service import Task
    from tradingbot_infra.operations.overview import Overview


@on_account
def status(account: Account, json: Json = False) -> None:
    """Show what stands, and how it fares. 1 when an alarm rings, or something is down or missing."""
    from tradingbot_infra.operations.overview import read_overview

    overview = read_overview(account.session, account.config)
    if json:
        print_json({"environment": account.config.environment, "well": overview.well, **overview.document})
    else:
        _print(overview)
    if not overview.well:
        raise typer.Exit(ExitCode.FAILED)


@on_account
def outputs(account: Account, json: Json = False, name: str | None = typer.Option(None, help="Only this output's value.")) -> None:
    """Print the outputs of the stacks. As `terraform output` did."""
    from tradingbot_infra.operations.live.stacks import named_output, standing_stacks

    stacks = standing_stacks(account.session, account.config)
    if name is not None:
        results.out(named_output(stacks, name), highlight=False)
    elif json:
        print_json(
            {"environment": account.config.environment, "outputs": {key: value for stack in stacks for key, value in stack.outputs.items()}}
        )
    else:
        print_rows([pair for stack in stacks for pair in stack.outputs.items()])


def _print(overview: "Overview") -> None:
    rows = [(stack.name, stack.status, stack.reason) for stack in overview.stacks]
    rows += [(name, "missing", "") for name in overview.missing]
    rows += _service_rows(overview)
    if overview.database:
        database = overview.database
        rows.append((database.identifier, database.status, f"PostgreSQL {database.engine_version}, {database.instance_class}"))
    if overview.redis:
        rows.append((overview.redis.identifier, overview.redis.status, f"{overview.redis.address}:{overview.redis.port}"))
    rows.append(("alarms", ", ".join(f"{count} {state}" for state, count in sorted(overview.alarm_counts.items())) or "none", ""))
    rows += [(alarm.name, "rings", alarm.reason) for alarm in overview.alarms if alarm.state == "ALARM"]
    print_rows(rows)


def _service_rows(overview: "Overview") -> list[tuple[str, str, str]]:
    service = overview.service
    if service is None:
        return []
    waiting = f", {service.pending} pending" if service.pending else ""
    rollout = f"{service.rollout} {service.rollout_reason}".strip()
    return [
        (service.name, f"{service.running} of {service.desired} tasks run{waiting}", rollout),
        ("image", service.task_definition.image.rpartition("/")[2], service.task_definition.architecture),
        *((f"task {task.id}", task.status, _where(task)) for task in overview.tasks),
        *((f"target {target.address}:{target.port}", target.state, target.reason) for target in overview.targets),
    ]


def _where(task: "Task") -> str:
    return f"{task.zone}, since {task.started_at:%Y-%m-%d %H:%M %Z}" if task.started_at else task.zone
