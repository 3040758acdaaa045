"""Dashboard and alarms exist, and somebody hears them."""

from dataclasses import replace

import pytest

from tests.operations.live.sample import live_stacks
from tests.operations.rendering import plain
from tests.operations.verification.standing import TOPIC, alarm, outcomes, told
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.alarms import Subscription
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import AFTER_DEPLOYMENT
from tradingbot_infra.operations.verification.monitoring import dashboard, none_in_alarm, notifying, present, received

REVERT = plain(revert("monitoring"))
DESK = "desk@example.com"
CONFIRMED, PENDING = Subscription("email", DESK, confirmed=True), Subscription("email", DESK, confirmed=False)


def test_a_dashboard_with_widgets_passes() -> None:
    assert dashboard(5, "board").outcome is Outcome.PASS


@pytest.mark.parametrize(("widgets", "words"), [(None, "no such dashboard"), (0, "shows nothing")])
def test_a_dashboard_that_is_gone_or_empty_fails(widgets: int | None, words: str) -> None:
    finding = dashboard(widgets, "board")
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, f"board: {words}", REVERT)


def test_every_declared_alarm_has_to_exist() -> None:
    alarms = [alarm("a"), alarm("b"), alarm("somebody's own")]
    assert present({"a", "b"}, alarms).outcome is Outcome.PASS
    finding = present({"a", "b", "c", "d"}, alarms)
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, "deleted by hand: c, d", REVERT)


def test_a_stack_without_alarms_fails() -> None:
    assert present(frozenset(), [alarm("a")]).outcome is Outcome.FAIL


def test_alarms_have_to_speak_to_the_topic() -> None:
    assert told(notifying([alarm("a"), alarm("b")], TOPIC)) == [(Outcome.PASS, "all of them notify the topic")]
    (finding,) = notifying([alarm("a"), alarm("b", actions=("arn:elsewhere",))], TOPIC)
    assert (finding.outcome, finding.found, plain(finding.next_step)) == (Outcome.FAIL, f"do not notify {TOPIC}: b", REVERT)
    assert outcomes(notifying([alarm("a")], None)) == {Outcome.FAIL}


def test_actions_that_are_switched_off_fail_with_the_command_that_switches_them_on() -> None:
    (finding,) = notifying([alarm("a", enabled=False), alarm("b"), alarm("c", enabled=False)], TOPIC)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "actions are switched off: a, c")
    assert plain(finding.next_step) == "aws cloudwatch enable-alarm-actions --alarm-names a c"


def test_an_alarm_without_data_does_not_ring() -> None:
    assert told(none_in_alarm([alarm("a"), alarm("b", "INSUFFICIENT_DATA")])) == [(Outcome.PASS, "none is in ALARM; without data yet: 1")]


def test_a_part_of_a_composite_alarm_needs_no_topic_of_its_own() -> None:
    part, whole = alarm("part", actions=()), replace(alarm("whole", actions=("arn:pages",)), parts=("part",))
    assert outcomes(notifying([alarm("a"), part, whole], TOPIC, "arn:pages")) == {Outcome.PASS}
    (finding,) = notifying([alarm("a"), part, replace(whole, actions=())], TOPIC, "arn:pages")
    assert finding.found.endswith(": part, whole")
    (finding,) = notifying([part, replace(whole, parts=("another",))], TOPIC, "arn:pages")
    assert finding.found.endswith(": part")


def test_each_alarm_that_rings_fails_with_its_reason() -> None:
    assert told(none_in_alarm([alarm("a", "ALARM"), alarm("b"), alarm("c", "ALARM")])) == [
        (Outcome.FAIL, "a is in ALARM: Threshold Crossed"),
        (Outcome.FAIL, "c is in ALARM: Threshold Crossed"),
    ]


def test_a_confirmed_subscription_passes() -> None:
    assert told(received([DESK], [CONFIRMED], TOPIC, local=False)) == [(Outcome.PASS, f"1 confirmed: {DESK}")]


def test_a_subscription_that_waits_fails() -> None:
    (finding,) = received([DESK], [PENDING], TOPIC, local=False)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, f"{DESK} has not confirmed")


def test_an_address_that_is_not_subscribed_fails_everywhere_with_the_command_that_subscribes_it() -> None:
    for local in (False, True):
        (finding,) = received(["night@example.com"], [CONFIRMED], TOPIC, local=local)
        assert (finding.outcome, finding.found) == (
            Outcome.FAIL,
            "night@example.com is not subscribed, or was unsubscribed by a link in an e-mail",
        )
        subscribe, confirm, _ = plain(finding.next_step).split(", ")
        assert subscribe == f"`aws sns subscribe --topic-arn {TOPIC} --protocol email --notification-endpoint night@example.com`"
        assert confirm.endswith("--token TOKEN --authenticate-on-unsubscribe true`")


def test_nobody_who_hears_fails_with_the_deployment_that_subscribes_somebody() -> None:
    for subscriptions in ([], [PENDING]):
        (finding,) = received([], subscriptions, TOPIC, local=False)
        assert (finding.outcome, finding.found) == (Outcome.FAIL, "nobody receives the alarms: no subscription is confirmed")
        assert plain(finding.next_step) == "cdk deploy --all -c env=production -c alarm_emails=YOU@EXAMPLE.COM"


def test_somebody_who_subscribed_beside_the_settings_hears() -> None:
    chat = Subscription("https", "https://chat.example.com/hook", confirmed=True)
    assert outcomes(received([], [chat], TOPIC, local=False)) == {Outcome.PASS}


@pytest.mark.parametrize("subscriptions", [[], [CONFIRMED], [PENDING]])
def test_the_local_cloud_confirms_nothing(subscriptions: list[Subscription]) -> None:
    emails = [each.endpoint for each in subscriptions]
    (finding,) = received(emails, subscriptions, TOPIC, local=True)
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert finding.found.startswith("1 subscribed; " if subscriptions else "alarm_emails is empty; ")


@pytest.mark.parametrize("outputs", [{}, {"AlarmTopicArn": TOPIC}])
def test_a_topic_that_is_gone_fails(account: Facts, outputs: dict[str, str]) -> None:
    account.stacks = (replace(live_stacks()[-1], outputs=outputs),)
    account.subscriptions = None
    (item,) = (item for item in AFTER_DEPLOYMENT.items if item.id == "alarms-heard")
    assert told(examine(AFTER_DEPLOYMENT, item, account)) == [
        (Outcome.FAIL, f"tradingbot-ai-production-{name}: no such topic") for name in ("alarms", "pages")
    ]
