"""E-mail subscriptions before and after somebody confirms them."""

import json
import uuid
from typing import Any

import pytest
from ministack.services.cloudformation import provisioners

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

ADDRESS = "ops@example.com"


@pytest.fixture
def topic() -> str:
    arn: str = call("sns", "CreateTopic", Name=uuid.uuid4().hex)["TopicArn"]
    return arn


def subscribe(topic: str, protocol: str = "email", endpoint: str = ADDRESS) -> str:
    arn: str = call("sns", "Subscribe", TopicArn=topic, Protocol=protocol, Endpoint=endpoint, ReturnSubscriptionArn=True)["SubscriptionArn"]
    return arn


def shown(topic: str) -> list[str]:
    found = call("sns", "ListSubscriptionsByTopic", TopicArn=topic)["Subscriptions"]
    return [subscription["SubscriptionArn"] for subscription in found]


def counts(topic: str) -> tuple[str, str]:
    attributes = call("sns", "GetTopicAttributes", TopicArn=topic)["Attributes"]
    return attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]


def confirm(topic: str, arn: str) -> str:
    confirmed: str = call("sns", "ConfirmSubscription", TopicArn=topic, Token=arn.rpartition(":")[2])["SubscriptionArn"]
    return confirmed


def test_an_email_subscription_is_unconfirmed_and_its_arn_is_not_listed(topic: str) -> None:
    assert call("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint=ADDRESS)["SubscriptionArn"] == "pending confirmation"
    assert shown(topic) == ["PendingConfirmation"]
    assert counts(topic) == ("1", "0")
    everywhere = call("sns", "ListSubscriptions")["Subscriptions"]
    assert [one["SubscriptionArn"] for one in everywhere if one["TopicArn"] == topic] == ["PendingConfirmation"]


def test_a_confirmed_subscription_shows_its_arn_and_stays_confirmed(topic: str) -> None:
    arn = subscribe(topic)
    assert call("sns", "GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "true"
    assert confirm(topic, arn) == arn
    for _ in range(2):
        assert shown(topic) == [arn]
        assert counts(topic) == ("0", "1")
        assert call("sns", "GetSubscriptionAttributes", SubscriptionArn=arn)["Attributes"]["PendingConfirmation"] == "false"
    assert subscribe(topic) == arn


def test_a_wrong_token_confirms_nothing(topic: str) -> None:
    subscribe(topic)
    with pytest.raises(LocalApiError) as raised:
        confirm(topic, f"{topic}:{uuid.uuid4()}")
    assert raised.value.code == "InvalidParameterException"
    assert shown(topic) == ["PendingConfirmation"]


def test_a_queue_needs_no_confirmation(topic: str) -> None:
    arn = subscribe(topic, "sqs", "arn:aws:sqs:us-east-1:000000000000:queue")
    assert shown(topic) == [arn]
    assert counts(topic) == ("0", "1")


def test_a_subscription_of_a_stack_waits_too() -> None:
    handlers: dict[str, Any] = provisioners.__dict__["_RESOURCE_HANDLERS"]
    topic = call("sns", "CreateTopic", Name=uuid.uuid4().hex)["TopicArn"]
    arn, _ = handlers["AWS::SNS::Subscription"]["create"]("Mail", {"TopicArn": topic, "Protocol": "email", "Endpoint": ADDRESS}, "lab")
    assert shown(topic) == ["PendingConfirmation"]
    confirm(topic, arn)
    assert shown(topic) == [arn]


def test_a_subscription_that_a_topics_template_names_waits_too() -> None:
    handlers: dict[str, Any] = provisioners.__dict__["_RESOURCE_HANDLERS"]
    named = {"TopicName": uuid.uuid4().hex, "Subscription": [{"Protocol": "email", "Endpoint": ADDRESS}]}
    topic, _ = handlers["AWS::SNS::Topic"]["create"]("Topic", named, "lab")
    assert shown(topic) == ["PendingConfirmation"]
    assert counts(topic) == ("1", "0")
    assert call("sns", "Publish", TopicArn=topic, Message=json.dumps({}))["MessageId"]


def test_ministack_still_confirms_by_itself(topic: str) -> None:
    arn = own("sns", "Subscribe", TopicArn=topic, Protocol="email", Endpoint=ADDRESS)["SubscriptionArn"]
    assert arn.startswith(topic)
    (found,) = own("sns", "ListSubscriptionsByTopic", TopicArn=topic)["Subscriptions"]
    assert found["SubscriptionArn"] == arn
