"""The list of doors is complete: whatever names a store of data in a template is a door, or reads or describes that store."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.compliance.allowed.faults import body_of, with_fault
from tradingbot_infra.compliance.evaluation import evaluate
from tradingbot_infra.compliance.reading.doors import doors_of
from tradingbot_infra.compliance.reading.leaves import leaves
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.templates import Assembly

Synthesize = Callable[..., Assembly]

STORES = {"AWS::Logs::LogGroup", "AWS::SNS::Topic", "AWS::S3::Bucket", "AWS::Backup::BackupVault"}
NO_DOORS = {
    "AWS::IAM::ManagedPolicy",  # permissions have lists of their own
    "AWS::Logs::ResourcePolicy",
    "AWS::Logs::MetricFilter",  # counts lines
    "AWS::Logs::QueryDefinition",  # reads
    "AWS::CloudWatch::Dashboard",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SNS::Subscription",  # its door is the address
}
DIMENSIONS = re.compile(r"Properties\.Dimensions\[\d+\]\.Value")
FOREIGN = "999988887777"


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ("production", {"alarm_emails": "desk@example.com", "ecr_pull_accounts": "111122223333"}),
        ("staging", {"alb_access_logs": True, "waf": True}),
    ],
    ids=str,
)
def test_whatever_names_a_store_of_data_is_a_door(environment: str, settings: dict[str, object], synthesize: Synthesize) -> None:
    assembly = synthesize(environment, **settings)
    for resource in assembly.resources:
        doors = {where for _, where, _ in doors_of(resource)}
        for where, _, value in leaves(resource.properties, "Properties", ""):
            named = [assembly.referred(each) for each in re.findall(r"\$\{[\w.]+\}", str(value))]
            if resource.type not in NO_DOORS and any(target and target.type in STORES for target in named):
                assert where in doors or DIMENSIONS.fullmatch(where), (resource.path, where)


def added(stack: str, resource_type: str, **properties: object) -> Callable[[dict[str, Any]], None]:
    def change(templates: dict[str, Any]) -> None:
        templates[stack]["Resources"]["Added"] = {"Type": resource_type, "Properties": properties}

    return change


def changed(place: str, **properties: object) -> Callable[[dict[str, Any]], None]:
    return lambda templates: body_of(templates, place)["Properties"].update(properties)


WAYS_OUT = {
    "a subscription of the application's log": added("ServiceStack", "AWS::Logs::SubscriptionFilter", DestinationArn="x"),
    "a subscription of all logs": added("ServiceStack", "AWS::Logs::AccountPolicy", PolicyType="SUBSCRIPTION_FILTER_POLICY"),
    "a delivery of logs": added("ServiceStack", "AWS::Logs::Delivery", DeliverySourceName="x"),
    "a stream of metrics": added("MonitoringStack", "AWS::CloudWatch::MetricStream", FirehoseArn="x"),
    "a link to an account that observes": added("MonitoringStack", "AWS::Oam::Link", SinkIdentifier="x"),
    "an access point": added("DataStack", "AWS::S3::AccessPoint", Bucket={"Ref": "AccessLogsBucket"}),
    "an inventory": changed("DataStack.AccessLogsBucket", InventoryConfigurations=[{"Destination": {"BucketArn": "arn:aws:s3:::theirs"}}]),
    "replication": changed("DataStack.AccessLogsBucket", ReplicationConfiguration={"Rules": []}),
    "a rule for another bus": added(
        "DataStack", "AWS::Events::Rule", Targets=[{"Arn": f"arn:aws:events:ap-southeast-2:{FOREIGN}:event-bus/x"}]
    ),
    "a pipe": added("DataStack", "AWS::Pipes::Pipe", Source="x", Target="y"),
    "a snapshot": added("DataStack", "AWS::RDS::DBSnapshot", DBInstanceIdentifier={"Ref": "Postgres"}),
    "an export of the database": changed("DataStack.Postgres", AssociatedRoles=[{"FeatureName": "s3Export", "RoleArn": "x"}]),
    "an integration of the database": added("DataStack", "AWS::RDS::Integration", SourceArn="x", TargetArn="y"),
    "a copy to another region": changed("DataStack.Postgres", AutomaticBackupReplicationRegion="us-east-1"),
    "logical replication": lambda templates: body_of(templates, "DataStack.DatabaseParameters")["Properties"]["Parameters"].update(
        {"rds.logical_replication": "1"}
    ),
    "a replication task": added("DataStack", "AWS::DMS::ReplicationTask"),
    "a stream": added("DataStack", "AWS::Kinesis::Stream", ShardCount=1),
    "a delivery stream": added("DataStack", "AWS::KinesisFirehose::DeliveryStream"),
    "a foreign vault": changed("DataStack.BackupVault", AccessPolicy={"Statement": [{"Principal": {"AWS": FOREIGN}}]}),
    "a global cache": added("DataStack", "AWS::ElastiCache::GlobalReplicationGroup"),
    "an endpoint of somebody": added("MonitoringStack", "AWS::SNS::Subscription", Protocol="https", Endpoint="https://example.org"),
    "a replica of a secret": changed("DataStack.SecretKey", ReplicaRegions=[{"Region": "us-east-1"}]),
    "images to another registry": added("DataStack", "AWS::ECR::ReplicationConfiguration"),
    "a share": added("DataStack", "AWS::RAM::ResourceShare", Principals=[FOREIGN]),
    "a peering": added("NetworkStack", "AWS::EC2::VPCPeeringConnection", PeerOwnerId=FOREIGN),
}
"""Ways out that this design does not have."""


@pytest.mark.parametrize("way", WAYS_OUT)
def test_a_way_out_that_nobody_named_is_found(way: str, synthesize: Synthesize) -> None:
    assembly = synthesize("production")
    rules = [RULES[name] for name in ("cfn.allowed", "data.doors", "data.foreign")]
    assert evaluate(with_fault(assembly, WAYS_OUT[way]), rules).findings - evaluate(assembly, rules).findings
