"""What stands, read once, and only when something asks for it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.live.alarms import Alarm, Subscription, alarms, subscriptions
from tradingbot_infra.operations.live.data_stores import Database, Redis, read_database, read_redis
from tradingbot_infra.operations.live.flow_logs import FlowLog, read_flow_logs
from tradingbot_infra.operations.live.load_balancer import LoadBalancer, Target, read_load_balancer, targets
from tradingbot_infra.operations.live.network import NetworkState
from tradingbot_infra.operations.live.network_reading import read_network
from tradingbot_infra.operations.live.repository import Repository, is_of, read_repository
from tradingbot_infra.operations.live.roles import Role, read_role
from tradingbot_infra.operations.live.service import Service, Task, read_service, tasks
from tradingbot_infra.operations.live.stack_resources import StackResource, stack_resources
from tradingbot_infra.operations.live.stacks import StandingStack, standing_stacks
from tradingbot_infra.operations.live.stored_images import StoredImage, stored_image
from tradingbot_infra.operations.secrets.status import SecretStatus, read_secrets
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verification.next_steps import NextSteps


class Facts:
    """One environment as it stands. None stands for what does not exist; errors of AWS escape.

    `now` is when certificates and engine versions are judged, and `project_root` is where git is asked.
    """

    def __init__(self, session: Session, config: EnvironmentConfig, *, project_root: Path, now: datetime) -> None:
        self.session = session
        self.config = config
        self.names = config.names
        self.project_root = project_root
        self.now = now
        self.steps = NextSteps(config.environment, session.local)

    @cached_property
    def stacks(self) -> tuple[StandingStack, ...]:
        """The stacks.

        Raises NotAnswered when none stands.
        """
        return standing_stacks(self.session, self.config)

    def output(self, name: str) -> str | None:
        """The value of an output of whichever stack has it."""
        return next((stack.outputs[name] for stack in self.stacks if name in stack.outputs), None)

    @cached_property
    def _resources(self) -> Mapping[str, tuple[StackResource, ...]]:
        return {stack.part: stack_resources(self.session, stack.name) for stack in self.stacks}

    def declared(self, kind: str, *parts: str) -> tuple[StackResource, ...]:
        """The resources of a CloudFormation type that the stacks of these parts declare; of all parts unless some are named."""
        return tuple(
            resource
            for part, resources in self._resources.items()
            for resource in resources
            if resource.type == kind and (part in parts or not parts)
        )

    @cached_property
    def service(self) -> Service | None:
        """The ECS service."""
        try:
            return read_service(self.session, self.names)
        except NotAnswered:
            return None

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that should run."""
        return tasks(self.session, self.names, status="RUNNING") if self.service else ()

    @cached_property
    def roles(self) -> Mapping[str, Role | None]:
        """The two roles of the service's tasks, by what they are."""
        if not self.service:
            return {}
        definition = self.service.task_definition
        arns = {"execution role": definition.execution_role_arn, "task role": definition.task_role_arn}
        return {kind: read_role(self.session, arn) if arn else None for kind, arn in arns.items()}

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What the load balancer sends requests to."""
        return targets(self.session, self.service.target_group_arn) if self.service and self.service.target_group_arn else ()

    @cached_property
    def load_balancer(self) -> LoadBalancer | None:
        """The load balancer in front of the service."""
        if not (self.service and self.service.target_group_arn):
            return None
        try:
            return read_load_balancer(self.session, self.service.target_group_arn)
        except NotAnswered:
            return None

    @cached_property
    def database(self) -> Database | None:
        """The RDS instance."""
        return read_database(self.session, self.names)

    @cached_property
    def redis(self) -> Redis | None:
        """The ElastiCache replication group."""
        return read_redis(self.session, self.names)

    @cached_property
    def network(self) -> NetworkState | None:
        """The VPC of the network stack."""
        vpc = self.output("VpcId")
        return read_network(self.session, vpc) if vpc else None

    @cached_property
    def flow_logs(self) -> tuple[FlowLog, ...]:
        """The flow logs of that VPC."""
        vpc = self.output("VpcId")
        return read_flow_logs(self.session, vpc) if vpc else ()

    @cached_property
    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm."""
        return alarms(self.session, self.names)

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...] | None:
        """Who is subscribed to the alarm topic; None when there is no such topic."""
        topic = self.output("AlarmTopicArn")
        try:
            return subscriptions(self.session, topic) if topic else None
        except Exception as error:
            if not is_missing(error):
                raise
            return None

    @cached_property
    def repository(self) -> Repository | None:
        """The image repository."""
        try:
            return read_repository(self.session, self.names)
        except NotAnswered:
            return None

    @cached_property
    def reference(self) -> str | None:
        """The image that the service names, where it is one of the repository's."""
        named = self.service.task_definition.image if self.service else ""
        return named if self.repository and is_of(self.repository, named) else None

    @cached_property
    def image(self) -> StoredImage | None:
        """That image in the repository."""
        return stored_image(self.session, self.names, self.reference) if self.reference else None

    @cached_property
    def secrets(self) -> tuple[SecretStatus, ...]:
        """Every secret; no value is read."""
        return tuple(read_secrets(self.session, self.config, check=False))
