"""Tasks, and commands in them."""

from typing import Any

from tradingbot_infra.local_cloud import background
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.service_scheduler import api
from tradingbot_infra.local_cloud.service_scheduler.places import places_of
from tradingbot_infra.local_cloud.services.ecs.references import cluster_arn, definition_of, is_on_fargate, page, task_arn
from tradingbot_infra.local_cloud.services.ecs.run_checks import check_definition, check_run
from tradingbot_infra.local_cloud.services.operation import Call


async def register(call: Call) -> dict[str, Any]:
    """RegisterTaskDefinition."""
    check_definition(call.parameters)
    return await call.as_asked()


async def run(call: Call) -> dict[str, Any]:
    """RunTask."""
    parameters = call.parameters
    cluster = await cluster_arn(call)
    definition = await definition_of(call, parameters["taskDefinition"])
    if not is_on_fargate(parameters):
        raise LocalApiError("InvalidParameterException", "No Container Instances were found in your cluster.")
    check_run(parameters, definition)
    places = await places_of(parameters.get("networkConfiguration", {}), call.ask)
    orders = [places[number % len(places)] for number in range(parameters.get("count", 1))]
    made = [await background.result(api.run_task(cluster, parameters, definition, place, call.ask)) for place in orders]
    return {"tasks": made, "failures": []}


async def stop(call: Call) -> dict[str, Any]:
    """StopTask, which does not wait for open requests."""
    arn = task_arn(await cluster_arn(call), call.parameters["task"])
    return {"task": await background.result(api.stop_task(arn, call.parameters.get("reason", "Task stopped by user")))}


async def describe(call: Call) -> dict[str, Any]:
    """DescribeTasks."""
    cluster = await cluster_arn(call)
    arns = [task_arn(cluster, each) for each in call.parameters["tasks"]]
    return await background.result(api.describe_tasks(arns, tags="TAGS" in call.parameters.get("include", [])))


async def list_tasks(call: Call) -> dict[str, Any]:
    """ListTasks, by desired status, service, family and startedBy."""
    asked = call.parameters
    found = await background.result(api.tasks_of(await cluster_arn(call)))
    status = asked.get("desiredStatus", "RUNNING")
    arns = [
        each.order.arn
        for each in found
        if status == ("STOPPED" if each.stop_code else "RUNNING")
        and asked.get("serviceName", "").rpartition("/")[2] in ("", each.order.group.removeprefix("service:"))
        and asked.get("family", "") in ("", each.order.definition["family"])
        and asked.get("startedBy", "") in ("", each.order.started_by)
    ]
    return page("taskArns", arns, call)


async def execute_command(call: Call) -> dict[str, Any]:
    """ExecuteCommand, which fails as on AWS when the execute command agent cannot be reached."""
    asked = {"cluster": call.parameters["cluster"]} if "cluster" in call.parameters else {}
    found = (await call.ask("ecs", "DescribeTasks", **asked, tasks=[call.parameters["task"]]))["tasks"]
    if not found:
        raise LocalApiError("InvalidParameterException", "The referenced task was not found.")
    if not found[0].get("enableExecuteCommand"):
        message = (
            "The execute command failed because execute command was not enabled when the task was run or the execute command agent"
            " isn't running. Wait and try again or run a new task with execute command enabled and try again."
        )
        raise LocalApiError("InvalidParameterException", message)
    message = "The execute command failed due to an internal error. Try again later."
    raise LocalApiError("TargetNotConnectedException", message)
