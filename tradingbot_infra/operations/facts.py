"""What exists in an environment now: each fact is read when a check first asks for it, and once."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from tradingbot_infra.operations.account_security.facts import ROW as ACCOUNT_SECURITY
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.live.alarms import Alarm, Subscription, alarms, subscriptions
from tradingbot_infra.operations.live.bad_gateways import BadGateways, read_bad_gateways
from tradingbot_infra.operations.live.client_errors import ClientErrors, read_client_errors
from tradingbot_infra.operations.live.containers import Variables, read_variables
from tradingbot_infra.operations.live.data_stores import Database, Redis, read_database, read_redis
from tradingbot_infra.operations.live.database_url import DatabaseUrl, read_database_url
from tradingbot_infra.operations.live.ecs_messages import RECENT, EcsMessage, Trouble, count_from, ecs_messages
from tradingbot_infra.operations.live.flow_logs import FlowLog, read_flow_logs
from tradingbot_infra.operations.live.load_balancer import LoadBalancer, Target, idle_timeout, read_load_balancer
from tradingbot_infra.operations.live.log_policies import policy_names
from tradingbot_infra.operations.live.nat_ports import read_port_errors
from tradingbot_infra.operations.live.nat_traffic import NatTraffic, read_nat_traffic
from tradingbot_infra.operations.live.network_reading import read_network
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.rejected_egress import RejectedEgress, read_rejected_egress
from tradingbot_infra.operations.live.repository import Repository, StoredImage, is_of, read_repository, stored_image
from tradingbot_infra.operations.live.response_times import ResponseTimes, read_response_times
from tradingbot_infra.operations.live.roles import Role, read_role
from tradingbot_infra.operations.live.scaling import Scaling, read_scaling
from tradingbot_infra.operations.live.secret_versions import secret_changed
from tradingbot_infra.operations.live.service import Service, Task, read_service, tasks
from tradingbot_infra.operations.live.service_deployments import ServiceDeployment, deployments_since
from tradingbot_infra.operations.live.silences import Silence, silences
from tradingbot_infra.operations.live.spending import Spending, read_spending
from tradingbot_infra.operations.live.stopping import StopTimes, read_stop_times
from tradingbot_infra.operations.live.traffic import Serving, Share, read_serving, read_traffic, with_traffic
from tradingbot_infra.operations.live.web_acl_log import Blocked, read_blocked
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.permissions.execution_role import execution_role
from tradingbot_infra.operations.permissions.findings import Permissions
from tradingbot_infra.operations.printed_commands import CdkDeploy, revert
from tradingbot_infra.operations.secrets.status import SecretStatus, read_secrets
from tradingbot_infra.operations.telemetry_facts import TelemetryFacts


class Facts(TelemetryFacts):
    """One environment.

    The service, its load balancer, the repository and the VPC raise Missing when they do not exist: most checks make no sense
    without them. Other facts are None then. Errors of AWS escape, and the next check asks again.
    """

    @cached_property
    def of_account(self) -> AccountFacts:
        """What the controls of the account are read from."""
        return AccountFacts(self.session, self.config, self.now)

    @property
    def deploys_account_security(self) -> bool:
        """Whether this environment deploys the stack of the account's controls."""
        return any(stack.id == ACCOUNT_SECURITY.id for stack in self.config.stacks)

    @cached_property
    def service(self) -> Service:
        """The ECS service."""
        return read_service(self.session, self.names)

    @cached_property
    def variables(self) -> Variables:
        """The container's variables."""
        return read_variables(self.session, self.service.task_definition.arn)

    @cached_property
    def running(self) -> tuple[Task, ...]:
        """Tasks that ECS wants running."""
        return tasks(self.session, self.names, status="RUNNING")

    @cached_property
    def stopped(self) -> tuple[Task, ...]:
        """Tasks that stopped within the last hour."""
        return tasks(self.session, self.names, status="STOPPED")

    @cached_property
    def ecs_messages(self) -> tuple[EcsMessage, ...]:
        """Messages of ECS within the last hour, newest first. Those from before a deployment that completed no longer count."""
        since = count_from(self.service, now=self.now)
        stopped = (task for task in self.stopped if task.stopped_at is None or task.stopped_at >= since)
        return ecs_messages(self.service.events, stopped, since=since)

    def messages_on(self, trouble: Trouble) -> tuple[EcsMessage, ...]:
        """Messages of ECS on one trouble."""
        return tuple(message for message in self.ecs_messages if message.trouble is trouble)

    @cached_property
    def unsettled(self) -> bool:
        """Whether tasks are missing, or a deployment has not completed."""
        service = self.service
        return service.running < service.desired or service.rollout not in ("", "COMPLETED") or bool(self.messages_on(Trouble.ROLLED_BACK))

    @cached_property
    def failed_deployment(self) -> ServiceDeployment | None:
        """The newest deployment, if it moved traffic, and ended within the last hour and not well."""
        if not self.service.shifts_traffic:
            return None
        newest = next(iter(deployments_since(self.session, self.names, self.now - RECENT)), None)
        return newest if newest and newest.failed else None

    @cached_property
    def stop_times(self) -> StopTimes:
        """How long the service's tasks drain and end."""
        return read_stop_times(self.session, self.service)

    @cached_property
    def scaling(self) -> Scaling:
        """The bounds of the task count."""
        return read_scaling(self.session, self.config)

    @cached_property
    def roles(self) -> Mapping[str, Role | None]:
        """The two roles of the service's tasks, by kind."""
        definition = self.service.task_definition
        arns = {"execution role": definition.execution_role_arn, "task role": definition.task_role_arn}
        return {kind: read_role(self.session, arn) if arn else None for kind, arn in arns.items()}

    @cached_property
    def permissions(self) -> Permissions:
        """What the execution role may not do."""
        return execution_role(self.session, self.service.task_definition)

    @cached_property
    def traffic(self) -> tuple[Share, ...]:
        """The target groups with their weights, that with most traffic first."""
        return read_traffic(self.session, self.service)

    @property
    def target_group(self) -> str:
        """The ARN of the target group that gets most traffic."""
        if not self.traffic:
            raise Missing(f"{self.service.name}: has no target group", revert("service"), where="; deploy again")
        return self.traffic[0].target_group_arn

    @cached_property
    def serving(self) -> tuple[Serving, ...]:
        """The target groups with their weights and targets."""
        return read_serving(self.session, self.traffic)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets of every group that gets traffic, with their health."""
        _ = self.target_group  # says so where there is none
        return with_traffic(self.serving)

    @cached_property
    def load_balancer(self) -> LoadBalancer:
        """The load balancer in front of the service."""
        return read_load_balancer(self.session, self.target_group)

    @cached_property
    def database(self) -> Database | None:
        """The RDS instance."""
        return read_database(self.session, self.names)

    @cached_property
    def database_url(self) -> DatabaseUrl | None:
        """The address that tasks are given; None when the secret is missing or scheduled for deletion."""
        return read_database_url(self.session, self.names)

    @cached_property
    def redis(self) -> Redis | None:
        """The ElastiCache replication group."""
        return read_redis(self.session, self.names)

    @property
    def vpc_id(self) -> str:
        """The id of the VPC."""
        vpc = self.output("VpcId")
        if vpc is None:
            raise Missing("the network stack has no output VpcId", CdkDeploy())
        return vpc

    @cached_property
    def idle_seconds(self) -> int:
        """How long the load balancer keeps an idle connection."""
        return idle_timeout(self.session, self.load_balancer.arn)

    @cached_property
    def bad_gateways(self) -> BadGateways:
        """What the load balancer could not get from its targets lately."""
        return read_bad_gateways(self.session, self.load_balancer.arn, until=self.now)

    @cached_property
    def client_errors(self) -> ClientErrors:
        """What the application refused lately."""
        zones = self.config.network.availability_zones
        return read_client_errors(self.session, self.load_balancer.arn, zones, until=self.now)

    @cached_property
    def response_times(self) -> ResponseTimes:
        """How long tasks took to answer lately."""
        return read_response_times(self.session, self.load_balancer.arn, until=self.now)

    @cached_property
    def blocked(self) -> tuple[Blocked, ...]:
        """What the web ACL blocked lately."""
        return read_blocked(self.session, self.names, until=self.now)

    @cached_property
    def network(self) -> NetworkState:
        """The VPC with everything that decides about traffic."""
        return read_network(self.session, self.vpc_id)

    @cached_property
    def nat_traffic(self) -> NatTraffic:
        """What passed the VPC's NAT gateways that exist."""
        gateways = [gateway.id for gateway in self.network.nat_gateways if gateway.state == "available"]
        return read_nat_traffic(self.session, gateways, until=self.now)

    @cached_property
    def nat_port_errors(self) -> int:
        """How often those gateways had no port left lately."""
        gateways = [gateway.id for gateway in self.network.nat_gateways if gateway.state == "available"]
        return read_port_errors(self.session, gateways, until=self.now)

    @cached_property
    def rejected_egress(self) -> tuple[RejectedEgress, ...]:
        """What the VPC refused lately to tasks on their way to the internet."""
        return read_rejected_egress(self.session, self.names.flow_log_group, self.config.network, until=self.now)

    @cached_property
    def flow_logs(self) -> tuple[FlowLog, ...]:
        """The flow logs of the VPC."""
        return read_flow_logs(self.session, self.vpc_id)

    @cached_property
    def alarms(self) -> tuple[Alarm, ...]:
        """Every alarm."""
        return alarms(self.session, self.names)

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...] | None:
        """The subscriptions of the alarm topic; None when there is no such topic."""
        topic = self.output("AlarmTopicArn")
        return subscriptions(self.session, topic) if topic else None

    @cached_property
    def silences(self) -> tuple[Silence, ...]:
        """Rules that mute alarms now or later."""
        return silences(self.session, self.names)

    @cached_property
    def log_policies(self) -> tuple[str, ...]:
        """The names of CloudWatch Logs' resource policies, of all owners."""
        return policy_names(self.session)

    @cached_property
    def repository(self) -> Repository:
        """The image repository."""
        return read_repository(self.session, self.names)

    @cached_property
    def image_in_repository(self) -> bool:
        """Whether the service names an image of the environment's repository, present there or not."""
        return is_of(self.repository, self.service.task_definition.image)

    @cached_property
    def image(self) -> StoredImage | None:
        """The image that the service names, as the repository has it."""
        return stored_image(self.session, self.names, self.service.task_definition.image) if self.image_in_repository else None

    @cached_property
    def image_is_missing(self) -> bool | None:
        """Whether the image is not in the environment's repository; None when it is an image of another."""
        # An image named by its digest was in the repository when it was named.
        if not self.image_in_repository or "@" in self.service.task_definition.image:
            return None
        return self.image is None

    @cached_property
    def secrets(self) -> tuple[SecretStatus, ...]:
        """Every secret; no value is read."""
        return tuple(read_secrets(self.session, self.config, check=False))

    def secret_changed(self, secret: str) -> datetime | None:
        """When a secret got its current value; None when Secrets Manager does not say, or it is deleted."""
        return secret_changed(self.session, secret)

    @cached_property
    def spending(self) -> Spending:
        """What the account spent."""
        return read_spending(self.session, today=self.now.date())
