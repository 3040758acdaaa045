"""Dashboard and alarms exist, and somebody hears them."""

import pytest

from tests.operations.verification.standing import STEPS, TOPIC, alarm, outcomes, told
from tradingbot_infra.operations.live.alarms import Subscription
from tradingbot_infra.operations.live.stacks import StandingStack
from tradingbot_infra.operations.verification.check import Outcome, examine
from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.monitoring import dashboard, heard, present, quiet, speaking

REVERT = "cdk deploy MonitoringStack --revert-drift -c env=production"
DESK = "desk@example.com"
CONFIRMED, PENDING = Subscription("email", DESK, confirmed=True), Subscription("email", DESK, confirmed=False)


def test_a_dashboard_with_widgets_passes() -> None:
    assert dashboard(5, "board", STEPS).outcome is Outcome.PASS


@pytest.mark.parametrize(("widgets", "words"), [(None, "no such dashboard"), (0, "shows nothing")])
def test_a_dashboard_that_is_gone_or_empty_fails(widgets: int | None, words: str) -> None:
    finding = dashboard(widgets, "board", STEPS)
    assert (finding.outcome, finding.found, finding.next_step) == (Outcome.FAIL, f"board: {words}", REVERT)


def test_every_declared_alarm_has_to_exist() -> None:
    alarms = [alarm("a"), alarm("b"), alarm("somebody's own")]
    assert present({"a", "b"}, alarms, STEPS).outcome is Outcome.PASS
    finding = present({"a", "b", "c", "d"}, alarms, STEPS)
    assert (finding.outcome, finding.found, finding.next_step) == (Outcome.FAIL, "deleted by hand: c, d", REVERT)


def test_a_stack_without_alarms_fails() -> None:
    assert present(frozenset(), [alarm("a")], STEPS).outcome is Outcome.FAIL


def test_alarms_have_to_speak_to_the_topic() -> None:
    assert told(speaking([alarm("a"), alarm("b")], TOPIC, STEPS)) == [(Outcome.PASS, "all of them speak to the topic")]
    (finding,) = speaking([alarm("a"), alarm("b", actions=("arn:elsewhere",))], TOPIC, STEPS)
    assert (finding.outcome, finding.found, finding.next_step) == (Outcome.FAIL, f"do not speak to {TOPIC}: b", REVERT)
    assert outcomes(speaking([alarm("a")], None, STEPS)) == {Outcome.FAIL}


def test_actions_that_are_switched_off_fail_with_the_command_that_switches_them_on() -> None:
    (finding,) = speaking([alarm("a", enabled=False), alarm("b"), alarm("c", enabled=False)], TOPIC, STEPS)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "actions are switched off: a, c")
    assert finding.next_step == "aws cloudwatch enable-alarm-actions --alarm-names a c"


def test_an_alarm_without_data_does_not_ring() -> None:
    assert told(quiet([alarm("a"), alarm("b", "INSUFFICIENT_DATA")], STEPS)) == [(Outcome.PASS, "none rings; without data yet: 1")]


def test_each_alarm_that_rings_fails_with_its_reason() -> None:
    assert told(quiet([alarm("a", "ALARM"), alarm("b"), alarm("c", "ALARM")], STEPS)) == [
        (Outcome.FAIL, "a rings: Threshold Crossed"),
        (Outcome.FAIL, "c rings: Threshold Crossed"),
    ]


def test_a_confirmed_subscription_passes() -> None:
    assert told(heard([DESK], [CONFIRMED], TOPIC, local=False, steps=STEPS)) == [(Outcome.PASS, f"1 confirmed: {DESK}")]


def test_a_subscription_that_waits_fails() -> None:
    (finding,) = heard([DESK], [PENDING], TOPIC, local=False, steps=STEPS)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"{DESK} has not confirmed")


def test_an_address_that_is_not_subscribed_fails_everywhere_with_the_command_that_subscribes_it() -> None:
    for local in (False, True):
        (finding,) = heard(["night@example.com"], [CONFIRMED], TOPIC, local=local, steps=STEPS)
        assert (finding.outcome, finding.found) == (Outcome.FAIL, "night@example.com is not subscribed")
        assert finding.next_step == f"aws sns subscribe --topic-arn {TOPIC} --protocol email --notification-endpoint night@example.com"


def test_nobody_who_hears_fails_with_the_deployment_that_subscribes_somebody() -> None:
    for subscriptions in ([], [PENDING]):
        (finding,) = heard([], subscriptions, TOPIC, local=False, steps=STEPS)
        assert (finding.outcome, finding.found) == (Outcome.FAIL, "nobody hears the alarms: no subscription is confirmed")
        assert finding.next_step == "cdk deploy --all -c env=production -c alarm_emails=YOU@EXAMPLE.COM"


def test_somebody_who_subscribed_beside_the_settings_hears() -> None:
    chat = Subscription("https", "https://chat.example.com/hook", confirmed=True)
    assert outcomes(heard([], [chat], TOPIC, local=False, steps=STEPS)) == {Outcome.PASS}


@pytest.mark.parametrize("subscriptions", [[], [CONFIRMED], [PENDING]])
def test_the_local_cloud_confirms_nothing(subscriptions: list[Subscription]) -> None:
    emails = [each.endpoint for each in subscriptions]
    (finding,) = heard(emails, subscriptions, TOPIC, local=True, steps=STEPS)
    assert finding.outcome is Outcome.NOT_CHECKABLE
    assert finding.found.startswith("1 subscribed; " if subscriptions else "alarm_emails is empty; ")


@pytest.mark.parametrize("outputs", [{}, {"AlarmTopicArn": TOPIC}])
def test_a_topic_that_is_gone_fails(account: Facts, outputs: dict[str, str]) -> None:
    account.stacks = (StandingStack("monitoring", "tradingbot-ai-production-monitoring", "CREATE_COMPLETE", "", outputs),)
    account.subscriptions = None
    (item,) = (item for item in AFTER_DEPLOYMENT.items if item.id == "alarms-heard")
    assert told(examine(AFTER_DEPLOYMENT, item, account)) == [(Outcome.FAIL, "tradingbot-ai-production-alarms: no such topic")]
