"""The ECS services, a row each. A new service is a new row here and a stack or construct that runs it."""

from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.design.parties import POSTGRES, REDIS, TASKS, Party
from tradingbot_infra.design.secrets import APPLICATION_SECRETS


class DeploymentKind(StrEnum):
    """How a new version takes the place of the old one."""

    ROLLING = "rolling"
    """New tasks start before old ones stop."""
    STOP_THEN_START = "stop-then-start"
    """The old task has stopped before the new one starts: never two at once."""

    @property
    def healthy_percent(self) -> tuple[int, int]:
        """The fewest and the most running tasks during a deployment, in percent of the desired ones (ECS, deploymentConfiguration)."""
        return (100, 200) if self is DeploymentKind.ROLLING else (0, 100)


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """One ECS service.

    `part` is the last part of the service's name, `family` that of its task definition and log group, empty for the names of the
    design document. `load_balanced` services listen on a port (setting container_port); the others listen on none. `uses` are the
    data stores that its tasks reach, `secrets` the application secrets that they read.
    """

    id: str
    part: str
    family: str
    container: str
    tasks: Party
    load_balanced: bool
    uses: tuple[Party, ...]
    secrets: tuple[str, ...]
    deployment: DeploymentKind


API = ServiceRow(
    id="api",
    part="service",
    family="",
    container="tradingbot-container",
    tasks=TASKS,
    load_balanced=True,
    uses=(POSTGRES, REDIS),
    secrets=APPLICATION_SECRETS,
    deployment=DeploymentKind.ROLLING,
)
"""The FastAPI application (DESIGN, Service)."""

SERVICES: tuple[ServiceRow, ...] = (API,)
