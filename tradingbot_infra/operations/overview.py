"""What stands and how it fares, on one screen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.alarms import Alarm, alarms
from tradingbot_infra.operations.data_stores import Database, Redis, read_database, read_redis
from tradingbot_infra.operations.load_balancer import Target, targets
from tradingbot_infra.operations.service import Service, Task, read_service, tasks
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.stacks import StandingStack, standing_stacks


@dataclass(frozen=True)
class Overview:
    """One environment as it stands. `service` is None, and with it tasks and targets are empty, until its stack stands."""

    stacks: tuple[StandingStack, ...]
    service: Service | None
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    database: Database | None
    redis: Redis | None
    alarms: tuple[Alarm, ...]

    @property
    def alarm_counts(self) -> Mapping[str, int]:
        """Alarms by state."""
        return Counter(alarm.state for alarm in self.alarms)

    @property
    def document(self) -> dict[str, Any]:
        """The machine form."""
        return {**asdict(self), "alarm_counts": dict(self.alarm_counts)}


def read_overview(session: Session, config: EnvironmentConfig) -> Overview:
    """Everything that `status` shows.

    Raises NotAnswered when no stack of the environment stands.
    """
    names = config.names
    stacks = standing_stacks(session, config)
    service = read_service(session, names) if any(stack.part == "service" and stack.complete for stack in stacks) else None
    return Overview(
        stacks=stacks,
        service=service,
        tasks=tasks(session, names, status="RUNNING") if service else (),
        targets=targets(session, service.target_group_arn) if service and service.target_group_arn else (),
        database=read_database(session, names),
        redis=read_redis(session, names),
        alarms=alarms(session, names),
    )
