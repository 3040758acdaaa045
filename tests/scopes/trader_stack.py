"""TraderStack: a second service, without a load balancer, that never runs twice."""

from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.vpc import tier
from tradingbot_infra.design.parties import POSTGRES, Party
from tradingbot_infra.design.services import DeploymentKind, ServiceRow
from tradingbot_infra.design.stacks import PlacedStack, StackRow, StackScope
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.data_stack import DataExports
from tradingbot_infra.stacks.exports import Exports
from tradingbot_infra.stacks.network_stack import NetworkExports
from tradingbot_infra.stacks.service_stack import ServiceExports
from tradingbot_infra.stacks.service_task import ServiceTask

TRADER = ServiceRow(
    id="trader",
    part="trader",
    family="trader",
    container="trader-container",
    tasks=Party(name="trader tasks", tier="private", security_group="TraderSecurityGroup", description="Trader: out only"),
    load_balanced=False,
    uses=(POSTGRES,),
    secrets=("binance-api-key", "binance-api-secret"),
    deployment=DeploymentKind.STOP_THEN_START,
)

ROW = StackRow(id="TraderStack", part="trader", scope=StackScope.ENVIRONMENT, module="tests.scopes.trader_stack")


class TraderStack(BaseStack):
    """The service of TRADER, in the cluster of ServiceStack."""

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """It needs network, data, and the cluster."""
        stack = cls(scope, place, description="Test: a second service", config=config)
        network = exports[NetworkExports]
        task = ServiceTask(stack, TRADER, config=config, network=network, data=exports[DataExports])
        group = network.security_groups[TRADER.tasks]
        fewest, most = TRADER.deployment.healthy_percent
        ecs.FargateService(
            stack,
            "Trader",
            service_name=place.names.service_name(TRADER.part),
            cluster=exports[ServiceExports].service.cluster,
            task_definition=task.definition,
            desired_count=1,
            min_healthy_percent=fewest,
            max_healthy_percent=most,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.DISABLED,
            vpc_subnets=tier("private"),
            security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Group", group.security_group_id, mutable=False)],
        )
        return stack
