"""What a container is started from, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ContainerSpec:
    """One container of one task."""

    task_id: str
    """32 hexadecimal digits."""
    definition: Mapping[str, Any]
    """`taskDefinition` as DescribeTaskDefinition returns it."""
    container: Mapping[str, Any]
    """One of its `containerDefinitions`, overrides already merged."""
    address: str
    """The task's own address, in 127.0.0.0/8."""

    @property
    def name(self) -> str:
        """The container's name in its task definition."""
        return str(self.container["name"])

    @property
    def image(self) -> str:
        """The image as the task definition names it."""
        return str(self.container["image"])

    @property
    def execution_role(self) -> str:
        """The ARN of the task's execution role; empty when it has none."""
        return str(self.definition.get("executionRoleArn", ""))

    @property
    def task_role(self) -> str:
        """The ARN of the role that the application has; empty when it has none."""
        return str(self.definition.get("taskRoleArn", ""))

    @cached_property
    def region(self) -> str:
        """The region of the task definition."""
        return self._arn[3]

    @cached_property
    def account(self) -> str:
        """The account of the task definition."""
        return self._arn[4]

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that the container says it listens on."""
        return tuple(mapping["containerPort"] for mapping in self.container.get("portMappings", []))

    @property
    def memory_bytes(self) -> int | None:
        """What the container may use: its own hard limit, or else the whole task's; None without either."""
        limits = [int(limit) for limit in (self.container.get("memory"), self.definition.get("memory")) if limit]
        return min(limits) * 1024 * 1024 if limits else None

    @property
    def _arn(self) -> list[str]:
        return str(self.definition["taskDefinitionArn"]).split(":")


@dataclass(frozen=True)
class Exit:
    """How a container ended."""

    code: int | None
    """As Docker counts: 128 and the number of the signal that ended it; None when nothing ran."""
    reason: str
    """ECS's word for it; empty when the container's own process decided."""
