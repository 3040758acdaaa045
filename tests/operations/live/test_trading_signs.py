"""What metrics say about faults, asked of a Prometheus that holds known values."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.operations.live.promql_client import PromqlClient
from tests.operations.stubs import session_over
from tradingbot_infra.local_cloud.prometheus.samples import NAME, Histogram, Sample
from tradingbot_infra.local_cloud.prometheus.server import running
from tradingbot_infra.operations.live.trading import Price
from tradingbot_infra.operations.live.trading_signs import Latencies, Signs, read_latencies, read_signs
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
END = NOW.timestamp()


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """Two environments: production has faults, staging is well."""
    with running() as server:
        server.write(samples())
        yield session_over(promql=PromqlClient(server))


def samples() -> Iterator[Sample]:
    """A value each minute of two hours."""
    for minute in range(-120, 1):
        at = END + 60 * minute

        def of(name: str, value: float | Histogram, environment: str = "production", *, at: float = at, **labels: str) -> Sample:
            return Sample({NAME: name, "environment": environment, **labels}, at, value)

        yield of("trading_price_age_seconds", 70.0, exchange="binance", symbol="BTCUSDT")
        yield of("trading_price_age_seconds", 2.0, exchange="binance", symbol="ETHUSDT")
        yield of("trading_price_age_seconds", 900.0, "staging", exchange="binance", symbol="BTCUSDT")
        # One error and two reconnects a minute in the last half hour; hundreds long before.
        late = max(0, minute + 30)
        yield of("trading_exchange_errors_total", 500.0 + late, exchange="binance", code="503")
        yield of("trading_exchange_errors_total", 77.0, exchange="kraken", code="401")
        yield of("trading_websocket_reconnects_total", 2.0 * late, exchange="binance")
        yield of("trading_rate_limit_used_ratio", 0.9, exchange="binance", instance="old")
        yield of("trading_rate_limit_used_ratio", 0.5, exchange="binance", instance="new")
        # One slow call 50 minutes ago, and a slower one 90 minutes ago.
        slowest = {-50: 6.0, -90: 99.0}.get(minute, 0.25)
        yield of("trading_exchange_latency_seconds", slowest, exchange="binance")
        yield of("trading_order_latency_seconds", histogram(minute + 121, schema_bucket=2), exchange="binance")
        yield of("trading_llm_latency_seconds", histogram(minute + 121, schema_bucket=4), model="small")


def histogram(count: int, *, schema_bucket: int) -> Histogram:
    """As many observations, all above 2**(bucket - 1) and up to 2**bucket."""
    return Histogram(count=count, sum=float(count), schema=0, positive={schema_bucket: count})


def test_prices_are_each_symbols_the_oldest_first_and_of_this_environment_only(session: Session) -> None:
    assert read_signs(session, "production", now=NOW).prices == (Price("binance", "BTCUSDT", 70.0), Price("binance", "ETHUSDT", 2.0))
    assert read_signs(session, "staging", now=NOW).prices == (Price("binance", "BTCUSDT", 900.0),)


def test_errors_and_reconnects_are_those_of_the_last_half_hour(session: Session) -> None:
    found = read_signs(session, "production", now=NOW)
    assert set(found.errors) == {("binance", "503")}, "what did not grow is no error of now"
    assert found.errors["binance", "503"] == pytest.approx(30, abs=2)
    assert found.reconnects["binance"] == pytest.approx(60, abs=4)


def test_of_two_processes_the_one_that_is_nearer_to_its_limit_counts(session: Session) -> None:
    assert read_signs(session, "production", now=NOW).rate_limits == {"binance": 0.9}


def test_the_slowest_call_is_of_the_last_hour_and_percentiles_are_of_histograms(session: Session) -> None:
    found = read_latencies(session, "production", now=NOW)
    assert found.exchanges == {"binance": 6.0}
    assert set(found.orders) == {"binance"}
    assert 2.0 < found.orders["binance"] <= 4.0
    assert set(found.models) == {"small"}
    assert 8.0 < found.models["small"] <= 16.0


def test_an_environment_that_sends_nothing_has_no_signs_and_not_zeros(session: Session) -> None:
    assert read_signs(session, "development", now=NOW) == Signs((), {}, {}, {})
    assert read_latencies(session, "development", now=NOW) == Latencies({}, {}, {})


def test_what_is_five_minutes_old_is_no_price_of_now(session: Session) -> None:
    later = datetime.fromtimestamp(END + 301, UTC)
    assert read_signs(session, "production", now=later).prices == ()
