"""What RunTask and RegisterTaskDefinition refuse.

Sources: ECS API Reference, RunTask, TaskOverride, ContainerOverride, ContainerDependency; ECS Developer Guide, "Task CPU and memory" and
"API failure reasons". ECS's own words where people have reported them, else the API reference's.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tradingbot_infra.config.sections.task import FARGATE_MEMORY_MIB
from tradingbot_infra.design.one_off import OVERRIDE_LIMIT
from tradingbot_infra.local_cloud.api.errors import LocalApiError

_MOST_TASKS = 10
_STARTED_BY = re.compile(r"[A-Za-z0-9/_-]{0,128}")
_ENDED = frozenset({"COMPLETE", "SUCCESS"})


def check_run(parameters: Mapping[str, Any], definition: Mapping[str, Any]) -> None:
    """Raises LocalApiError for what RunTask refuses about the number of tasks, who started them, and overrides."""
    if not 1 <= int(parameters.get("count", 1)) <= _MOST_TASKS:
        raise _invalid(f"Count should be between 1 and {_MOST_TASKS}.")
    if not _STARTED_BY.fullmatch(parameters.get("startedBy", "")):
        raise _invalid("startedBy can have up to 128 letters, numbers, hyphens, forward slashes and underscores.")
    if str(parameters.get("group", "")).startswith("service:"):
        raise _invalid("The task group name cannot begin with service:")
    overrides = parameters.get("overrides", {})
    containers = overrides.get("containerOverrides", [])
    if len(json.dumps(overrides)) > OVERRIDE_LIMIT:
        raise _invalid(f"Container Overrides length must be at most {OVERRIDE_LIMIT}")
    names = {each["name"] for each in definition["containerDefinitions"]}
    for each in containers:
        if each.get("name") not in names:
            raise _invalid(f"Override for container named {each.get('name')} is not a container in the TaskDefinition.")
    _check_size(overrides.get("cpu", definition.get("cpu")), overrides.get("memory", definition.get("memory")))


def check_definition(parameters: Mapping[str, Any]) -> None:
    """Raises LocalApiError for what RegisterTaskDefinition refuses about a Fargate task: its size, and what waits for what."""
    containers = parameters.get("containerDefinitions", [])
    if "FARGATE" in parameters.get("requiresCompatibilities", []):
        _check_size(parameters.get("cpu"), parameters.get("memory"))
    volumes = {each.get("name") for each in parameters.get("volumes", [])}
    for each in containers:
        for mount in each.get("mountPoints", []):
            if mount.get("sourceVolume") not in volumes:
                raise _client(f"Unknown volume '{mount.get('sourceVolume')}'.")
    _check_order(containers)


def _check_order(containers: Sequence[Mapping[str, Any]]) -> None:
    named = {each.get("name"): each for each in containers}
    for each in containers:
        for wanted in each.get("dependsOn", []):
            if wanted["containerName"] not in named:
                raise _client(f"Container '{each['name']}' depends on '{wanted['containerName']}', which does not exist.")
            if wanted["condition"] in _ENDED and named[wanted["containerName"]].get("essential", True):
                raise _client(f"The condition {wanted['condition']} cannot be set on an essential container.")
            if wanted["condition"] == "HEALTHY" and not named[wanted["containerName"]].get("healthCheck"):
                raise _client("The condition HEALTHY requires that the dependent container has health checks configured.")
    if any(name in _needs(name, named, frozenset()) for name in named):
        raise _client("Container dependencies must not form a cycle.")


def _needs(name: Any, named: Mapping[Any, Mapping[str, Any]], seen: frozenset[Any]) -> Iterator[Any]:
    """Everything that a container waits for, directly or through others."""
    for wanted in named[name].get("dependsOn", []):
        other = wanted["containerName"]
        yield other
        if other not in seen:
            yield from _needs(other, named, seen | {other})


def _check_size(cpu: Any, memory: Any) -> None:
    """Only the numbers that this project sends: ECS also takes `1 vCPU` and `2 GB`."""
    if not (str(cpu).isdecimal() and str(memory).isdecimal()):
        return
    if int(memory) not in FARGATE_MEMORY_MIB.get(int(cpu), ()):
        raise _client("No Fargate configuration exists for given values.")


def _invalid(message: str) -> LocalApiError:
    return LocalApiError("InvalidParameterException", message)


def _client(message: str) -> LocalApiError:
    return LocalApiError("ClientException", message)
