"""What the role of a state machine may call. The policies of the role and its boundary decide, as for a task's execution role."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.ministack.state_machines import Check, DeniedCallError
from tradingbot_infra.local_cloud.services.ecs.references import service_arn, task_arn

_SESSION = "state-machine"


def check_with(ask: Ask) -> Check:
    """A check of each call of a state machine, on a thread without an event loop."""

    def check(role: str, service: str, operation: str, arguments: Mapping[str, Any]) -> None:
        try:
            asyncio.run(_check(ExecutionRole(role, _SESSION, ask), f"{service}:{operation}", arguments))
        except DeniedError as error:
            raise DeniedCallError(str(error)) from error

    return check


async def _check(role: ExecutionRole, action: str, arguments: Mapping[str, Any]) -> None:
    cluster = str(arguments.get("Cluster", ""))
    context = {"ecs:cluster": cluster} if cluster else {}
    for resource in _resources(action, cluster, arguments):
        await role.check(action, resource, context)


def _resources(action: str, cluster: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """The ARNs that IAM compares; `*` for an action without any (Service Authorization Reference, Amazon ECS and AWS Secrets Manager)."""
    match action:
        case "secretsmanager:DescribeSecret":
            yield str(arguments["SecretId"])
        case "ecs:DescribeServices":
            yield from (service_arn(cluster, each) for each in arguments["Services"])
        case "ecs:UpdateService":
            yield service_arn(cluster, arguments["Service"])
        case "ecs:DescribeTasks":
            yield from (task_arn(cluster, each) for each in arguments["Tasks"])
        case _:
            yield "*"
