"""ElastiCache for Redis OSS: a replication group even for one node, because encryption and AUTH need one."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from tradingbot_infra.config.sections.cache import CacheConfig
from tradingbot_infra.config.sections.retention import RetentionConfig
from tradingbot_infra.constructs.stateful import pin, snapshot_or_destroy
from tradingbot_infra.constructs.vpc import tier
from tradingbot_infra.design.connections import REDIS_PORT

DELIVERED_LOGS = ("slow-log", "engine-log")
"""Logs that ElastiCache can deliver (ElastiCache User Guide, "Log delivery")."""

_REPLICA_WITHOUT_FAILOVER = cdk.Acknowledgment(
    id="CloudFormation-Validate::E3026",
    reason="The CDK's rule asks every group with replicas for failover, ElastiCache only those in cluster mode (ElastiCache API Reference, "
    "CreateReplicationGroup). A replica is added first and failover turned on after it: both at once are refused",
)
"""A compliance pack does not ask for this rule; whether there is failover is judged by redis.failover."""


class Redis(Construct):
    """The cache of one environment. Snapshots are its persistence."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        identifier: str,
        vpc: ec2.IVpc,
        security_group: ec2.ISecurityGroup,
        key: kms.IKey,
        auth_token: secretsmanager.ISecret | None,
        cache: CacheConfig,
        retention: RetentionConfig,
        log_groups: dict[str, logs.LogGroup],
    ) -> None:
        super().__init__(scope, construct_id)
        subnets = elasticache.CfnSubnetGroup(
            self,
            "Subnets",
            description="Cache tier",
            cache_subnet_group_name=f"{identifier}-subnets",
            subnet_ids=vpc.select_subnets(subnet_group_name=tier("cache").subnet_group_name).subnet_ids,
        )
        pin(subnets, "CacheSubnets")
        parameters = elasticache.CfnParameterGroup(
            self,
            "Parameters",
            cache_parameter_group_family=f"redis{cache.redis_engine_version.split('.')[0]}",
            description=f"Parameters of {identifier}",
            properties=dict(cache.redis_parameters),
        )
        self.group = elasticache.CfnReplicationGroup(
            self,
            "ReplicationGroup",
            replication_group_id=identifier,
            replication_group_description=f"Cache of {identifier.removesuffix('-redis')}",
            engine="redis",
            engine_version=cache.redis_engine_version,
            cache_node_type=cache.redis_node_type,
            num_cache_clusters=cache.redis_nodes,
            automatic_failover_enabled=cache.redis_automatic_failover,
            multi_az_enabled=cache.redis_automatic_failover,
            port=REDIS_PORT,
            cache_subnet_group_name=subnets.ref,
            cache_parameter_group_name=parameters.ref,
            security_group_ids=[security_group.security_group_id],
            at_rest_encryption_enabled=True,
            kms_key_id=key.key_arn,
            transit_encryption_enabled=cache.redis_transit_encryption,
            transit_encryption_mode="required" if cache.redis_transit_encryption else None,
            # A dynamic reference that CloudFormation resolves during the deployment: the template contains no token.
            auth_token=auth_token.secret_value.unsafe_unwrap() if auth_token else None,
            snapshot_retention_limit=cache.redis_snapshot_retention_days,
            snapshot_window=cache.redis_snapshot_window,
            preferred_maintenance_window=cache.redis_maintenance_window,
            auto_minor_version_upgrade=True,
            log_delivery_configurations=[
                elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty(
                    log_type=log,
                    log_format="json",
                    destination_type="cloudwatch-logs",
                    destination_details=elasticache.CfnReplicationGroup.DestinationDetailsProperty(
                        cloud_watch_logs_details=elasticache.CfnReplicationGroup.CloudWatchLogsDestinationDetailsProperty(
                            log_group=group.log_group_name
                        )
                    ),
                )
                for log, group in log_groups.items()
            ],
        )
        if cache.redis_nodes > 1 and not cache.redis_automatic_failover:
            cdk.Validations.of(self.group).acknowledge(_REPLICA_WITHOUT_FAILOVER)
        self.group.apply_removal_policy(snapshot_or_destroy(retention))
        pin(self.group, "Redis")

    @property
    def host(self) -> str:
        """The primary endpoint's address; it follows a failover."""
        return self.group.attr_primary_end_point_address

    @property
    def port(self) -> str:
        """The primary endpoint's port."""
        return self.group.attr_primary_end_point_port
