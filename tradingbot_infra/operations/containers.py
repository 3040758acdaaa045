"""What containers are told, and which image really runs in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tradingbot_infra.naming import Names
from tradingbot_infra.operations.session import Session

_SECRET_NAME = re.compile(r"SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIAL|(^|_)KEY($|_)|PRIVATE")
_REFERENCE = re.compile(r"arn:aws[\w-]*:(secretsmanager|ssm):\S+")
_PASSWORD_IN_ADDRESS = re.compile(r"://[^/\s:@]*:[^/\s@]+@")

TASKS_A_CALL = 100
"""Tasks that one DescribeTasks takes (ECS API)."""


@dataclass(frozen=True)
class Variables:
    """The container's variables by name; no value is kept. `exposed` are those of the plain ones that hold what is secret."""

    plain: tuple[str, ...]
    exposed: tuple[str, ...]
    secrets: Mapping[str, str]


def read_variables(session: Session, task_definition: str) -> Variables:
    """The variables that a task definition gives its container. `secrets` maps a variable to where its value comes from."""
    container = session.ecs.describe_task_definition(taskDefinition=task_definition)["taskDefinition"]["containerDefinitions"][0]
    plain = {item["name"]: item.get("value", "") for item in container.get("environment", []) if "name" in item}
    return Variables(
        plain=tuple(plain),
        exposed=tuple(name for name, value in plain.items() if is_secret(name, value)),
        secrets={secret["name"]: secret["valueFrom"] for secret in container.get("secrets", [])},
    )


def is_secret(name: str, value: str) -> bool:
    """Whether a plain variable says by its name, or shows by its value, that it holds a secret. The ARN of a secret is none."""
    if _REFERENCE.fullmatch(value):
        return False
    return bool(_SECRET_NAME.search(name.upper()) or _PASSWORD_IN_ADDRESS.search(value))


def running_digests(session: Session, names: Names, tasks: Sequence[str]) -> Mapping[str, str]:
    """The digest of the image that each of these tasks runs, by task ARN; empty where ECS does not tell it."""
    found = [
        task
        for start in range(0, len(tasks), TASKS_A_CALL)
        for task in session.ecs.describe_tasks(cluster=names.cluster, tasks=list(tasks[start : start + TASKS_A_CALL]))["tasks"]
    ]
    return {task.get("taskArn", ""): next((item.get("imageDigest", "") for item in task.get("containers", [])), "") for task in found}
