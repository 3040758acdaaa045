"""What only one resource can have at a time: names, a listener's port, the number of an ACL entry."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

from tradingbot_infra.lifecycle.physical import Physical

_SMALLEST_SUBNET = 28
"""Prefix length of the smallest subnet (VPC User Guide, "Subnet CIDR blocks")."""


@dataclass(frozen=True)
class Claim:
    """`what` in words, the values that make it unique, and AWS's error for a second one.

    Claims with the same `share` get along: several listeners of one load balancer forward to one target group.
    """

    what: str
    key: tuple[str, ...]
    error: str
    share: str | None = None

    def clashes(self, other: "Claim") -> bool:
        """Whether AWS refuses to have both."""
        return (self.what, self.key) == (other.what, other.key) and (self.share is None or self.share != other.share)


@dataclass(frozen=True)
class _Unique:
    """`properties` together are unique for all resources of a type; without any, a region has one. `operation` of AWS's API answers
    `error` to a second one."""

    what: str
    properties: tuple[str, ...]
    error: str
    operation: str


UNIQUE: Mapping[str, _Unique] = MappingProxyType(
    {
        "AWS::AccessAnalyzer::Analyzer": _Unique("analyzer", ("AnalyzerName",), "ConflictException", "accessanalyzer.CreateAnalyzer"),
        "AWS::Backup::BackupVault": _Unique("vault", ("BackupVaultName",), "AlreadyExistsException", "backup.CreateBackupVault"),
        "AWS::CloudWatch::Alarm": _Unique("alarm", ("AlarmName",), "AlreadyExists", "cloudformation"),
        "AWS::CloudWatch::CompositeAlarm": _Unique("composite alarm", ("AlarmName",), "AlreadyExists", "cloudformation"),
        "AWS::CloudWatch::Dashboard": _Unique("dashboard", ("DashboardName",), "AlreadyExists", "cloudformation"),
        "AWS::CloudTrail::Trail": _Unique("trail", ("TrailName",), "TrailAlreadyExistsException", "cloudtrail.CreateTrail"),
        "AWS::Config::ConfigRule": _Unique("rule of AWS Config", ("ConfigRuleName",), "AlreadyExists", "cloudformation"),
        "AWS::Config::ConfigurationRecorder": _Unique(
            "region's recorder", (), "MaxNumberOfConfigurationRecordersExceededException", "config.PutConfigurationRecorder"
        ),
        "AWS::Config::DeliveryChannel": _Unique(
            "region's delivery channel", (), "MaxNumberOfDeliveryChannelsExceededException", "config.PutDeliveryChannel"
        ),
        "AWS::EC2::EIPAssociation": _Unique("Elastic IP address", ("AllocationId",), "Resource.AlreadyAssociated", "ec2"),
        "AWS::EC2::NatGateway": _Unique("Elastic IP address", ("AllocationId",), "Resource.AlreadyAssociated", "ec2"),
        "AWS::EC2::NetworkAclEntry": _Unique(
            "entry of the network ACL", ("NetworkAclId", "Egress", "RuleNumber"), "NetworkAclEntryAlreadyExists", "ec2"
        ),
        "AWS::EC2::SecurityGroup": _Unique("security group", ("VpcId", "GroupName"), "InvalidGroup.Duplicate", "ec2"),
        "AWS::EC2::SubnetRouteTableAssociation": _Unique("subnet's route table", ("SubnetId",), "Resource.AlreadyAssociated", "ec2"),
        "AWS::EC2::VPCGatewayAttachment": _Unique("VPC's gateway", ("VpcId",), "Resource.AlreadyAssociated", "ec2"),
        "AWS::ECR::Repository": _Unique("repository", ("RepositoryName",), "RepositoryAlreadyExistsException", "ecr.CreateRepository"),
        "AWS::ECS::Cluster": _Unique("cluster", ("ClusterName",), "AlreadyExists", "cloudformation"),
        "AWS::ECS::Service": _Unique("service", ("Cluster", "ServiceName"), "AlreadyExists", "cloudformation"),
        "AWS::ElastiCache::ReplicationGroup": _Unique(
            "replication group", ("ReplicationGroupId",), "ReplicationGroupAlreadyExistsFault", "elasticache.CreateReplicationGroup"
        ),
        "AWS::ElastiCache::SubnetGroup": _Unique(
            "cache subnet group", ("CacheSubnetGroupName",), "CacheSubnetGroupAlreadyExistsFault", "elasticache.CreateCacheSubnetGroup"
        ),
        "AWS::ElasticLoadBalancingV2::Listener": _Unique(
            "port of the load balancer", ("LoadBalancerArn", "Port"), "DuplicateListenerException", "elbv2.CreateListener"
        ),
        "AWS::ElasticLoadBalancingV2::ListenerRule": _Unique(
            "priority of the listener", ("ListenerArn", "Priority"), "PriorityInUseException", "elbv2.CreateRule"
        ),
        "AWS::ElasticLoadBalancingV2::LoadBalancer": _Unique(
            "load balancer", ("Name",), "DuplicateLoadBalancerNameException", "elbv2.CreateLoadBalancer"
        ),
        "AWS::ElasticLoadBalancingV2::TargetGroup": _Unique(
            "target group", ("Name",), "DuplicateTargetGroupNameException", "elbv2.CreateTargetGroup"
        ),
        "AWS::Events::Rule": _Unique("rule of the event bus", ("Name", "EventBusName"), "AlreadyExists", "cloudformation"),
        "AWS::GuardDuty::Detector": _Unique("region's detector", (), "BadRequestException", "guardduty.CreateDetector"),
        "AWS::IAM::ManagedPolicy": _Unique("policy", ("ManagedPolicyName",), "EntityAlreadyExistsException", "iam.CreatePolicy"),
        "AWS::IAM::OIDCProvider": _Unique("identity provider", ("Url",), "EntityAlreadyExistsException", "iam.CreateOpenIDConnectProvider"),
        "AWS::IAM::Role": _Unique("role", ("RoleName",), "EntityAlreadyExistsException", "iam.CreateRole"),
        "AWS::KMS::Alias": _Unique("alias", ("AliasName",), "AlreadyExistsException", "kms.CreateAlias"),
        "AWS::Lambda::Function": _Unique("function", ("FunctionName",), "ResourceConflictException", "lambda.CreateFunction"),
        "AWS::Logs::LogGroup": _Unique("log group", ("LogGroupName",), "ResourceAlreadyExistsException", "logs.CreateLogGroup"),
        "AWS::Logs::MetricFilter": _Unique("filter of the log group", ("LogGroupName", "FilterName"), "AlreadyExists", "cloudformation"),
        "AWS::Logs::ResourcePolicy": _Unique("resource policy", ("PolicyName",), "AlreadyExists", "cloudformation"),
        "AWS::Logs::SubscriptionFilter": _Unique(
            "filter of the log group", ("LogGroupName", "FilterName"), "AlreadyExists", "cloudformation"
        ),
        "AWS::RDS::DBInstance": _Unique(
            "database instance", ("DBInstanceIdentifier",), "DBInstanceAlreadyExistsFault", "rds.CreateDBInstance"
        ),
        "AWS::RDS::DBParameterGroup": _Unique(
            "parameter group", ("DBParameterGroupName",), "DBParameterGroupAlreadyExistsFault", "rds.CreateDBParameterGroup"
        ),
        "AWS::RDS::DBSubnetGroup": _Unique(
            "subnet group", ("DBSubnetGroupName",), "DBSubnetGroupAlreadyExistsFault", "rds.CreateDBSubnetGroup"
        ),
        "AWS::RDS::EventSubscription": _Unique(
            "event subscription", ("SubscriptionName",), "SubscriptionAlreadyExistFault", "rds.CreateEventSubscription"
        ),
        "AWS::Route53::RecordSet": _Unique("DNS record", ("HostedZoneId", "Name", "Type"), "InvalidChangeBatch", "route53"),
        "AWS::S3::Bucket": _Unique("bucket", ("BucketName",), "BucketAlreadyOwnedByYou", "s3.CreateBucket"),
        "AWS::S3::BucketPolicy": _Unique("bucket's policy", ("Bucket",), "AlreadyExists", "cloudformation"),
        "AWS::SNS::Topic": _Unique("topic", ("TopicName",), "AlreadyExists", "cloudformation"),
        "AWS::Scheduler::Schedule": _Unique("schedule", ("GroupName", "Name"), "ConflictException", "scheduler.CreateSchedule"),
        "AWS::Scheduler::ScheduleGroup": _Unique("schedule group", ("Name",), "ConflictException", "scheduler.CreateScheduleGroup"),
        "AWS::SecretsManager::Secret": _Unique("secret", ("Name",), "ResourceExistsException", "secretsmanager.CreateSecret"),
        "AWS::SecurityHub::Hub": _Unique("region's Security Hub", (), "ResourceConflictException", "securityhub.EnableSecurityHub"),
        "AWS::SecurityHub::Standard": _Unique("standard of Security Hub", ("StandardsArn",), "AlreadyExists", "cloudformation"),
        "AWS::StepFunctions::StateMachine": _Unique(
            "state machine", ("StateMachineName",), "StateMachineAlreadyExists", "stepfunctions.CreateStateMachine"
        ),
        "AWS::WAFv2::LoggingConfiguration": _Unique("web ACL's log", ("ResourceArn",), "AlreadyExists", "cloudformation"),
        "AWS::WAFv2::WebACL": _Unique("web ACL", ("Name", "Scope"), "WAFDuplicateItemException", "wafv2.CreateWebACL"),
        "AWS::XRay::TransactionSearchConfig": _Unique("region's transaction search", (), "AlreadyExists", "cloudformation"),
    }
)
"""By type. `operation` is one of botocore's; or the service whose documentation lists the error (EC2 API Reference, "Error codes");
or `cloudformation`, whose resource handlers refuse what exists (CloudFormation CLI User Guide, "Create handlers")."""

_OPTIONAL = frozenset({"EventBusName", "GroupName"})
"""Properties with a default: a resource without them has a name all the same."""


def claims_of(physical: Physical) -> frozenset[Claim]:
    """Everything that a resource keeps from others."""
    kind, properties = physical.resource.type, physical.resource.properties
    found = set(_SPECIAL.get(kind, _nothing)(physical.name, properties))
    unique = UNIQUE.get(kind)
    if unique and _is_named(kind, unique, properties):
        found.add(Claim(unique.what, tuple(_text(properties.get(name, "")) for name in unique.properties), unique.error))
    return frozenset(found)


def _is_named(kind: str, unique: _Unique, properties: Mapping[str, Any]) -> bool:
    optional = frozenset() if kind == "AWS::EC2::SecurityGroup" else _OPTIONAL
    return all(name in properties or name in optional for name in unique.properties)


def _nothing(_name: str, _properties: Mapping[str, Any]) -> Iterator[Claim]:
    return iter(())


def _blocks(_name: str, properties: Mapping[str, Any]) -> Iterator[Claim]:
    """The smallest blocks of a subnet: two subnets that overlap have one in common."""
    network = ip_network(properties["CidrBlock"])
    for block in network.subnets(new_prefix=max(_SMALLEST_SUBNET, network.prefixlen)):
        yield Claim("address range of the VPC", (_text(properties["VpcId"]), str(block)), "InvalidSubnet.Conflict")


def _route(_name: str, properties: Mapping[str, Any]) -> Iterator[Claim]:
    target = next((properties[name] for name in sorted(properties) if name.startswith("Destination")), "")
    yield Claim("destination of the route table", (_text(properties["RouteTableId"]), _text(target)), "RouteAlreadyExists")


def _forwards(_name: str, properties: Mapping[str, Any]) -> Iterator[Claim]:
    """A target group belongs to one load balancer (Elastic Load Balancing, "Target groups for your Application Load Balancers").

    A rule of a listener claims nothing: its load balancer is that of its listener, of which a rule's properties say nothing.
    """
    balancer = _text(properties.get("LoadBalancerArn", ""))
    for action in properties.get("DefaultActions", []):
        groups = [action.get("TargetGroupArn"), *(group["TargetGroupArn"] for group in _weighted(action))]
        for group in filter(None, groups):
            yield Claim("target group's load balancer", (_text(group),), "TargetGroupAssociationLimitException", balancer)


def _weighted(action: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = action.get("ForwardConfig", {}).get("TargetGroups", [])
    return found


def _private_name(_name: str, properties: Mapping[str, Any]) -> Iterator[Claim]:
    """One endpoint of a service in a VPC has its private DNS name; a gateway endpoint has a route in each of its tables."""
    if properties.get("PrivateDnsEnabled"):
        yield Claim("private DNS name in the VPC", (_text(properties["VpcId"]), _text(properties["ServiceName"])), "InvalidParameter")
    for table in properties.get("RouteTableIds", []):
        yield Claim("destination of the route table", (_text(table), _text(properties["ServiceName"])), "RouteAlreadyExists")


def _inline_rules(name: str, properties: Mapping[str, Any]) -> Iterator[Claim]:
    group = f"${{{name}.GroupId}}"
    for direction in ("Ingress", "Egress"):
        for rule in properties.get(f"SecurityGroup{direction}", []):
            yield _rule(group, direction, rule)


def _separate_rule(direction: str) -> Callable[[str, Mapping[str, Any]], Iterator[Claim]]:
    return lambda _, properties: iter([_rule(_text(properties["GroupId"]), direction, properties)])


_PEERS = ("CidrIp", "CidrIpv6", "SourceSecurityGroupId", "DestinationSecurityGroupId", "SourcePrefixListId", "DestinationPrefixListId")


def _rule(group: str, direction: str, rule: Mapping[str, Any]) -> Claim:
    parts = [rule.get(name, "") for name in ("IpProtocol", "FromPort", "ToPort", *_PEERS)]
    return Claim("rule of the security group", (group, direction, *map(_text, parts)), "InvalidPermission.Duplicate")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


_SPECIAL: Mapping[str, Callable[[str, Mapping[str, Any]], Iterator[Claim]]] = MappingProxyType(
    {
        "AWS::EC2::Route": _route,
        "AWS::EC2::SecurityGroup": _inline_rules,
        "AWS::EC2::SecurityGroupEgress": _separate_rule("Egress"),
        "AWS::EC2::SecurityGroupIngress": _separate_rule("Ingress"),
        "AWS::EC2::Subnet": _blocks,
        "AWS::EC2::VPCEndpoint": _private_name,
        "AWS::ElasticLoadBalancingV2::Listener": _forwards,
    }
)
