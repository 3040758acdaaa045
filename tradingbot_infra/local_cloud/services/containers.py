"""ECS: events that did not happen, and commands in containers that do not run."""

import re
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call

# ministack writes this at every UpdateService, whatever was changed.
_INVENTED = re.compile(r"\(service [^)]+\) has begun draining connections on 1 tasks\.")


async def describe_services(call: Call) -> dict[str, Any]:
    """DescribeServices, without the events that ministack invents."""
    answer = await call.as_asked()
    for service in answer["services"]:
        service["events"] = [event for event in service["events"] if not _INVENTED.fullmatch(event["message"])]
    return answer


async def execute_command(call: Call) -> dict[str, Any]:
    """ExecuteCommand, which ends as AWS's does when the command agent cannot be reached: no container runs here."""
    await call.as_asked()
    asked = {"cluster": call.parameters["cluster"]} if "cluster" in call.parameters else {}
    (task,) = (await call.ask("ecs", "DescribeTasks", **asked, tasks=[call.parameters["task"]]))["tasks"]
    if not task.get("enableExecuteCommand"):
        message = (
            "The execute command failed because execute command was not enabled when the task was run or the execute command agent"
            " isn't running. Wait and try again or run a new task with execute command enabled and try again."
        )
        raise LocalApiError("ExecuteCommand", "InvalidParameterException", message)
    message = "The execute command failed due to an internal error. Try again later."
    raise LocalApiError("ExecuteCommand", "TargetNotConnectedException", message)
