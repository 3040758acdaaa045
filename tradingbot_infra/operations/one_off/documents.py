"""Task definitions of clients of the data stores: a public image with the service's addresses, secrets, execution role and log.

They have no task role, because they call no API of AWS, a read-only root file system, and no Linux capability. Only a task that ECS Exec
enters differs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.one_off.place import Place

VOLUME = "transfer"
"""What two containers of a task share; on Fargate it is root's, so that containers that use it have no other user."""
VOLUME_PATH = "/transfer"

_NOBODY = "65534:65534"
_CPU, _MEMORY_MIB = 512, 1024


def task(names: Names, place: Place, *containers: Mapping[str, Any]) -> dict[str, Any]:
    """The task definition of these containers, on the architecture of the service."""
    shares = any(each.get("mountPoints") for each in containers)
    return {
        "family": names.one_off_family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": str(_CPU),
        "memory": str(_MEMORY_MIB),
        "executionRoleArn": place.service.task_definition.execution_role_arn,
        **({"runtimePlatform": place.definition["runtimePlatform"]} if place.definition.get("runtimePlatform") else {}),
        **({"volumes": [{"name": VOLUME}]} if shares else {}),
        "containerDefinitions": list(containers),
    }


def container(
    place: Place,
    name: str,
    image: str,
    command: Sequence[str],
    *,
    plain: Mapping[str, str],
    secrets: Mapping[str, str],
    shares: bool = False,
) -> dict[str, Any]:
    """One container. `command` begins with the program; `secrets` maps a variable to where ECS reads it from."""
    logging = place.container["logConfiguration"]
    kept = {key: value for key, value in logging["options"].items() if key != "max-buffer-size"}
    return {
        "name": name,
        "image": image,
        "entryPoint": [command[0]],
        "command": list(command[1:]),
        "environment": [{"name": key, "value": value} for key, value in plain.items()],
        "secrets": [{"name": key, "valueFrom": source} for key, source in secrets.items()],
        # Blocking: what a query answers must not be lost.
        "logConfiguration": {**logging, "options": {**kept, "mode": "blocking"}},
        "essential": True,
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
        "stopTimeout": 30,
        **({"mountPoints": [{"sourceVolume": VOLUME, "containerPath": VOLUME_PATH}]} if shares else {"user": _NOBODY}),
    }


def interactive(names: Names, place: Place, container: Mapping[str, Any]) -> dict[str, Any]:
    """A task that ECS Exec can enter: its agent writes to the root file system, and has the rights of the service's task role."""
    entered = {**container, "readonlyRootFilesystem": False}
    return {**task(names, place, entered), "taskRoleArn": place.service.task_definition.task_role_arn}


def first_then(first: Mapping[str, Any], then: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two containers of which the second starts once the first has ended well; if it fails, the task ends."""
    waits = {"dependsOn": [{"containerName": first["name"], "condition": "SUCCESS"}]}
    return {**first, "essential": False}, {**then, **waits}
