"""Alarms on PromQL that somebody changes while they ring."""

import uuid
from typing import Any

import pytest

from tests.local_cloud.services.promql_alarms.test_alarms import criteria, state, wait
from tests.local_cloud.services.telemetry.test_otlp import gauge, post
from tests.local_cloud.signing import REGION
from tradingbot_infra.local_cloud.server import LocalCloud, client

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def cloudwatch(cloud: LocalCloud) -> Any:
    return client(cloud.endpoint, REGION, "cloudwatch")


@pytest.fixture
def rings(cloud: LocalCloud, cloudwatch: Any) -> str:
    """The name of an alarm in ALARM, which is its metric's too."""
    name = f"m_{uuid.uuid4().hex}"
    post(cloud, "/v1/metrics", gauge(name, 9))
    put(cloudwatch, name, f"{name} > 5")
    wait(lambda: state(cloudwatch, name) == "ALARM")
    return name


def put(cloudwatch: Any, name: str, query: str, pending: int = 0) -> None:
    cloudwatch.put_metric_alarm(AlarmName=name, EvaluationCriteria=criteria(query, pending=pending), EvaluationInterval=10)


def updates(cloudwatch: Any, name: str) -> list[str]:
    """What its history says of its states, the newest first."""
    items = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    return [each["HistorySummary"] for each in items]


def test_a_query_that_returns_nothing_any_more_makes_an_alarm_quiet(cloudwatch: Any, rings: str) -> None:
    put(cloudwatch, rings, f"{rings} > 10")
    assert state(cloudwatch, rings) == "ALARM", "a change alone changes no state"
    wait(lambda: state(cloudwatch, rings) == "OK")
    assert updates(cloudwatch, rings)[0] == "Alarm updated from ALARM to OK"


def test_a_query_that_returns_another_series_goes_on_ringing_through_its_pending_period(cloudwatch: Any, rings: str) -> None:
    put(cloudwatch, rings, f"sum({rings}) > 5", pending=60)
    wait(lambda: bool(cloudwatch.describe_alarm_contributors(AlarmName=rings)["AlarmContributors"]))
    assert state(cloudwatch, rings) == "ALARM"
    assert updates(cloudwatch, rings) == ["Alarm updated from OK to ALARM"]


def test_a_state_that_somebody_sets_lasts_until_the_next_evaluation(cloudwatch: Any, rings: str) -> None:
    cloudwatch.set_alarm_state(AlarmName=rings, StateValue="OK", StateReason="a test")
    wait(lambda: state(cloudwatch, rings) == "ALARM")


def test_an_alarm_is_quiet_while_another_series_has_only_begun_to_breach(cloud: LocalCloud, cloudwatch: Any, rings: str) -> None:
    put(cloudwatch, rings, f"{rings} > 5", pending=200)
    wait(lambda: bool(cloudwatch.describe_alarm_contributors(AlarmName=rings)["AlarmContributors"]))
    post(cloud, "/v1/metrics", gauge(rings, 9, exchange="other"))
    post(cloud, "/v1/metrics", gauge(rings, 1))
    wait(lambda: state(cloudwatch, rings) == "OK", 8.0)
