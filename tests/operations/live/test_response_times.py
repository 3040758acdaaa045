"""How long targets took to answer, as CloudWatch counts it."""

from typing import Any

import pytest

from tests.operations.diagnosis.planted import NOW
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.response_times import OVER, ResponseTimes, read_response_times

ARN = "arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer/app/api/1"


def read(results: list[dict[str, Any]], asked: list[dict[str, Any]] | None = None) -> ResponseTimes:
    with boto3_client("cloudwatch") as (client, stubber):
        stubber.add_response("get_metric_data", {"MetricDataResults": results})
        client.meta.events.register("provide-client-params.*", lambda params, **_: ([] if asked is None else asked).append(params))
        return read_response_times(session_over(cloudwatch=client), ARN, until=NOW)


def values(requests: list[float], p95: list[float], average: list[float]) -> list[dict[str, Any]]:
    return [{"Id": name, "Values": found} for name, found in (("m0", requests), ("m1", p95), ("m2", average))]


def test_an_hour_of_this_load_balancer_is_asked_in_one_period() -> None:
    asked: list[dict[str, Any]] = []
    assert read(values([120.0], [0.8], [0.2]), asked) == ResponseTimes(120, 0.8, 0.2)
    (request,) = asked
    assert (request["StartTime"], request["EndTime"]) == (NOW - OVER, NOW)
    measured = [query["MetricStat"] for query in request["MetricDataQueries"]]
    assert [(each["Metric"]["MetricName"], each["Stat"], each["Period"]) for each in measured] == [
        ("RequestCount", "Sum", 3600),
        ("TargetResponseTime", "p95", 3600),
        ("TargetResponseTime", "Average", 3600),
    ]
    assert {each["Metric"]["Dimensions"][0]["Value"] for each in measured} == {"app/api/1"}


def test_where_the_hour_touches_two_periods_requests_add_up_and_the_slower_time_counts() -> None:
    assert read(values([100.0, 20.0], [0.5, 1.5], [0.1, 0.3])) == ResponseTimes(120, 1.5, 0.3)


@pytest.mark.parametrize("results", [[], values([], [], [])], ids=["no metric", "no value"])
def test_without_a_request_there_is_no_time_and_not_zero(results: list[dict[str, Any]]) -> None:
    assert read(results) == ResponseTimes(0, None, None)


def test_answers_count_by_their_id_in_whatever_order_they_come() -> None:
    assert read(values([7.0], [0.8], [0.2])[::-1]) == ResponseTimes(7, 0.8, 0.2)
