"""NetworkStack: the VPC, every security group with every rule, the flow log, and the key of all log groups."""

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.encryption_key import LogsKey
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.security_groups import SecurityGroups
from tradingbot_infra.constructs.vpc import Vpc
from tradingbot_infra.constructs.vpc_endpoints import VpcEndpoints
from tradingbot_infra.stacks.environment_stack import EnvironmentStack


@dataclass(frozen=True, kw_only=True)
class NetworkExports:
    """What the other stacks stand on. `redis_security_group` is None where there is no Redis."""

    vpc: ec2.IVpc
    alb_security_group: ec2.ISecurityGroup
    ecs_security_group: ec2.ISecurityGroup
    rds_security_group: ec2.ISecurityGroup
    redis_security_group: ec2.ISecurityGroup | None
    logs_key: kms.IKey


class NetworkStack(EnvironmentStack):
    """First in order; it knows nothing of the others. All rules between groups stand here, so no stack depends in a circle."""

    def __init__(self, scope: Construct, construct_id: str, *, config: EnvironmentConfig) -> None:
        super().__init__(
            scope, construct_id, part="network", description="TradingBot AI: VPC, subnets, NAT, security groups, flow log", config=config
        )
        self._config = config
        logs_key = LogsKey(self, "LogsKey", alias=config.names.key_alias("logs"), retention=config.retention)
        vpc = self._vpc(logs_key)
        groups = SecurityGroups(
            self, "SecurityGroups", vpc=vpc, container_port=config.service.container_port, redis=config.cache.enable_redis
        )
        if config.network.enable_vpc_endpoints:
            VpcEndpoints(self, "VpcEndpoints", vpc=vpc, security_group=groups.for_vpc_endpoints())
        self.exports = NetworkExports(
            vpc=vpc,
            alb_security_group=groups.alb,
            ecs_security_group=groups.ecs,
            rds_security_group=groups.rds,
            redis_security_group=groups.redis,
            logs_key=logs_key,
        )
        self.publish("VpcId", vpc.vpc_id, "The VPC")
        if vpc.egress_addresses:
            self.publish("EgressAddresses", ",".join(vpc.egress_addresses), "Addresses to allow at the exchanges")

    def _vpc(self, logs_key: kms.IKey) -> Vpc:
        names = self._config.names
        vpc = Vpc(self, "Vpc", name=names.prefix, network=self._config.network)
        vpc.add_complete_flow_log(LogGroup(self, "FlowLogGroup", name=names.flow_log_group, key=logs_key, retention=self._config.retention))
        return vpc
