"""Step Functions: express workflows that a schedule starts, with the schedule's invocations and the traces that they send."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::StepFunctions::StateMachine", "AWS::Scheduler::Schedule")

EXECUTION_SECONDS = Decimal(1)
"""Longer than an execution, which calls two APIs two or three times."""

EXECUTION_GIB = Decimal(64) / 1024
"""Memory is billed in steps of 64 MB, and a small workflow takes one (AWS Step Functions pricing)."""

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440}
_TIME = "An execution is counted as one second of 64 MB."
_FREE_STARTS = "AWS gives every account 14 million a month, not deducted here."
_FREE_TRACES = "AWS gives every account 100,000 a month, not deducted here."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """One line for each thing that is billed."""
    schedules = assembly.of_type("AWS::Scheduler::Schedule")
    machines = assembly.of_type("AWS::StepFunctions::StateMachine")
    starts = sum((_starts(schedule) for schedule in schedules), Decimal(0))
    if not starts:
        return
    yield _line("Step Functions", "states.requests", "Executions", "states.express_requests_1m", starts, machines)
    seconds = starts * EXECUTION_SECONDS * EXECUTION_GIB
    yield _line("Step Functions", "states.time", "Time of executions", "states.express_gb_second", seconds, machines, _TIME)
    yield _line("EventBridge Scheduler", "scheduler.invocations", "Starts", "scheduler.invocations_1m", starts, schedules, _FREE_STARTS)
    yield _line("X-Ray", "xray.traces", "Traces of executions", "xray.traces_1m", starts, machines, _FREE_TRACES)


def unassumed(assembly: Assembly) -> tuple[Resource, ...]:
    """Schedules without a rate, and state machines that a step is paid of."""
    schedules = [each for each in assembly.of_type("AWS::Scheduler::Schedule") if not _starts(each)]
    machines = assembly.of_type("AWS::StepFunctions::StateMachine")
    by_step = [each for each in machines if each.properties.get("StateMachineType") != "EXPRESS"]
    return (*schedules, *by_step)


def _starts(schedule: Resource) -> Decimal:
    """How often a schedule starts its target in a month; 0 where it has no rate."""
    rate = _RATE.fullmatch(str(schedule.properties.get("ScheduleExpression")))
    return HOURS * 60 / (int(rate[1]) * _MINUTES[rate[2]]) if rate else Decimal(0)


def _line(service: str, line: str, what: str, price: str, amount: Decimal, of: tuple[Resource, ...], note: str = "") -> BilledItem:
    quantity = Quantity(id=line, what=what, price=price, amount=amount)
    return counted(Part.NOT_IN_DOCUMENT, service, quantity, of=of, note=note)
