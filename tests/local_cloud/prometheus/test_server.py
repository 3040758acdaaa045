"""A Prometheus server takes what is written and answers what follows from it."""

import math
from collections.abc import Iterator

import pytest

from tradingbot_infra.local_cloud.prometheus import server
from tradingbot_infra.local_cloud.prometheus.errors import PrometheusError, QueryError
from tradingbot_infra.local_cloud.prometheus.samples import NAME, Histogram, Sample, at_schema
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer, running

pytestmark = pytest.mark.local_cloud

BEGIN = 1_700_000_000
DAY = 86400


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusServer]:
    with running() as started:
        yield started


def test_rates_of_a_counter_are_what_was_written_in_whatever_order(prometheus: PrometheusServer) -> None:
    samples = [
        Sample({NAME: "orders", "strategy": name}, BEGIN + 60 * i, 6.0 * i * k) for k, name in ((1, "a"), (2, "b")) for i in range(10)
    ]
    prometheus.write(reversed(samples))
    found = {each.labels["strategy"]: each.value for each in prometheus.query("rate(orders[5m])", BEGIN + 540)}
    assert found == {"a": pytest.approx(0.1), "b": pytest.approx(0.2)}


def test_a_range_has_a_point_for_each_step(prometheus: PrometheusServer) -> None:
    prometheus.write(Sample({NAME: "equity"}, BEGIN + 60 * i, 100.0 + i) for i in range(5))
    (series,) = prometheus.query_range("equity", BEGIN, BEGIN + 240, 60)
    assert series.points == tuple((BEGIN + 60.0 * i, 100.0 + i) for i in range(5))


def test_infinity_and_no_number_are_values(prometheus: PrometheusServer) -> None:
    prometheus.write([Sample({NAME: "odd", "is": "inf"}, BEGIN, math.inf), Sample({NAME: "odd", "is": "nan"}, BEGIN, math.nan)])
    found = {each.labels["is"]: each.value for each in prometheus.query("odd", BEGIN)}
    assert found["inf"] == math.inf
    assert math.isnan(found["nan"])


def test_a_value_may_be_thirty_days_older_than_the_newest(prometheus: PrometheusServer) -> None:
    prometheus.write([Sample({NAME: "late"}, BEGIN + 40 * DAY, 2.0)])
    prometheus.write([Sample({NAME: "late"}, BEGIN + 11 * DAY, 1.0)])
    assert prometheus.query("late", BEGIN + 11 * DAY)[0].value == 1.0
    with pytest.raises(PrometheusError, match="too old"):
        prometheus.write([Sample({NAME: "late"}, BEGIN, 1.0)])


def test_a_histogram_gives_quantiles_count_and_sum_without_a_bucket_metric() -> None:
    def latency(minute: int) -> Histogram:
        return Histogram(
            count=10 * minute, sum=12.5 * minute, schema=0, zero_count=minute, positive={0: 4 * minute, 1: 3 * minute, 4: 2 * minute}
        )

    with running() as own:
        own.write(
            Sample({NAME: "latency", "exchange": name}, BEGIN + 60 * i, latency(i)) for name in ("x", "y") for i in reversed(range(10))
        )
        at = BEGIN + 540
        rate = "sum by (exchange) (rate(latency[5m]))"
        assert [each.value for each in own.query(f"histogram_count({rate}) * 60", at)] == [pytest.approx(10)] * 2
        assert [each.value for each in own.query(f"histogram_sum({rate}) * 60", at)] == [pytest.approx(12.5)] * 2
        # Of ten observations one is zero, four are in (0.5, 1], three in (1, 2] and two in (8, 16].
        assert [each.value for each in own.query(f"histogram_quantile(0.5, {rate})", at)] == [pytest.approx(1.0)] * 2
        assert [each.value for each in own.query(f"histogram_quantile(1, {rate})", at)] == [pytest.approx(16.0)] * 2
        assert own.query("latency_bucket", at) == []
        assert [each.points for each in own.query("latency", at)] == [(), ()]


def test_negative_observations_are_below_zero() -> None:
    with running() as own:
        own.write([Sample({NAME: "profit"}, BEGIN, Histogram(count=4, sum=-6.0, schema=0, negative={1: 2, 3: 2}))])
        (lowest,) = own.query("histogram_quantile(0, profit)", BEGIN)
        assert lowest.value == pytest.approx(-8.0)


def test_a_query_that_cannot_be_read_is_refused_in_words(prometheus: PrometheusServer) -> None:
    with pytest.raises(QueryError, match="unclosed left parenthesis") as refused:
        prometheus.query("sum(", BEGIN)
    assert (refused.value.status, refused.value.kind) == (400, "bad_data")


def test_a_number_is_an_answer_without_labels(prometheus: PrometheusServer) -> None:
    assert [(each.labels, each.value) for each in prometheus.query("time()", BEGIN)] == [({}, BEGIN)]


def test_what_was_removed_answers_no_more_and_leaves_no_file() -> None:
    own = PrometheusServer()
    directory = own.directory
    own.remove()
    assert not own.is_running
    assert not directory.exists()
    with pytest.raises(PrometheusError, match="does not answer"):
        own.query("x", BEGIN)


def test_a_port_that_is_taken_is_not_the_end(prometheus: PrometheusServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = iter([prometheus.port, server.free_port()])
    monkeypatch.setattr(server, "free_port", lambda: next(ports))
    with running() as own:
        assert own.address != prometheus.address


def test_without_prometheus_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_program", lambda: None)
    with pytest.raises(PrometheusError, match="apt-get install prometheus"):
        PrometheusServer()


@pytest.mark.parametrize(
    ("buckets", "finer_by", "expected"),
    [
        ({1: 1, 2: 2, 3: 4}, 1, {1: 3, 2: 4}),
        ({0: 1, -1: 2}, 1, {0: 3}),
        ({-2: 1, -3: 2}, 1, {-1: 3}),
        ({5: 1}, 0, {5: 1}),
        ({9: 1}, 3, {2: 1}),
    ],
)
def test_two_buckets_are_joined_with_the_upper_bound_of_the_second(
    buckets: dict[int, int], finer_by: int, expected: dict[int, int]
) -> None:
    assert at_schema(buckets, finer_by=finer_by) == expected
