"""Messages of alarms that a policy does not let through: of a topic, of its key, of a function. They are lost in silence on AWS."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.local_cloud.services.promql_alarms.test_alarms import Topic, topic, wait
from tests.local_cloud.services.test_function_subscriptions import Chat, chat, subscribed
from tests.local_cloud.services.test_function_subscriptions import wait as wait_for_chat
from tests.local_cloud.signing import REGION
from tradingbot_infra.local_cloud.server import DEFAULT_REGION, LocalCloud, client

pytestmark = pytest.mark.local_cloud

ACCOUNT = "000000000000"
CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
OF_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
__all__ = ["chat", "topic"]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*", **each} for each in statements]})


def publishes(source: str = "*", principal: object = CLOUDWATCH) -> str:
    """The policy of a topic to which alarms publish."""
    condition = {**OF_ACCOUNT, "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{source}"}}
    return policy({"Principal": principal, "Action": "sns:Publish", "Condition": condition})


Heard = Callable[[], bool]


@pytest.fixture
def heard(cloud: LocalCloud, topic: Topic) -> Heard:
    """Rings an alarm; whether its message came to the topic."""

    def ring() -> bool:
        cloudwatch, name = client(cloud.endpoint, REGION, "cloudwatch"), f"a{uuid.uuid4().hex}"
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="n",
            MetricName="m",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic.arn],
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
        return [each["AlarmName"] for each in topic.messages()] == [name]

    return ring


def set_attribute(cloud: LocalCloud, topic: Topic, name: str, value: str) -> None:
    client(cloud.endpoint, REGION, "sns").set_topic_attributes(TopicArn=topic.arn, AttributeName=name, AttributeValue=value)


def test_a_topic_with_the_policy_that_sns_gives_it_hears_alarms(heard: Heard) -> None:
    assert heard()


@pytest.mark.parametrize(
    ("document", "comes"),
    [
        (publishes(), True),
        (publishes(source="other-*"), False),
        (publishes(principal={"Service": "events.rds.amazonaws.com"}), False),
    ],
    ids=["admitted", "other alarms", "other services"],
)
def test_a_topics_policy_decides(cloud: LocalCloud, topic: Topic, heard: Heard, document: str, comes: bool) -> None:
    set_attribute(cloud, topic, "Policy", document)
    assert heard() is comes


@pytest.mark.parametrize(
    ("actions", "comes"), [(["kms:Decrypt", "kms:GenerateDataKey*"], True), (["kms:Decrypt"], False)], ids=["both", "one"]
)
def test_the_policy_of_a_topics_key_decides(cloud: LocalCloud, topic: Topic, heard: Heard, actions: list[str], comes: bool) -> None:
    own = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
    document = policy(own, {"Principal": CLOUDWATCH, "Action": actions, "Condition": OF_ACCOUNT})
    key = client(cloud.endpoint, REGION, "kms").create_key(Policy=document)["KeyMetadata"]["Arn"]
    set_attribute(cloud, topic, "KmsMasterKeyId", key)
    assert heard() is comes


def test_the_key_that_sns_has_of_its_own_admits_no_alarm(cloud: LocalCloud, topic: Topic, heard: Heard) -> None:
    set_attribute(cloud, topic, "KmsMasterKeyId", "alias/aws/sns")
    assert not heard()


def test_a_function_without_the_permission_gets_nothing(cloud: LocalCloud, chat: Chat) -> None:
    topic, name = subscribed(cloud, chat, allowed="x")
    functions, sns = client(cloud.endpoint, DEFAULT_REGION, "lambda"), client(cloud.endpoint, DEFAULT_REGION, "sns")
    functions.remove_permission(FunctionName=name, StatementId="sns")
    sns.publish(TopicArn=topic, Message="lost")
    wait_for_chat(chat, 4)
    functions.add_permission(
        FunctionName=name, StatementId="again", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com", SourceArn=topic
    )
    sns.publish(TopicArn=topic, Message="heard")
    wait(lambda: bool(chat.heard))
    assert [body for _, _, body in chat.heard] == ["heard"]
