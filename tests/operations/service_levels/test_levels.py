"""Service levels from known values: the load balancer's by a client that a test writes, prices from a real Prometheus."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.diagnosis.planted import facts
from tests.operations.stubs import session_over
from tradingbot_infra.commands.slo_output import slo_document, slo_lines
from tradingbot_infra.local_cloud.prometheus.samples import NAME, Sample
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.service_levels.levels import Level, read_levels
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 24, 12, 2, tzinfo=UTC)
END = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
Values = Mapping[str, Mapping[datetime, float]]


class CloudWatch:
    """Answers each query by the name that it has, and keeps what was asked."""

    def __init__(self, values: Values | Exception) -> None:
        self.values = values
        self.asked: dict[str, Any] = {}

    def get_paginator(self, _: str) -> "CloudWatch":
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked = asked
        if isinstance(self.values, Exception):
            raise self.values
        for query in asked["MetricDataQueries"]:
            found = self.values.get(query["Id"], {})
            yield {"MetricDataResults": [{"Id": query["Id"], "Timestamps": list(found), "Values": list(found.values())}]}


class Silent:
    """CloudWatch's PromQL without a series."""

    class meta:  # noqa: N801 - boto3's name
        class events:  # noqa: N801 - boto3's name
            @staticmethod
            def register(*_: object, **__: object) -> None:
                """Nothing to register with."""

    @staticmethod
    def query_range(**_: str) -> dict[str, Any]:
        return {"status": "success", "data": {"resultType": "matrix", "result": []}}


def planted(cloudwatch: CloudWatch, promql: Any = Silent, **settings: object) -> Facts:
    return facts(settings={"metrics": "otlp", **settings}, session=session_over(cloudwatch=cloudwatch, promql=promql), now=NOW)


def levels(found: Facts) -> dict[str, Level]:
    return {level.name: level for level in read_levels(found)}


LAST, YESTERDAY, LONG_AGO = END - timedelta(minutes=5), END - timedelta(hours=20), END - timedelta(days=20)
MONTH: Values = {
    "requests": {LONG_AGO: 90_000, YESTERDAY: 9000, LAST: 990},
    "refused": {LAST: 10},
    "of_targets": {LONG_AGO: 30, YESTERDAY: 10},
    "of_balancer": {LAST: 10},
    "answers": {LONG_AGO: 90_000, YESTERDAY: 9000, LAST: 990},
    "in_time": {LONG_AGO: 90_000, YESTERDAY: 8000, LAST: 890},
}


def test_availability_counts_errors_of_targets_and_of_the_load_balancer_and_requests_without_a_target() -> None:
    found = levels(planted(CloudWatch(MONTH)))["availability"].budget
    assert found is not None
    assert (found.window.total, found.window.bad) == (100_000, 50)
    assert float(found.allowed) == 100
    assert float(found.left) == 50
    assert found.burn_rate(found.hour) == 10  # 10 of 1000, where 1 may be
    assert found.burn_rate(found.day) == 2  # 20 of 10,000, where 10 may be


def test_latency_counts_answers_that_took_too_long_and_an_exhausted_budget_is_told() -> None:
    found = levels(planted(CloudWatch(MONTH)))["latency"]
    assert found.budget is not None
    assert (found.budget.window.total, found.budget.window.bad) == (99_990, 1100)
    assert found.exhausted  # 1 % may be slow: 999.9 of 99,990


def test_the_load_balancer_is_asked_for_a_trimmed_count_in_periods_that_cloudwatch_keeps() -> None:
    cloudwatch = CloudWatch(MONTH)
    levels(planted(cloudwatch, slo_latency_milliseconds=250, slo_window_days=60))
    by_name = {query["Id"]: query["MetricStat"] for query in cloudwatch.asked["MetricDataQueries"]}
    assert (by_name["in_time"]["Stat"], by_name["in_time"]["Metric"]["MetricName"]) == ("TC(:0.25)", "TargetResponseTime")
    assert {stat["Period"] for stat in by_name.values()} == {300}
    assert {stat["Metric"]["Dimensions"][0]["Value"] for stat in by_name.values()} == {"app/api/1"}
    assert (cloudwatch.asked["StartTime"], cloudwatch.asked["EndTime"]) == (END - timedelta(days=60), END)


def test_without_a_request_nothing_is_assessed_and_that_is_no_pass() -> None:
    found = levels(planted(CloudWatch({})))
    assert {level.why for level in (found["availability"], found["latency"])} == {"no request in the window"}
    assert found["freshness"].why == "no metrics yet: the application has sent no price age in the window"
    assert not any(level.exhausted for level in found.values())
    document = slo_document(planted(CloudWatch({})).config, tuple(found.values()))
    assert {level["outcome"] for level in document["levels"]} == {"not_assessed"}


def test_what_credentials_may_not_read_is_not_assessed() -> None:
    found = levels(planted(CloudWatch(ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetMetricData"))))
    assert found["availability"].why == found["latency"].why == "these credentials may not do GetMetricData"


def test_metrics_that_are_off_are_not_asked_for() -> None:
    assert (
        levels(planted(CloudWatch({}), promql=None, metrics="off", trading_alarms=False))["freshness"].why
        == "metrics=off: PromQL has no price age"
    )


def test_the_table_shows_objective_budget_and_outcome() -> None:
    found = planted(CloudWatch(MONTH))
    lines = [" ".join(line.split()) for line in slo_lines(found.config, tuple(read_levels(found)))]
    assert lines[0] == "Service levels of production, last 30 days"
    assert lines[2] == "availability 99.9 % without a server error 99.950 % 50 of 100 (50 %) 50 requests 10.0 2.0 pass"
    assert lines[3].startswith("latency 99 % within 1000 ms 98.899 % 1,100 of 999.9 (110 %) -100.1 requests")
    assert lines[3].endswith("fail")
    assert lines[-1] == "freshness: not assessed: no metrics yet: the application has sent no price age in the window"


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusServer]:
    """A real one; what is written stays."""
    server = PrometheusServer()
    try:
        yield server
    finally:
        server.remove()


def fresh(
    prometheus: PrometheusServer, monkeypatch: pytest.MonkeyPatch, now: datetime, environment: str = "production", **settings: object
) -> Level:
    """Freshness over a day, asked as CloudWatch is asked."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", prometheus.address)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    promql = Session.of_account(region="ap-southeast-2", profile=None).promql
    chosen = {"metrics": "otlp", "slo_window_days": 1, **settings}
    found = facts(environment, chosen, session=session_over(cloudwatch=CloudWatch({}), promql=promql), now=now)
    return levels(found)["freshness"]


def test_freshness_counts_minutes_in_which_the_oldest_price_was_too_old(
    prometheus: PrometheusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    last = int(now.timestamp()) // 60 * 60 - 60
    symbols = [{"symbol": "BTC/USDT"}, {"symbol": "ETH/USDT"}]
    labels = [{NAME: "trading_price_age_seconds", "environment": "production", "exchange": "x", **each} for each in symbols]
    other = {NAME: "trading_price_age_seconds", "environment": "staging", "exchange": "x", "symbol": "BTC/USDT"}
    minutes = range(600)
    # The last 30 minutes one of two symbols is old; in 20 minutes of the third hour both are; 10 s are young enough.
    old = [Sample(labels[0], last - 60 * back, 11.0 if back < 30 or 180 <= back < 200 else 10.0) for back in minutes]
    also = [Sample(labels[1], last - 60 * back, 400.0 if 180 <= back < 200 else 0.5) for back in minutes]
    prometheus.write(sorted([*old, *also, *(Sample(other, last - 60 * back, 999.0) for back in minutes)], key=lambda each: each.at))
    found = fresh(prometheus, monkeypatch, now)
    assert found.budget is not None
    assert (found.budget.window.total, found.budget.window.bad) == (600, 50)
    assert (found.budget.hour.total, found.budget.hour.bad) in ((59, 29), (59, 30), (60, 30))
    assert found.exhausted  # 0.5 % of 600 minutes are 3
    assert found.note == ""
    assert fresh(prometheus, monkeypatch, now, slo_freshness_percent=90.0).exhausted is False


def test_minutes_of_a_dead_process_have_no_fresh_price(prometheus: PrometheusServer, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    first = int(now.timestamp()) // 60 * 60 - 120 * 60
    labels = {NAME: "trading_price_age_seconds", "environment": "development", "exchange": "x", "symbol": "BTC/USDT"}
    prometheus.write([Sample(labels, first + 60 * minute, 1.0) for minute in range(30)])
    left_out = fresh(prometheus, monkeypatch, now, "development")
    counted = fresh(prometheus, monkeypatch, now, "development", scale_down_out_of_hours=False)
    assert left_out.budget is not None
    assert counted.budget is not None
    # Prometheus, like CloudWatch, takes a value for current for 5 minutes.
    assert 33 <= left_out.budget.window.total <= 35
    assert left_out.budget.window.bad == 0
    assert left_out.note.endswith("left out: the settings stop the service at night")
    assert counted.budget.window.total == 120
    assert counted.budget.window.bad == 120 - left_out.budget.window.total
    assert counted.note.endswith("counted as bad")
