"""ministack's Step Functions: whose rights its calls have, by which clock it counts, and what is left of an express workflow."""

import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from ministack.services import scheduler, stepfunctions

Arguments = Mapping[str, Any]
Check = Callable[[str, str, str, Arguments], None]
"""Takes role, service, operation and arguments of a call; raises DeniedCallError."""

_log = logging.getLogger(__name__)
_role: ContextVar[str] = ContextVar("_role")


class DeniedCallError(Exception):
    """The role of a state machine may not do this; the message is AWS's."""


def call_with_the_role(check: Check) -> None:
    """Makes every SDK integration ask `check` first; ministack calls with all rights."""
    execute, invoke = stepfunctions._execute_task, stepfunctions._invoke_aws_sdk_integration  # noqa: SLF001 - it has no hook for this

    def executed(state: Any, given: Any, execution: Any, context: Any) -> Any:
        _role.set(stepfunctions._state_machines[execution["stateMachineArn"]]["roleArn"])  # noqa: SLF001 - as above
        return execute(state, given, execution, context)

    def invoked(resource: str, arguments: Arguments) -> Any:
        service, operation = resource.split(":")[6:8]
        try:
            check(_role.get(), service, operation[:1].upper() + operation[1:], arguments)
        except DeniedCallError as error:
            failed = stepfunctions._prefix_sdk_error(service, "AccessDeniedException")  # noqa: SLF001 - as above
            raise stepfunctions._ExecutionError(failed, str(error)) from error  # noqa: SLF001 - as above
        return invoke(resource, arguments)

    stepfunctions._execute_task = executed  # noqa: SLF001 - as above
    stepfunctions._invoke_aws_sdk_integration = invoked  # noqa: SLF001 - as above


def acting_role() -> str:
    """The ARN of the role of the state machine whose call this is; empty for other calls."""
    return _role.get("")


def count_time_by(scale: float) -> None:
    """Makes moments in JSONata `scale` times as far apart, so that what a state machine compares is time of AWS."""
    register, to_millis = stepfunctions._register_sfn_jsonata_functions, stepfunctions._sfn_jsonata_to_millis  # noqa: SLF001 - as above

    def registered(expression: Any) -> None:
        register(expression)
        expression.register_lambda("toMillis", lambda *given: _scaled(to_millis(*given), scale))
        expression.register_lambda("millis", lambda: round(time.time() * 1000 * scale))

    stepfunctions._register_sfn_jsonata_functions = registered  # noqa: SLF001 - as above


def forget_express_executions() -> None:
    """Removes the record of an express workflow that has ended, which AWS keeps none of; one that failed is in the server's log."""
    run = stepfunctions._run_execution  # noqa: SLF001 - as above

    def ran(arn: str) -> None:
        run(arn)
        execution = stepfunctions._executions.get(arn, {})  # noqa: SLF001 - as above
        machine = stepfunctions._state_machines.get(execution.get("stateMachineArn"), {})  # noqa: SLF001 - as above
        if machine.get("type") != "EXPRESS" or execution.get("sync"):
            return
        if execution["status"] != "SUCCEEDED":
            _log.warning("%s failed: %s: %s", arn, execution.get("error"), execution.get("cause"))
        stepfunctions._executions.pop(arn, None)  # noqa: SLF001 - as above

    stepfunctions._run_execution = ran  # noqa: SLF001 - as above


def leave_schedules_alone() -> None:
    """Keeps ministack from starting the targets of schedules, for which it looks every ten seconds by this machine's clock."""
    scheduler.start_scheduler = lambda: None


def schedule(group: str, name: str) -> dict[str, Any] | None:
    """The record of a schedule of EventBridge Scheduler; the same object as long as the schedule exists."""
    found: dict[str, Any] | None = scheduler._schedules.get(f"{group}/{name}")  # noqa: SLF001 - as above
    return found


def _scaled(milliseconds: float | None, scale: float) -> int | None:
    return None if milliseconds is None else round(milliseconds * scale)
