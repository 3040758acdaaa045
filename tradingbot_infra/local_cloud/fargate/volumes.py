"""Volumes that the containers of a task share: a directory of this machine for each, as long as the task lives.

A process sees this machine's files, so the directory takes the place of `containerPath` where a word of the command or the value of a
variable is that path or something below. A path within a longer text, such as a script, stays what it is.
Source: ECS Developer Guide, "Use bind mounts with Amazon ECS": on Fargate a volume is root's, with mode 0755.
"""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tradingbot_infra.local_cloud.fargate.spec import ContainerSpec

_MODE = 0o755


def mounts(spec: ContainerSpec) -> Mapping[str, Path]:
    """Where the container has which directory; makes those that are not there yet."""
    found = {str(each["containerPath"]).rstrip("/"): _of_task(spec.task_id) / each["sourceVolume"] for each in _points(spec)}
    for directory in found.values():
        directory.mkdir(mode=_MODE, parents=True, exist_ok=True)
    return found


def placed(value: str, mounted: Mapping[str, Path]) -> str:
    """A path as the process finds it; anything else as it is."""
    for path, directory in mounted.items():
        if value == path or value.startswith(f"{path}/"):
            return f"{directory}{value[len(path) :]}"
    return value


def remove(task_id: str) -> None:
    """Removes the volumes of a task that has ended."""
    shutil.rmtree(_of_task(task_id), ignore_errors=True)


def _points(spec: ContainerSpec) -> list[Mapping[str, str]]:
    return list(spec.container.get("mountPoints", []))


def _of_task(task_id: str) -> Path:
    return Path(tempfile.gettempdir()) / f"volumes-{task_id}"
