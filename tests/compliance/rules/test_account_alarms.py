"""Rules for the fifteen alarms of CIS: a chain that breaks anywhere fails."""

from typing import Any

import pytest

from tests.compliance.account_stack import account_stack, part
from tests.compliance.builders import Body, judge, resource
from tradingbot_infra.compliance.expected.account_alarms import FILTERS
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import account_alarms
from tradingbot_infra.compliance.status import Status

RULES = {value.id.removeprefix("acct.mf."): value for value in vars(account_alarms).values() if isinstance(value, Rule)}
SOME = "4.5"


def broken(**changes: Body | None) -> dict[str, Status]:
    return judge(RULES[SOME], account_stack(**changes))


def alarm(**properties: object) -> dict[str, Status]:
    return broken(Alarm4x5=part("Alarm4x5", **properties))


def counter(**properties: object) -> dict[str, Status]:
    return broken(Filter4x5=part("Filter4x5", **properties))


def test_there_is_a_rule_for_each_of_the_fifteen() -> None:
    assert list(RULES) == list(FILTERS)


@pytest.mark.parametrize("control", RULES)
def test_a_sound_chain_passes(control: str) -> None:
    assert judge(RULES[control], account_stack()) == {STACK: Status.PASS}


@pytest.mark.parametrize("control", RULES)
def test_a_chain_without_its_filter_fails(control: str) -> None:
    changes: dict[str, Body | None] = {f"Filter{control.replace('.', 'x')}": None}
    assert judge(RULES[control], account_stack(**changes)) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "pattern",
    [
        FILTERS["4.9"],
        FILTERS[SOME].replace(" || ($.eventName = StopLogging)", ""),
        FILTERS[SOME].replace("||", "&&", 1),
        FILTERS[SOME].replace("DeleteTrail", "DeleteTrails"),
        f"{{ ({FILTERS[SOME][1:-1]}) && ($.userIdentity.arn != arn:aws:iam::111122223333:user/mallory) }}",
        "DeleteTrail",
        "",
    ],
)
def test_a_filter_that_counts_something_else_fails(pattern: str) -> None:
    assert counter(FilterPattern=pattern) == {STACK: Status.FAIL}


def test_the_way_a_pattern_is_written_does_not_count() -> None:
    names = ["UpdateTrail", "CreateTrail", "StartLogging", "StopLogging", "DeleteTrail"]
    pattern = "{" + "||".join(f'($.eventName="{name}")' for name in names) + "}"
    assert counter(FilterPattern=pattern) == {STACK: Status.PASS}


@pytest.mark.parametrize(
    "change",
    [
        {"LogGroupName": {"Ref": "OtherLog"}},
        {"LogGroupName": "theirs"},
        {"MetricTransformations": [{"MetricName": "other", "MetricNamespace": "CIS", "MetricValue": "1"}]},
        {"MetricTransformations": [{"MetricName": "cis-4.5", "MetricNamespace": "CIS", "MetricValue": "0"}]},
        {
            "MetricTransformations": [
                {"MetricName": "cis-4.5", "MetricNamespace": "CIS", "MetricValue": "1", "Dimensions": [{"Key": "User", "Value": "$.user"}]}
            ]
        },
    ],
    ids=str,
)
def test_a_filter_that_reaches_no_metric_of_the_alarm_fails(change: dict[str, Any]) -> None:
    changed = {"OtherLog": resource("AWS::Logs::LogGroup"), "Filter4x5": part("Filter4x5", **change)}
    assert broken(**changed) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "change",
    [
        {"MetricName": "other"},
        {"Namespace": "Other"},
        {"Dimensions": [{"Name": "User", "Value": "mallory"}]},
        {"Statistic": "Average"},
        {"Statistic": "Minimum"},
        {"Threshold": 2},
        {"Threshold": 0},
        {"Threshold": None},
        {"ComparisonOperator": "LessThanThreshold"},
        {"Period": 86400},
        {"EvaluationPeriods": 3},
        {"EvaluationPeriods": 5, "DatapointsToAlarm": 3},
        {"AlarmActions": []},
        {"AlarmActions": ["arn:aws:sns:ap-southeast-2:999988887777:theirs"]},
        {"AlarmActions": [{"Ref": "Log"}]},
        {"ActionsEnabled": False},
    ],
    ids=str,
)
def test_an_alarm_that_does_not_ring_fails(change: dict[str, Any]) -> None:
    assert alarm(**change) == {STACK: Status.FAIL}


@pytest.mark.parametrize(
    "change",
    [{"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0}, {"Period": 60}, {"EvaluationPeriods": 5, "DatapointsToAlarm": 1}],
)
def test_an_alarm_of_another_form_may_ring(change: dict[str, Any]) -> None:
    assert alarm(**change) == {STACK: Status.PASS}


def test_an_alarm_of_which_one_copy_rings_passes() -> None:
    assert broken(Deaf=part("Alarm4x5", AlarmActions=[])) == {STACK: Status.PASS}


def test_a_trail_without_a_log_group_fails() -> None:
    assert broken(Trail=part("Trail", CloudWatchLogsLogGroupArn=None)) == {STACK: Status.FAIL}
