"""What a question in PromQL may have beside its expression."""

import urllib.parse
import uuid

import pytest

from tests.local_cloud.services.telemetry.test_otlp import gauge, post
from tests.local_cloud.signing import send
from tradingbot_infra.local_cloud.server import LocalCloud

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def metric(cloud: LocalCloud) -> str:
    """The name of a metric with three series."""
    name = f"m_{uuid.uuid4().hex}"
    for exchange in ("binance", "bybit", "kraken"):
        assert post(cloud, "/v1/metrics", gauge(name, 1, exchange=exchange)).status == 200
    return name


@pytest.mark.parametrize("operation", ["query", "query_range"])
@pytest.mark.parametrize("parameter", ["timeout", "lookback_delta"])
def test_what_cloudwatch_does_not_name_is_refused(cloud: LocalCloud, metric: str, operation: str, parameter: str) -> None:
    words = urllib.parse.urlencode({"query": metric, "start": 0, "end": 60, "step": 60, parameter: "1h"})
    answer = send(f"{cloud.endpoint}/api/v1/{operation}?{words}", service="monitoring", method="GET")
    assert (answer.status, answer.json["errorType"]) == (400, "bad_data")
    assert parameter in answer.json["error"]


def test_no_more_series_than_the_limit_are_returned_and_none_is_no_limit(cloud: LocalCloud, metric: str) -> None:
    for limit, number in (("2", 2), ("0", 3), ("3", 3), ("9", 3)):
        words = urllib.parse.urlencode({"query": metric, "limit": limit})
        answer = send(f"{cloud.endpoint}/api/v1/query?{words}", service="monitoring", method="GET").json
        assert len(answer["data"]["result"]) == number
        assert ("warnings" in answer) == (number < 3)
        words = urllib.parse.urlencode({"match[]": metric, "limit": limit})
        answer = send(f"{cloud.endpoint}/api/v1/series?{words}", service="monitoring", method="GET").json
        assert len(answer["data"]) == number


@pytest.mark.parametrize("limit", ["-1", "x", "1.5"])
def test_a_limit_that_is_no_number_is_refused(cloud: LocalCloud, metric: str, limit: str) -> None:
    words = urllib.parse.urlencode({"query": metric, "limit": limit})
    assert send(f"{cloud.endpoint}/api/v1/query?{words}", service="monitoring", method="GET").status == 400
