"""What is known of trading where processes came and went, asked of a Prometheus: each process is a series of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.operations.live.promql_client import PromqlClient
from tests.operations.stubs import session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.prometheus.samples import NAME, Sample
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer, running
from tradingbot_infra.operations.live.trading import Strategy, Trading, read_trading

pytestmark = pytest.mark.local_cloud

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[PrometheusServer]:
    """One Prometheus for every test; each writes an environment of its own."""
    with running() as found:
        yield found


def sent(environment: str, process: str, metric: str, value: float, first: datetime, last: datetime) -> Iterator[Sample]:
    """A value each minute, from one moment to another, by one process."""
    at = first
    while at <= last:
        yield Sample({NAME: metric, "environment": environment, "instance": process, "strategy": "trend"}, at.timestamp(), value)
        at += timedelta(minutes=1)


def trend(server: PrometheusServer, environment: str, now: datetime = NOW) -> Strategy:
    (found,) = read(server, environment, now).strategies
    return found


def read(server: PrometheusServer, environment: str, now: datetime = NOW) -> Trading:
    config = load_config(environment, {"metrics": "otlp"})
    return read_trading(session_over(promql=PromqlClient(server)), config, now=now)


REALIZED = "trading_realized_pnl_usd"


@pytest.mark.parametrize(
    ("environment", "ended"),
    [("production", timedelta(minutes=2)), ("staging", timedelta(hours=5))],
    ids=["minutes-before-midnight", "hours-before-midnight"],
)
def test_todays_profit_is_counted_from_the_process_that_spoke_last_before_midnight(
    server: PrometheusServer, environment: str, ended: timedelta
) -> None:
    days_ago, before = NOW - timedelta(days=3), MIDNIGHT - ended
    server.write(sent(environment, "a", REALIZED, 1000.0, days_ago - timedelta(hours=1), days_ago))
    server.write(sent(environment, "b", REALIZED, 400.0, before - timedelta(minutes=30), before))
    server.write(sent(environment, "c", REALIZED, 450.0, NOW - timedelta(minutes=30), NOW))
    found = trend(server, environment)
    assert (found.realized, found.realized_today) == (450.0, 50.0)
