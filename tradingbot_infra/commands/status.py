"""`status`: the state of what is deployed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from tradingbot_infra.commands.account import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_rows
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.config.model import EnvironmentConfig

if TYPE_CHECKING:
    from tradingbot_infra.operations.live.overview import Overview
    from tradingbot_infra.operations.live.service import Task
    from tradingbot_infra.operations.live.stacks import LiveStack


@reading_command
def status(account: Account, json: Json = False) -> None:
    """Show the state of stacks, service, data stores and alarms. Read-only; exits 1 if an alarm fires, or anything is down or missing."""
    from tradingbot_infra.operations.live.overview import read_overview

    overview = read_overview(account.session, account.config)
    if json:
        print_json({"environment": account.config.environment, "well": overview.well, **overview.document})
    else:
        _print(overview, account.config)
    if not overview.well:
        raise typer.Exit(ExitCode.FAILED)


def _print(overview: "Overview", config: EnvironmentConfig) -> None:
    rows = [(stack.name, stack.status, _stack_detail(stack, config.network.region)) for stack in overview.stacks]
    rows += [(name, "missing", "") for name in overview.missing]
    rows += _service_rows(overview)
    if overview.database:
        database = overview.database
        rows.append((database.identifier, database.status, f"PostgreSQL {database.engine_version}, {database.instance_class}"))
    if overview.redis:
        rows.append((overview.redis.identifier, overview.redis.status, f"{overview.redis.address}:{overview.redis.port}"))
    rows.append(("alarms", ", ".join(f"{count} {state}" for state, count in sorted(overview.alarm_counts.items())) or "none", ""))
    rows += [(alarm.name, "ALARM", alarm.reason) for alarm in overview.alarms if alarm.state == "ALARM"]
    rows += _subscription_rows(overview, config.monitoring.alarm_emails)
    print_rows(rows)


def _stack_detail(stack: "LiveStack", region: str) -> str:
    """The region of a stack, if it is not the environment's, and the reason of its status."""
    return ", ".join(detail for detail in ("" if stack.region == region else stack.region, stack.reason) if detail)


def _service_rows(overview: "Overview") -> list[tuple[str, str, str]]:
    service = overview.service
    if service is None:
        return []
    waiting = f", {service.pending} pending" if service.pending else ""
    rollout = f"{service.rollout} {service.rollout_reason}".strip()
    return [
        (service.name, f"{service.running} of {service.desired} tasks running{waiting}", rollout),
        ("image", service.task_definition.image.rpartition("/")[2], service.task_definition.architecture),
        *([("image expires", overview.expiry.text, "")] if overview.expiry and overview.expiry.pushes is not None else []),
        *((f"task {task.id}", task.status, _where(task)) for task in overview.tasks),
        *((f"target {target.address}:{target.port}", target.state, target.reason) for target in overview.targets),
    ]


def _subscription_rows(overview: "Overview", emails: Sequence[str]) -> list[tuple[str, str, str]]:
    """A row for each address that receives alarms, or should."""
    states = {each.endpoint: "confirmed" if each.confirmed else "not confirmed" for each in overview.subscriptions}
    gone = {email: "no subscription" for email in emails if email not in states}
    return [("alarms to", state, address) for address, state in (states | gone).items()] or [("alarms to", "nobody", "")]


def _where(task: "Task") -> str:
    return f"{task.zone}, since {task.started_at:%Y-%m-%d %H:%M %Z}" if task.started_at else task.zone
