"""What `status` prints: the answer first, then a heading for each part."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.gate.words import progress, waiting
from tradingbot_infra.commands.trading_output import Row, aligned, trading_lines
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from tradingbot_infra.config.model import EnvironmentConfig
    from tradingbot_infra.operations.live.alarms import Subscription
    from tradingbot_infra.operations.live.overview import Overview
    from tradingbot_infra.operations.live.service import Service, Task
    from tradingbot_infra.operations.live.silences import Silence
    from tradingbot_infra.operations.live.stacks import LiveStack

_QUIET = ("INSUFFICIENT_DATA", "OK")


def lines(account: Account, overview: "Overview") -> Iterator[str]:
    """Everything, in the order in which people look for it."""
    config = account.config
    yield f"{config.environment}: {'well' if overview.well else 'NOT WELL'}"
    yield from aligned([("address", overview.address or "none")])
    yield "Stacks"
    missing = [(name, "missing", "") for name in overview.missing]
    yield from aligned([*(_stack_row(stack, config.network.region) for stack in overview.stacks), *missing])
    if overview.service:
        yield f"Service {overview.service.name}"
        yield from aligned(_service_rows(overview, overview.service))
        yield from _idle_lines(account, overview)
    yield "Data stores"
    yield from aligned(_store_rows(overview))
    if overview.trading:
        yield "Trading"
        yield from trading_lines(overview.trading)
    yield "Alarms"
    yield from aligned(alarm_rows(overview, config))


def moment(at: datetime | None) -> str:
    """A moment to the minute, with its time zone."""
    return f"{at:%Y-%m-%d %H:%M %Z}" if at else "unknown"


def _stack_row(stack: "LiveStack", region: str) -> Row:
    """The region of a stack, if it is not the environment's, and the reason of its status."""
    details = ("" if stack.region == region else stack.region, stack.reason)
    return stack.name, stack.status, ", ".join(filter(None, details))


def _service_rows(overview: "Overview", service: "Service") -> list[Row]:
    waiting = f", {service.pending} pending" if service.pending else ""
    definition = service.task_definition
    expiry = overview.expiry
    return [
        ("tasks", f"{service.running} of {plural(service.desired, 'task')} running{waiting}"),
        ("rollout", f"{service.rollout} {service.rollout_reason}".strip() or "unknown"),
        *_traffic_rows(overview, service),
        ("deployed", moment(service.deployed_at) + _by(definition.registered_by)),
        ("image", f"{definition.image.rpartition('/')[2]}, {definition.architecture}"),
        *([("image expires", expiry.text)] if expiry and expiry.pushes is not None else []),
        ("CPU", _percent(overview.usage.cpu if overview.usage else None)),
        ("memory", _percent(overview.usage.memory if overview.usage else None)),
        *((f"task {task.id[:8]}", f"{task.status}, {_health(task)}, {_where(task)}") for task in overview.tasks),
        *((f"target {target.address}:{target.port}", f"{target.state} {target.reason}".rstrip()) for target in overview.targets),
    ]


def _traffic_rows(overview: "Overview", service: "Service") -> list[Row]:
    """Where ECS moves traffic: how, how far a deployment is that does so now, and where traffic goes."""
    if not service.shifts_traffic:
        return []
    running = overview.deployment
    gate = f"; {waiting(running.gate)}" if running and running.gate else ""
    doing = f"{running.id}: {progress(running)}{gate}" if running else "no deployment is running"
    return [("strategy", f"{service.strategy}, {doing}"), ("traffic", "; ".join(map(str, overview.traffic)) or "unknown")]


def _by(principal: str) -> str:
    """Who registered the task definition, by the last two parts of the ARN, as in `role/session`."""
    return f", by {'/'.join(principal.split('/')[-2:])}" if principal else ""


def _percent(value: float | None) -> str:
    return "no value in the last 10 minutes" if value is None else f"{value:.0f} % of what its tasks have"


def _health(task: "Task") -> str:
    return {"HEALTHY": "healthy", "UNHEALTHY": "unhealthy"}.get(task.health, "health unknown")


def _where(task: "Task") -> str:
    return f"{task.zone}, since {moment(task.started_at)}" if task.started_at else task.zone


def _idle_lines(account: Account, overview: "Overview") -> Iterator[str]:
    if overview.idle:
        yield f"  {overview.idle.why}"
        if overview.idle.fix:
            yield f"  next: {account.rendered(overview.idle.fix)}"


def _store_rows(overview: "Overview") -> list[Row]:
    database, redis = overview.database, overview.redis
    return [
        *([(database.identifier, database.status, f"PostgreSQL {database.engine_version}, {database.instance_class}")] if database else []),
        *([(redis.identifier, redis.status, f"{redis.address}:{redis.port}")] if redis else []),
    ]


def alarm_rows(overview: "Overview", config: "EnvironmentConfig") -> list[Row]:
    """Each alarm that fires with its reason, the names of the others by state, silences, who is told, and who gets up."""
    emails = config.monitoring.alarm_emails

    def short(name: str) -> str:
        return name.removeprefix(f"{config.names.prefix}-")

    def named(state: str) -> str:
        return ", ".join(short(alarm.name) for alarm in overview.alarms if alarm.state == state)

    firing = [alarm for alarm in overview.alarms if alarm.state == "ALARM"]
    off = [short(alarm.name) for alarm in overview.alarms if not alarm.actions_enabled]
    return [
        *((alarm.state, f"{short(alarm.name)}, since {moment(alarm.since)}: {' '.join(alarm.reason.split())}") for alarm in firing),
        *((state, f"{overview.alarm_counts[state]}: {named(state)}") for state in _QUIET if overview.alarm_counts.get(state)),
        *([] if overview.alarms else [("none", "no alarm exists")]),
        *(("SILENCED", f"{_until(each)}: {', '.join(map(short, each.alarms))}") for each in overview.silences),
        *([("SWITCHED OFF", ", ".join(off))] if off else []),
        *_listeners("told", overview.subscriptions, emails, "alarm_emails"),
        *_paged(overview, config.notifications.paging_emails or emails),
    ]


def _until(silence: "Silence") -> str:
    return f"until {moment(silence.until)}" if silence.until else "without an end"


def _paged(overview: "Overview", emails: Sequence[str]) -> list[Row]:
    """Nothing where no alarm pages."""
    paged = overview.paging_subscriptions
    return [] if paged is None else _listeners("paged", paged, emails, "paging_emails and alarm_emails")


def _listeners(word: str, subscriptions: "Sequence[Subscription]", emails: Sequence[str], settings: str) -> list[Row]:
    """A row for each address that receives alarms, or should."""
    states = {each.endpoint: "confirmed" if each.confirmed else "not confirmed" for each in subscriptions}
    gone = {email: "no subscription" for email in emails if email not in states}
    found = states | gone or {"nobody": f"no address in {settings}"}
    return [(word, f"{address}, {state}") for address, state in found.items()]
