"""What differs between environments, and what never does."""

import pytest

from tests.conftest import Synthesize
from tests.stacks.facts import Fact
from tradingbot_infra.templates import Assembly

SMALL = [
    Fact("One task", "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 1, "MaxCapacity": 1}),
    Fact(
        "Single-AZ RDS, unprotected",
        "AWS::RDS::DBInstance",
        {"MultiAZ": False, "DBInstanceClass": "db.t3.micro", "DeletionProtection": False},
    ),
    Fact("No Redis", "AWS::ElastiCache::ReplicationGroup", {}, count=0),
    Fact("One NAT gateway", "AWS::EC2::NatGateway", {}, count=1),
    Fact(
        "Scaled down at night and at weekends",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {"ScheduledActions/0/ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}},
    ),
    Fact("Nothing scales by load", "AWS::ApplicationAutoScaling::ScalingPolicy", {}, count=0),
    Fact(
        "The load balancer is unprotected",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"LoadBalancerAttributes/Key=deletion_protection.enabled/Value": "false", "LoadBalancerAttributes/Key=access_logs.s3.enabled": {}},
    ),
    Fact("No access log bucket", "AWS::S3::Bucket", {}, count=0),
]

DIFFERENCES = [
    *(("staging", fact) for fact in SMALL),
    *(("development", fact) for fact in SMALL),
    ("balanced", Fact("VPC endpoints", "AWS::EC2::VPCEndpoint", {}, count=5)),
    ("balanced", Fact("Two NAT gateways", "AWS::EC2::NatGateway", {}, count=2)),
    (
        "high-availability",
        Fact(
            "A Redis replica with automatic failover",
            "AWS::ElastiCache::ReplicationGroup",
            {"NumCacheClusters": 2, "AutomaticFailoverEnabled": True, "MultiAZEnabled": True, "SnapshotRetentionLimit": 15},
        ),
    ),
    ("high-availability", Fact("Three to ten tasks", "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 3, "MaxCapacity": 10})),
]


@pytest.mark.parametrize(("name", "fact"), DIFFERENCES, ids=lambda value: str(value))
def test_difference_of_an_environment_holds(name: str, fact: Fact, synthesize: Synthesize) -> None:
    fact.check(synthesize(name))


def test_names_and_tags_carry_the_environment(assembly: Assembly, environment: str) -> None:
    assert {stack.deployed_name for stack in assembly.stacks.values()} == {
        f"tradingbot-ai-{environment}-{part}" for part in ("network", "data", "service", "monitoring")
    }
    for resource in assembly.resources:
        tags = resource.properties.get("Tags")
        if isinstance(tags, list):
            assert {"Key": "Environment", "Value": environment} in tags, resource.logical_id


HOLDING_DATA = (
    "AWS::ECR::Repository",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


def test_state_stays_where_data_is_retained_and_goes_where_it_is_not(assembly: Assembly, environment: str) -> None:
    kept = environment in ("production", "high-availability", "balanced")
    for resource in assembly.of_type(*HOLDING_DATA):
        if resource.properties.get("Name", "").endswith(("/database-url", "/redis-auth-token")):
            continue  # these two are made again from what they describe
        policies = (resource.body["DeletionPolicy"], resource.body["UpdateReplacePolicy"])
        expected = {("RetainExceptOnCreate", "Retain"), ("Snapshot", "Snapshot")} if kept else {("Delete", "Delete")}
        assert policies in expected, resource.logical_id


def test_what_has_a_fixed_name_and_cannot_be_adopted_again_is_not_left_behind(production: Assembly) -> None:
    """Databases and caches leave a snapshot: their names are free for the next deployment (docs/operations.md)."""
    for resource in production.of_type("AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup"):
        assert resource.body["DeletionPolicy"] == "Snapshot"


def test_a_repository_that_goes_takes_its_images_along(synthesize: Synthesize) -> None:
    assert synthesize("staging").only("AWS::ECR::Repository").properties["EmptyOnDelete"] is True
    assert synthesize("production").only("AWS::ECR::Repository").properties["EmptyOnDelete"] is False
