"""The live state of one environment, as checks read it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.diagnosis.ecs_words import Saying, Trouble, sayings
from tradingbot_infra.operations.failures import is_denied, is_missing
from tradingbot_infra.operations.live.data_stores import Database, read_database
from tradingbot_infra.operations.live.database_url import DatabaseUrl, read_database_url
from tradingbot_infra.operations.live.load_balancer import LoadBalancer, Target, read_load_balancer, targets
from tradingbot_infra.operations.live.nat_traffic import Traffic, read_traffic
from tradingbot_infra.operations.live.network import NetworkState
from tradingbot_infra.operations.live.network_reading import read_network
from tradingbot_infra.operations.live.repository import image_of_tag, is_of, read_repository
from tradingbot_infra.operations.live.scaling import Scaling, read_scaling
from tradingbot_infra.operations.live.service import Service, Task, read_service, tasks
from tradingbot_infra.operations.live.spending import Spending, read_spending
from tradingbot_infra.operations.live.stacks import StandingStack, named_output, standing_stacks
from tradingbot_infra.operations.permissions.execution_role import execution_role
from tradingbot_infra.operations.permissions.findings import Permissions
from tradingbot_infra.operations.session import Session

RECENT = timedelta(hours=1)
"""How far back words of ECS count: as long as it remembers tasks that stopped (ECS API, DescribeTasks)."""

PriceOf = Callable[[str], Decimal | None]
"""The list price of a key of the price tables, US dollars; None when nobody knows it."""


class Facts:
    """Each fact is read when a check first asks for it, and once. What AWS refuses escapes, and is asked for again by the next check."""

    def __init__(self, session: Session, config: EnvironmentConfig, *, now: datetime, price_of: PriceOf) -> None:
        self._session = session
        self.config = config
        self.names = config.names
        self.now = now
        self.price_of = price_of
        self.region = session.region

    def check_deployed(self) -> None:
        """Raises NotAnswered when nothing of the environment stands. Whoever may not ask that can still ask the rest."""
        try:
            _ = self.stacks
        except Exception as error:
            if not is_denied(error):
                raise

    @cached_property
    def local(self) -> bool:
        """Whether no container, database or cache really runs."""
        return self._session.local

    @cached_property
    def stacks(self) -> tuple[StandingStack, ...]:
        """The stacks that stand."""
        return standing_stacks(self._session, self.config)

    @cached_property
    def service(self) -> Service:
        """The ECS service."""
        return read_service(self._session, self.names)

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """The container's plain variables."""
        found = self._session.ecs.describe_task_definition(taskDefinition=self.service.task_definition.arn)["taskDefinition"]
        (container, *_) = found["containerDefinitions"]
        return {each.get("name", ""): each.get("value", "") for each in container.get("environment", [])}

    @cached_property
    def running(self) -> tuple[Task, ...]:
        """Tasks that ECS wants running."""
        return tasks(self._session, self.names, status="RUNNING")

    @cached_property
    def stopped(self) -> tuple[Task, ...]:
        """Tasks that stopped within the last hour."""
        return tasks(self._session, self.names, status="STOPPED")

    @cached_property
    def sayings(self) -> tuple[Saying, ...]:
        """What ECS has said within the last hour, the newest first. Words from before a deployment that came to a good end are over."""
        since = self._words_count_from
        stopped = (task for task in self.stopped if task.stopped_at is None or task.stopped_at >= since)
        return sayings(self.service.happenings, stopped, since=since)

    @property
    def _words_count_from(self) -> datetime:
        service, recent = self.service, self.now - RECENT
        if service.deployed_at is None or service.rollout != "COMPLETED" or service.running < service.desired:
            return recent
        # A rollback makes the deployment before the failed one the service's again: it is older than the words on the failure, which stay.
        return max(recent, service.deployed_at)

    def said(self, trouble: Trouble) -> tuple[Saying, ...]:
        """What ECS said of one trouble."""
        return tuple(saying for saying in self.sayings if saying.trouble is trouble)

    @cached_property
    def unsettled(self) -> bool:
        """Whether tasks are missing, or a deployment has not come to a good end."""
        service = self.service
        return service.running < service.desired or service.rollout not in ("", "COMPLETED") or bool(self.said(Trouble.ROLLED_BACK))

    @cached_property
    def image_is_missing(self) -> bool | None:
        """Whether the image is not in the environment's repository; None when it is an image of another."""
        reference = self.service.task_definition.image
        repository = read_repository(self._session, self.names)
        tag = reference.removeprefix(repository.uri).removeprefix(":")
        # An image named by its digest was in the repository when it was named.
        if not is_of(repository, reference) or tag.startswith("@"):
            return None
        return image_of_tag(self._session, self.names, tag) is None

    @cached_property
    def permissions(self) -> Permissions:
        """What the execution role may not do."""
        return execution_role(self._session, self.service.task_definition, environment=self.names.environment)

    @cached_property
    def network(self) -> NetworkState:
        """The VPC."""
        return read_network(self._session, named_output(self.stacks, "VpcId"))

    @property
    def target_group(self) -> str:
        """The ARN of the target group that tasks are registered with.

        Raises NotAnswered when the service has none.
        """
        if not self.service.target_group_arn:
            raise NotAnswered(f"{self.service.name}: has no target group; deploy again")
        return self.service.target_group_arn

    @cached_property
    def balancer(self) -> LoadBalancer:
        """The load balancer."""
        return read_load_balancer(self._session, self.target_group)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets, with their health."""
        return targets(self._session, self.target_group)

    @cached_property
    def scaling(self) -> Scaling:
        """The bounds of the task count."""
        return read_scaling(self._session, self.config)

    @cached_property
    def database(self) -> Database | None:
        """The database."""
        return read_database(self._session, self.names)

    @cached_property
    def database_url(self) -> DatabaseUrl | None:
        """The address that tasks are given; None when the secret is missing or scheduled for deletion."""
        return read_database_url(self._session, self.names)

    def secret_changed(self, secret: str) -> datetime | None:
        """When a secret got the value that it has now; None when Secrets Manager does not say, or it is gone."""
        # Without deprecated versions there are a handful at most, which one answer holds (Secrets Manager API, ListSecretVersionIds).
        try:
            versions = self._session.secretsmanager.list_secret_version_ids(SecretId=secret)["Versions"]
        except Exception as error:
            if not is_missing(error):
                raise
            return None
        return next((version.get("CreatedDate") for version in versions if "AWSCURRENT" in version.get("VersionStages", [])), None)

    @cached_property
    def nat_traffic(self) -> Traffic:
        """What passed the VPC's NAT gateways that stand."""
        gateways = [gateway.id for gateway in self.network.nat_gateways if gateway.state == "available"]
        return read_traffic(self._session, gateways, until=self.now)

    @cached_property
    def spending(self) -> Spending:
        """What the account spent."""
        return read_spending(self._session, today=self.now.date())
