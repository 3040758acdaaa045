"""Alarms of every kind, as CloudWatch describes them."""

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.alarms import alarms, with_contributors

NAMES = load_config("production").names
ARN = "arn:aws:cloudwatch:ap-southeast-2:111122223333:alarm:"
QUERY = {"EvaluationCriteria": {"PromQLCriteria": {"Query": "up > 0"}}}
CLASSIC = {"AlarmName": NAMES.alarm("ecs-cpu"), "StateValue": "OK", "AlarmActions": ["arn:topic"]}
ON_QUERY = {"AlarmName": NAMES.alarm("no-orders"), "StateValue": "ALARM", **QUERY}
COMPOSITE = {
    "AlarmName": NAMES.alarm("trading-outage"),
    "StateValue": "ALARM",
    "AlarmRule": f'(ALARM("{ARN}{NAMES.alarm("no-orders")}") OR ALARM({NAMES.alarm("price-stale")}))',
}
ASKED = {"AlarmNamePrefix": f"{NAMES.prefix}-", "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}


def test_composite_alarms_are_there_with_the_names_of_their_parts() -> None:
    with boto3_client("cloudwatch") as (client, stub):
        stub.add_response("describe_alarms", {"MetricAlarms": [ON_QUERY, CLASSIC], "CompositeAlarms": [COMPOSITE]}, ASKED)
        found = {alarm.name: alarm for alarm in alarms(session_over(cloudwatch=client), NAMES)}
    assert list(found) == [NAMES.alarm(name) for name in ("ecs-cpu", "no-orders", "trading-outage")]
    assert found[NAMES.alarm("trading-outage")].parts == (NAMES.alarm("no-orders"), NAMES.alarm("price-stale"))
    assert found[NAMES.alarm("ecs-cpu")].parts == ()


def test_only_an_alarm_on_a_query_that_rings_is_asked_for_what_rings() -> None:
    with boto3_client("cloudwatch") as (client, stub):
        quiet = {**ON_QUERY, "AlarmName": NAMES.alarm("drawdown"), "StateValue": "OK"}
        stub.add_response("describe_alarms", {"MetricAlarms": [ON_QUERY, CLASSIC, quiet], "CompositeAlarms": [COMPOSITE]}, ASKED)
        contributor = {"ContributorId": "1", "StateReason": "x"}
        answer = [
            {**contributor, "ContributorAttributes": {"strategy": "trend", "environment": "production"}},
            {**contributor, "ContributorAttributes": {"symbol": "BTC-USD", "exchange": "okx"}},
            {**contributor, "ContributorAttributes": {"environment": "production"}},
        ]
        stub.add_response("describe_alarm_contributors", {"AlarmContributors": answer}, {"AlarmName": NAMES.alarm("no-orders")})
        session = session_over(cloudwatch=client)
        found = [with_contributors(session, alarm) for alarm in alarms(session, NAMES)]
    shown = {alarm.name: alarm.contributors for alarm in found if alarm.contributors}
    assert shown == {NAMES.alarm("no-orders"): ("exchange=okx,symbol=BTC-USD", "strategy=trend")}


def test_what_nobody_asked_is_not_known_and_no_word_stands_for_it() -> None:
    with boto3_client("cloudwatch") as (client, stub):
        stub.add_response("describe_alarms", {"MetricAlarms": [ON_QUERY, CLASSIC], "CompositeAlarms": []}, ASKED)
        found = {alarm.name: alarm.contributors for alarm in alarms(session_over(cloudwatch=client), NAMES)}
    assert found == {NAMES.alarm("no-orders"): None, NAMES.alarm("ecs-cpu"): ()}


@pytest.mark.parametrize("code", ["AccessDenied", "ResourceNotFound"])
def test_what_rings_stays_unknown_where_aws_does_not_say(code: str) -> None:
    with boto3_client("cloudwatch") as (client, stub):
        stub.add_response("describe_alarms", {"MetricAlarms": [ON_QUERY], "CompositeAlarms": []}, ASKED)
        stub.add_client_error("describe_alarm_contributors", service_error_code=code)
        session = session_over(cloudwatch=client)
        (alarm,) = alarms(session, NAMES)
        assert with_contributors(session, alarm).contributors is None
