"""Where and as what the service's tasks run, as ECS has it now: what a one-off task takes over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.service import Service, read_service
from tradingbot_infra.operations.session import Session


@dataclass(frozen=True)
class Place:
    """The service; its task definition and network as ECS's API describes them."""

    service: Service
    definition: Mapping[str, Any]
    network: Mapping[str, Any]

    @property
    def container(self) -> Mapping[str, Any]:
        """The definition of the application's container."""
        name = self.service.task_definition.container
        found: Mapping[str, Any] = next(each for each in self.definition["containerDefinitions"] if each.get("name") == name)
        return found

    @property
    def size(self) -> tuple[int, int]:
        """CPU units and MiB of memory of its tasks."""
        return int(self.definition.get("cpu", 0)), int(self.definition.get("memory", 0))

    def variable(self, name: str) -> str:
        """The value of a plain variable of the container; empty when it has no such variable."""
        return next((str(each.get("value", "")) for each in self.container.get("environment", []) if each.get("name") == name), "")

    def secret(self, variable: str) -> str:
        """Where ECS reads a variable of the container from; empty when none of its secrets has this name."""
        return self.service.task_definition.secrets.get(variable, "")


def read_place(session: Session, names: Names) -> Place:
    """The place of the service of an environment; raises Missing when it is not deployed."""
    service = read_service(session, names)
    (found,) = session.ecs.describe_services(cluster=names.cluster, services=[names.service])["services"]
    definition: Mapping[str, Any] = session.ecs.describe_task_definition(taskDefinition=service.task_definition.arn)["taskDefinition"]
    return Place(service, definition, found.get("networkConfiguration", {}))
