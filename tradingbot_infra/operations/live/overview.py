"""The state of an environment on one screen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.failures import results
from tradingbot_infra.operations.live.alarms import Alarm, Subscription, every_alarm, subscriptions
from tradingbot_infra.operations.live.data_stores import Database, Redis, read_database, read_redis, serves
from tradingbot_infra.operations.live.idle import Idle, idle
from tradingbot_infra.operations.live.image_expiry import Expiry
from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.live.repository import expiry_of_reference, read_repository
from tradingbot_infra.operations.live.scaling import read_scaling
from tradingbot_infra.operations.live.service import Service, Task, read_service, tasks
from tradingbot_infra.operations.live.service_deployments import ServiceDeployment, running_deployment
from tradingbot_infra.operations.live.silences import Silence, silences
from tradingbot_infra.operations.live.stacks import LiveStack, read_stacks
from tradingbot_infra.operations.live.trading import Trading, read_trading
from tradingbot_infra.operations.live.traffic import Serving, read_serving, read_traffic, with_traffic
from tradingbot_infra.operations.live.usage import Usage, read_usage
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.session import Session

_STACK_KEYS = ("part", "name", "status", "reason", "outputs")

_PRODUCTION_RULE = "production listener rule"
"""What forwards requests where ECS moves the traffic."""

_NOT_DOWN = ("healthy", "initial", "draining")
"""States of targets that serve, come, or go (Elastic Load Balancing, "Target health status")."""


@dataclass(frozen=True)
class Overview:
    """One environment. Without a service there are no tasks and no targets. `missing` names what should exist and does not."""

    stacks: tuple[LiveStack, ...]
    service: Service | None
    tasks: tuple[Task, ...]
    targets: tuple[Target, ...]
    database: Database | None
    redis: Redis | None
    alarms: tuple[Alarm, ...]
    missing: tuple[str, ...]
    expiry: Expiry | None = None
    subscriptions: tuple[Subscription, ...] = ()
    """Who is told of alarms that do not page."""
    paging_subscriptions: tuple[Subscription, ...] | None = None
    """Who is told of those that page; None where no alarm does."""
    idle: Idle | None = None
    usage: Usage | None = None
    silences: tuple[Silence, ...] = ()
    traffic: tuple[Serving, ...] = ()
    """The target groups between which ECS moves the traffic; none where tasks are replaced."""
    deployment: ServiceDeployment | None = None
    """The deployment that moves traffic now."""
    trading: Trading | None = None

    @property
    def well(self) -> bool:
        """Whether everything exists and serves, and no alarm of the environment is in ALARM; changes of the account are no fault of it.

        Targets that come or go are part of every deployment. A service without a task is not well, unless the schedule of the settings
        stopped it.
        """
        service = self.service
        return (
            not self.missing
            and all(stack.complete for stack in self.stacks)
            and service is not None
            and service.running >= service.desired
            and (service.desired > 0 or (self.idle is not None and self.idle.planned))
            and service.rollout != "FAILED"
            and all(target.state in _NOT_DOWN for target in self.targets)
            and not (service.desired > 0 and any(group.unserved for group in self.traffic))
            and not any(alarm.state == "ALARM" and not alarm.of_account for alarm in self.alarms)
            and all(store is None or serves(store.status) for store in (self.database, self.redis))
        )

    @property
    def address(self) -> str:
        """Where the API answers; empty without a service stack."""
        return next((stack.outputs["ApiUrl"] for stack in self.stacks if "ApiUrl" in stack.outputs), "")

    @property
    def alarm_counts(self) -> Mapping[str, int]:
        """Alarms by state."""
        return Counter(alarm.state for alarm in self.alarms)

    @property
    def document(self) -> dict[str, Any]:
        """The machine form."""
        stacks = [{key: getattr(stack, key) for key in _STACK_KEYS} for stack in self.stacks]
        idle = {"why": self.idle.why, "planned": self.idle.planned} if self.idle else None
        return {**asdict(self), "address": self.address, "stacks": stacks, "alarm_counts": dict(self.alarm_counts), "idle": idle}


def read_overview(session: Session, config: EnvironmentConfig, *, now: datetime) -> Overview:
    """Everything that `status` shows.

    Raises NotAnswered when no stack of the environment exists.
    """
    names = config.names
    stacks = read_stacks(session, config)
    service = _service(session, names)
    database, redis = read_database(session, names), read_redis(session, names)
    serving = _serving(session, service)
    moves = service is not None and service.shifts_traffic
    expected = (
        *((placed.name, any(stack.id == placed.id for stack in stacks)) for placed in config.stacks),
        (names.service, service is not None),
        (_PRODUCTION_RULE, serving is not None),
        (names.database, database is not None),
        (names.redis, redis is not None or not config.cache.enable_redis),
    )
    return Overview(
        stacks=stacks,
        service=service,
        tasks=tasks(session, names, status="RUNNING") if service else (),
        targets=with_traffic(serving or ()),
        traffic=serving if serving and moves else (),
        deployment=next(results(lambda: (running_deployment(session, names),), otherwise=lambda _: None)) if moves else None,
        database=database,
        redis=redis,
        alarms=every_alarm(session, config),
        expiry=_expiry(session, names, service.task_definition.image) if service else None,
        subscriptions=subscribers(session, stacks, "AlarmTopicArn") or (),
        paging_subscriptions=subscribers(session, stacks, "PagingTopicArn"),
        idle=_idle(session, config, service.desired, now) if service else None,
        usage=next(results(lambda: (read_usage(session, names, now=now),), otherwise=lambda _: None)) if service else None,
        silences=next(results(lambda: (silences(session, names),), otherwise=lambda _: ())),
        trading=read_trading(session, config, now=now),
        # The service and its stack have one name.
        missing=tuple(dict.fromkeys(name for name, exists in expected if not exists)),
    )


def _idle(session: Session, config: EnvironmentConfig, desired: int, now: datetime) -> Idle | None:
    """Asks for the bounds only where they matter."""
    if desired >= config.scaling.min_tasks:
        return None
    try:
        bounds = read_scaling(session, config).now
    except UserError:
        bounds = None
    return idle(desired, bounds, config, now=now)


def _expiry(session: Session, names: Names, reference: str) -> Expiry | None:
    try:
        return expiry_of_reference(session, names, read_repository(session, names), reference)
    except Missing:
        return None


def subscribers(session: Session, stacks: tuple[LiveStack, ...], output: str) -> tuple[Subscription, ...] | None:
    """Those of the topic that an output names; None where no stack has the output."""
    topic = next((stack.outputs[output] for stack in stacks if output in stack.outputs), None)
    return (subscriptions(session, topic) or ()) if topic else None


def _serving(session: Session, service: Service | None) -> tuple[Serving, ...] | None:
    """None where the rule that should forward does not exist."""
    try:
        return read_serving(session, read_traffic(session, service)) if service else ()
    except Missing:
        return None


def _service(session: Session, names: Names) -> Service | None:
    # Whatever its stack is doing, a service that exists can be read.
    try:
        return read_service(session, names)
    except Missing:
        return None
