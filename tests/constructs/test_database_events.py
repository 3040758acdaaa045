"""What RDS tells by itself, and how it gets into the alarm topic."""

from tests.conftest import Synthesize
from tests.stacks.statements import Statement, statements
from tradingbot_infra.templates import Assembly, Resource


def subscriptions(assembly: Assembly) -> dict[str, Resource]:
    """RDS's event subscriptions by the type of their source."""
    return {found.properties["SourceType"]: found for found in assembly.of_type("AWS::RDS::EventSubscription")}


def from_rds(assembly: Assembly) -> dict[str, Statement]:
    """What RDS's events are allowed, by the type of the policy's holder."""
    return {s.holder.type: s for s in statements(assembly) if s.principals == ["events.rds.amazonaws.com"]}


def test_events_of_the_instance_that_somebody_should_know_of_reach_the_topic(assembly: Assembly, environment: str) -> None:
    events = subscriptions(assembly)["db-instance"].properties
    assert events["Enabled"] is True
    assert events["SourceIds"] == [f"tradingbot-ai-{environment}-postgres"]
    assert events["SnsTopicArn"] == "${MonitoringStack.AlarmTopicD01E77F9}"
    assert {
        "configuration change",
        "deletion",
        "failover",
        "failure",
        "low storage",
        "maintenance",
        "notification",
    } <= set(events["EventCategories"])


def test_only_categories_that_instances_have_are_asked_for(production: Assembly) -> None:
    # RDS User Guide, "Amazon RDS event categories and event messages": any other makes RDS refuse the subscription.
    known = {"availability", "backup", "configuration change", "creation", "deletion", "failover", "failure", "low storage"}
    known |= {"maintenance", "notification", "read replica", "recovery", "restoration", "security", "security patching"}
    assert set(subscriptions(production)["db-instance"].properties["EventCategories"]) <= known


def test_changes_of_the_databases_parameters_reach_the_topic(assembly: Assembly) -> None:
    events = subscriptions(assembly)["db-parameter-group"].properties
    assert events["EventCategories"] == ["configuration change"]
    assert events["SourceIds"] == [assembly.only("AWS::RDS::DBInstance").properties["DBParameterGroupName"]]
    assert events["SnsTopicArn"] == "${MonitoringStack.AlarmTopicD01E77F9}"


def test_nothing_is_asked_of_db_security_groups_which_no_database_in_a_vpc_has(assembly: Assembly) -> None:
    assert set(subscriptions(assembly)) == {"db-instance", "db-parameter-group"}


def test_a_subscription_waits_for_the_policy_that_lets_rds_in(production: Assembly) -> None:
    (policy,) = (each for each in production.of_type("AWS::SNS::TopicPolicy") if each.logical_id.startswith("AlarmTopic"))
    for subscription in production.of_type("AWS::RDS::EventSubscription"):
        assert policy.logical_id in subscription.body["DependsOn"]


def test_rds_publishes_for_this_account_and_from_its_own_resources_only(assembly: Assembly) -> None:
    publish = from_rds(assembly)["AWS::SNS::TopicPolicy"]
    assert publish.actions == ["sns:Publish"]
    assert publish.resources == ["${MonitoringStack.AlarmTopicD01E77F9}"]
    assert publish.conditions == {
        "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
        "ArnLike": {"aws:SourceArn": "arn:aws:rds:ap-southeast-2:${AWS::AccountId}:*"},
    }


def test_rds_uses_the_topics_key_for_this_account_only_and_nothing_else(assembly: Assembly) -> None:
    allowed = from_rds(assembly)
    assert set(allowed) == {"AWS::SNS::TopicPolicy", "AWS::KMS::Key"}
    use = allowed["AWS::KMS::Key"]
    assert use.holder.logical_id == "MessagingKey"
    assert use.actions == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert use.conditions == {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}


def test_an_environment_named_otherwise_hears_of_its_own_database_only(synthesize: Synthesize) -> None:
    events = subscriptions(synthesize("staging", project="other"))["db-instance"].properties
    assert events["SourceIds"] == ["other-staging-postgres"]
