"""Types that are only recorded."""

import re
import uuid

from tests.local_cloud.handlers.resources import create, update


def test_a_saved_query_keeps_its_id_when_its_text_changes() -> None:
    old = {"Name": "errors", "QueryString": "fields @message"}
    query, attributes = create("AWS::Logs::QueryDefinition", old)
    assert attributes == {"QueryDefinitionId": query}
    assert str(uuid.UUID(query)) == query
    assert update("AWS::Logs::QueryDefinition", query, old, {**old, "QueryString": "fields @timestamp"}) == query


def test_an_event_subscription_is_known_by_its_name() -> None:
    old = {"SubscriptionName": "events", "SnsTopicArn": "arn:aws:sns:us-east-1:000000000000:alarms"}
    assert create("AWS::RDS::EventSubscription", old)[0] == "events"
    assert update("AWS::RDS::EventSubscription", "events", old, {**old, "Enabled": False}) == "events"
    assert update("AWS::RDS::EventSubscription", "events", old, {**old, "SubscriptionName": "other"}) == "other"
    assert re.fullmatch(r"lab-logical-[0-9a-f]{12}", create("AWS::RDS::EventSubscription", {})[0])


def test_a_web_acls_log_setting_is_known_by_the_web_acl() -> None:
    arn = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/main/1"
    assert create("AWS::WAFv2::LoggingConfiguration", {"ResourceArn": arn})[0] == arn


def test_a_slack_channel_and_a_grafana_keep_their_ids() -> None:
    slack = "AWS::Chatbot::SlackChannelConfiguration"
    old = {
        "ConfigurationName": "alarms",
        "SlackChannelId": "C1",
        "SlackWorkspaceId": "T1",
        "IamRoleArn": "arn:aws:iam::000000000000:role/r",
    }
    arn, attributes = create(slack, old)
    assert attributes == {"Arn": arn}
    assert arn.endswith(":chat-configuration/slack-channel/alarms")
    assert update(slack, arn, old, {**old, "SlackChannelId": "C2"}) == arn
    assert update(slack, arn, old, {**old, "ConfigurationName": "other"}) != arn
    grafana = "AWS::Grafana::Workspace"
    workspace, attributes = create(grafana, {"Name": "trading"})
    assert re.fullmatch(r"g-[0-9a-f]{10}", workspace)
    assert attributes["Endpoint"].startswith(f"{workspace}.grafana-workspace.")
    assert update(grafana, workspace, {"Name": "trading"}, {"Name": "other"}) == workspace
