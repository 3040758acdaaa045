"""The account records, and nobody would hear."""

from collections.abc import Iterator

import pytest

from tests.operations.account_security.answers import NOW, Answer, answering
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.diagnosis.account_silent import ACCOUNT_SILENT
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.facts import Facts

HELD = {
    "tradingbot-ai-account-trail": "AWS::CloudTrail::Trail",
    "tradingbot-ai-account-root": "AWS::CloudWatch::Alarm",
    "arn:aws:sns:ap-southeast-2:111111111111:tradingbot-ai-account-security": "AWS::SNS::Topic",
}
ALARM = {"AlarmName": "tradingbot-ai-account-root", "StateValue": "OK", "ActionsEnabled": True, "AlarmActions": ["topic"]}


def facts_of(of_account: AccountFacts) -> Facts:
    """The same account as a symptom reads it."""
    return Facts(of_account.session, of_account.config, now=of_account.now, price_of=lambda _: None)


@pytest.fixture
def silent() -> Iterator[Facts]:
    """A trail that somebody stopped, an alarm with its actions off, a topic without subscribers and a recorder that is stopped."""
    trail = {
        "Name": "tradingbot-ai-account-trail",
        "TrailARN": "arn:aws:cloudtrail:ap-southeast-2:111111111111:trail/x",
        "IsMultiRegionTrail": True,
    }
    answers: dict[str, list[Answer]] = {
        "cloudtrail": [
            ("describe_trails", {"trailList": [trail]}),
            ("get_event_selectors", {}),
            ("get_trail_status", {"IsLogging": False, "StopLoggingTime": NOW, "LatestDeliveryError": "AccessDenied"}),
        ],
        "cloudwatch": [("describe_alarms", {"MetricAlarms": [{**ALARM, "ActionsEnabled": False}]})],
        "sns": [("list_subscriptions_by_topic", {"Subscriptions": []})],
        "config": [
            ("describe_configuration_recorders", {"ConfigurationRecorders": [{"name": "recorder"}]}),
            ("describe_configuration_recorder_status", {"ConfigurationRecordersStatus": [{"name": "recorder", "recording": False}]}),
        ],
    }
    with answering(answers, held=HELD) as of_account:
        yield facts_of(of_account)


def test_each_silent_part_is_a_cause_with_a_fix(silent: Facts) -> None:
    diagnosis = diagnose(ACCOUNT_SILENT, silent)
    assert [cause.id for cause in diagnosis.causes] == [
        "trail-stopped",
        "trail-undelivered",
        "alarms-silent",
        "topic-unheard",
        "recorder-stopped",
    ]
    assert all(cause.evidence and cause.fix for cause in diagnosis.causes)


def test_an_environment_that_does_not_deploy_the_controls_asks_nothing() -> None:
    with answering({}, account_stacks="false") as of_account:
        diagnosis = diagnose(ACCOUNT_SILENT, facts_of(of_account))
    assert (diagnosis.causes, diagnosis.not_assessed) == ((), ())
