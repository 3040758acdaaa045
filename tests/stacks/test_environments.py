"""What differs between environments, and what never does."""

import pytest

from tests.conftest import Synthesize
from tests.stacks.facts import Fact
from tradingbot_infra.config.settings import load_config
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
    Fact("No AWS WAF", "AWS::WAFv2::WebACL", {}, count=0),
]

DIFFERENCES = [
    *(("staging", fact) for fact in SMALL),
    *(("development", fact) for fact in SMALL),
    ("balanced", Fact("VPC endpoints", "AWS::EC2::VPCEndpoint", {}, count=7)),
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
    places = load_config(environment).stacks
    names = {stack.deployed_name for stack in assembly.stacks.values()}
    assert names == {place.name for place in places}
    assert {f"tradingbot-ai-{environment}-{part}" for part in ("network", "data", "service", "monitoring")} <= names
    for name, tags in all_tags(assembly).items():
        assert tags["Environment"] in {place.names.environment for place in places}, name


def all_tags(assembly: Assembly) -> dict[str, dict[str, str]]:
    """The tags of every stack and of every resource that has any, however its type writes them."""
    found: dict[str, dict[str, str]] = {name: dict(stack.tags) for name, stack in assembly.stacks.items()}
    for resource in assembly.resources:
        for property_name, value in resource.properties.items():
            if property_name.endswith("Tags") and isinstance(value, list):
                found[resource.logical_id] = {tag["Key"]: tag["Value"] for tag in value}
            elif property_name.endswith("Tags") and isinstance(value, dict):
                found[resource.logical_id] = value
    return found


def test_everything_says_who_answers_for_it_and_how_sensitive_its_data_is(assembly: Assembly, environment: str) -> None:
    sensitive = load_config(environment).data_classification
    tagged = all_tags(assembly)
    assert len(tagged) > 60
    assert {"NetworkStack", "Postgres", "AlarmTopicD01E77F9"} <= set(tagged)
    for name, tags in tagged.items():
        assert tags["Owner"] == "trading-platform", name
        assert tags["DataClassification"] == sensitive, name


def test_owner_and_classification_are_settings(synthesize: Synthesize) -> None:
    tags = all_tags(synthesize("staging", owner="risk-desk", data_classification="restricted"))
    assert {(tag["Owner"], tag["DataClassification"]) for tag in tags.values()} == {("risk-desk", "restricted")}


def test_stacks_refuse_to_be_deleted_exactly_where_databases_do(assembly: Assembly, synthesize: Synthesize, environment: str) -> None:
    protected = load_config(environment).retention.deletion_protection
    assert {stack.termination_protection for stack in assembly.stacks.values()} == {protected}
    assert assembly.only("AWS::RDS::DBInstance").properties["DeletionProtection"] is protected


def test_one_setting_lifts_the_protection_of_every_stack(synthesize: Synthesize) -> None:
    lifted = synthesize("production", deletion_protection="false")
    assert {stack.termination_protection for stack in lifted.stacks.values()} == {False}


HOLDING_DATA = (
    "AWS::Backup::BackupVault",
    "AWS::ECR::Repository",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::RDS::DBInstance",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
)


def test_state_stays_where_data_is_retained_and_goes_where_it_is_not(assembly: Assembly, environment: str) -> None:
    kept = load_config(environment).retention.retain_data
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
