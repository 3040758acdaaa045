"""ECS services without invented events, and ExecuteCommand, although no container runs here."""

import re
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call

# ministack adds this at every UpdateService, whatever was changed.
_INVENTED = re.compile(r"\(service [^)]+\) has begun draining connections on 1 tasks\.")


async def describe_services(call: Call) -> dict[str, Any]:
    """DescribeServices, without the events that ministack invents."""
    answer = await call.as_asked()
    for service in answer["services"]:
        service["events"] = [event for event in service["events"] if not _INVENTED.fullmatch(event["message"])]
    return answer


async def execute_command(call: Call) -> dict[str, Any]:
    """ExecuteCommand, which fails as on AWS when the execute command agent cannot be reached."""
    await call.as_asked()
    asked = {"cluster": call.parameters["cluster"]} if "cluster" in call.parameters else {}
    (task,) = (await call.ask("ecs", "DescribeTasks", **asked, tasks=[call.parameters["task"]]))["tasks"]
    if not task.get("enableExecuteCommand"):
        message = (
            "The execute command failed because execute command was not enabled when the task was run or the execute command agent"
            " isn't running. Wait and try again or run a new task with execute command enabled and try again."
        )
        raise LocalApiError("InvalidParameterException", message)
    message = "The execute command failed due to an internal error. Try again later."
    raise LocalApiError("TargetNotConnectedException", message)
