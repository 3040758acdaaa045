"""Service levels from known values of a load balancer; test_freshness.py has those of prices."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from tests.operations.diagnosis.planted import facts
from tests.operations.stubs import session_over
from tradingbot_infra.commands.slo_output import slo_document, slo_lines
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.service_levels.levels import Level, read_levels

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
