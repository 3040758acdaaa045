"""NetworkStack: the VPC, network ACLs, every security group with every rule, the flow log, and the key of all log groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.constructs.default_security_group import DefaultSecurityGroupFunction
from tradingbot_infra.constructs.elastic_addresses import ElasticAddresses
from tradingbot_infra.constructs.encryption_key import LogsKey
from tradingbot_infra.constructs.log_group import LogGroup
from tradingbot_infra.constructs.network_acls import NetworkAcls
from tradingbot_infra.constructs.security_groups import SecurityGroups
from tradingbot_infra.constructs.vpc import Vpc
from tradingbot_infra.constructs.vpc_endpoints import VpcEndpoints
from tradingbot_infra.design.parties import VPC_ENDPOINTS, Party
from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.stacks.base_stack import BaseStack
from tradingbot_infra.stacks.exports import Exports


@dataclass(frozen=True, kw_only=True)
class NetworkExports:
    """What the other stacks build on. Redis has a security group only where there is a Redis."""

    vpc: ec2.IVpc
    security_groups: Mapping[Party, ec2.ISecurityGroup]
    logs_key: kms.IKey
    flow_log_group: logs.ILogGroup


class NetworkStack(BaseStack):
    """Deployed first; it uses no other stack. It has every security group rule, so that stacks never depend on each other in a circle."""

    exports: NetworkExports

    def __init__(self, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig) -> None:
        super().__init__(scope, place, description="TradingBot AI: VPC, subnets, NAT, security groups, flow log", config=config)
        self._config = config
        logs_key = LogsKey(self, "LogsKey", alias=config.names.key_alias("logs"), retention=config.retention)
        flow_log_group = self._log_group("FlowLogGroup", config.names.flow_log_group, logs_key)
        egress = ElasticAddresses(self, "ElasticAddresses", names=config.names, network=config.network, retention=config.retention)
        vpc = self._vpc(flow_log_group, egress)
        function_log = self._log_group("DefaultSecurityGroupLog", config.names.default_security_group_log_group, logs_key)
        DefaultSecurityGroupFunction(self, "DefaultSecurityGroup", vpc=vpc, log_group=function_log)
        NetworkAcls(
            self,
            "NetworkAcls",
            vpc=vpc,
            name=config.names.prefix,
            network=config.network,
            connections=config.connections,
        )
        groups = SecurityGroups(self, "SecurityGroups", vpc=vpc, connections=config.connections).by_party
        if config.network.enable_vpc_endpoints:
            traces, metrics = config.telemetry.sends_traces, config.telemetry.sends_metrics
            VpcEndpoints(self, "VpcEndpoints", vpc=vpc, security_group=groups[VPC_ENDPOINTS], traces=traces, metrics=metrics)
        self.exports = NetworkExports(
            vpc=vpc,
            security_groups=groups,
            logs_key=logs_key,
            flow_log_group=flow_log_group,
        )
        self.publish("VpcId", vpc.vpc_id, "The VPC")
        self.publish("EgressAllocationIds", ",".join(egress.allocation_ids), "Elastic addresses for NAT, by zone; `egress` shows them")
        if egress.addresses:
            self.publish("EgressAddresses", ",".join(egress.addresses), "Addresses of NAT, for the exchanges' allow lists")

    @classmethod
    def build(cls, scope: Construct, place: PlacedStack, *, config: EnvironmentConfig, exports: Exports) -> Self:
        """NetworkStack of one environment."""
        return cls(scope, place, config=config)

    def _log_group(self, logical_id: str, name: str, key: kms.IKey) -> LogGroup:
        return LogGroup(self, logical_id, name=name, key=key, retention=self._config.retention)

    def _vpc(self, flow_log_group: logs.ILogGroup, egress: ElasticAddresses) -> Vpc:
        vpc = Vpc(
            self,
            "Vpc",
            name=self._config.names.prefix,
            network=self._config.network,
            connections=self._config.connections,
            allocation_ids=egress.allocation_ids,
        )
        vpc.add_complete_flow_log(flow_log_group)
        return vpc
