"""Who is told and who gets up, as `status` shows it."""

from dataclasses import replace

import pytest

from tests.operations.live.test_overview import STACKS, WELL
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.commands.status_output import alarm_rows
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.alarms import Subscription
from tradingbot_infra.operations.live.overview import Overview, subscribers

TEAM, PHONE = "team@example.com", "phone@example.com"
CONFIRMED, WAITING = Subscription("email", TEAM, True), Subscription("email", PHONE, False)


def rows(overview: Overview, **settings: object) -> list[tuple[str, ...]]:
    """Rows of people."""
    config = load_config("production", {"alarm_emails": TEAM, **settings})
    return [row for row in alarm_rows(overview, config) if row[0] in ("told", "paged")]


@pytest.mark.parametrize(
    ("paged", "emails", "shown"),
    [
        (None, "", []),
        ((), "", [("paged", f"{TEAM}, no subscription")]),
        ((WAITING,), PHONE, [("paged", f"{PHONE}, not confirmed")]),
        ((CONFIRMED,), PHONE, [("paged", f"{TEAM}, confirmed"), ("paged", f"{PHONE}, no subscription")]),
    ],
    ids=["nothing pages", "without paging_emails", "not confirmed", "not subscribed"],
)
def test_who_gets_up_has_a_row_of_their_own(paged: tuple[Subscription, ...] | None, emails: str, shown: list[tuple[str, str]]) -> None:
    found = replace(WELL, subscriptions=(CONFIRMED,), paging_subscriptions=paged)
    assert rows(found, paging_emails=emails) == [("told", f"{TEAM}, confirmed"), *shown]


def test_nobody_is_said_with_the_settings_that_name_somebody() -> None:
    found = replace(WELL, paging_subscriptions=())
    assert rows(found, alarm_emails="") == [
        ("told", "nobody, no address in alarm_emails"),
        ("paged", "nobody, no address in paging_emails and alarm_emails"),
    ]


def test_subscribers_are_those_of_the_topic_that_an_output_names() -> None:
    stacks = (replace(STACKS[0], outputs={"AlarmTopicArn": "arn:alarms", "PagingTopicArn": "arn:pages"}), *STACKS[1:])
    with boto3_client("sns") as (client, stub):
        item = {"SubscriptionArn": "arn:aws:sns:x", "Protocol": "email", "Endpoint": TEAM, "Owner": "", "TopicArn": "arn:pages"}
        stub.add_response("list_subscriptions_by_topic", {"Subscriptions": [item]}, {"TopicArn": "arn:pages"})
        assert subscribers(session_over(sns=client), stacks, "PagingTopicArn") == (CONFIRMED,)
    assert subscribers(session_over(), STACKS, "PagingTopicArn") is None
