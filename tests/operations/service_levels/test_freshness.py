"""Freshness from prices of known age, asked of a Prometheus as CloudWatch is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.operations.diagnosis.planted import facts
from tests.operations.stubs import session_over
from tradingbot_infra.local_cloud.prometheus.samples import NAME, Sample
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer, running
from tradingbot_infra.operations.service_levels.budget import Budget
from tradingbot_infra.operations.service_levels.levels import Level, read_levels
from tradingbot_infra.operations.session import Session

pytestmark = pytest.mark.local_cloud

TUESDAY = datetime(2026, 11, 24, 12, 2, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 12, 2, tzinfo=UTC)
OFFICE_HOURS = {
    "scale_down_out_of_hours": True,
    "office_hours_start": "08:00",
    "office_hours_end": "20:00",
    "time_zone": "UTC",
}
CURRENT = 5
"""Minutes for which a value counts as the newest."""


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusServer]:
    """One for every test; each writes an environment or a day of its own."""
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def endpoint(prometheus: PrometheusServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where CloudWatch is."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", prometheus.address)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    for name in ("AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)


class NoLoadBalancer:
    """CloudWatch without a metric of one."""

    def get_paginator(self, _: str) -> "NoLoadBalancer":
        """Itself."""
        return self

    @staticmethod
    def paginate(**_: object) -> Iterator[dict[str, object]]:
        """No value."""
        yield {"MetricDataResults": []}


def fresh(now: datetime, environment: str = "production", **settings: object) -> Level:
    """Freshness over a day."""
    promql = Session.of_account(region="ap-southeast-2", profile=None).promql
    chosen = {"metrics": "otlp", "slo_window_days": 1, **settings}
    found = facts(environment, chosen, session=session_over(cloudwatch=NoLoadBalancer(), promql=promql), now=now)
    (level,) = (each for each in read_levels(found) if each.name == "freshness")
    return level


def budget(level: Level) -> Budget:
    """What it has."""
    assert level.budget is not None, level.why
    return level.budget


def prices(environment: str, first: datetime, minutes: int, age: float = 1.0, symbol: str = "BTC/USDT") -> list[Sample]:
    """An age each minute from a moment on, half a minute before it is asked for."""
    labels = {NAME: "trading_price_age_seconds", "environment": environment, "exchange": "x", "symbol": symbol}
    return [Sample(labels, (first + timedelta(minutes=minute - 0.5)).timestamp(), age) for minute in range(minutes)]


def test_freshness_counts_minutes_in_which_the_oldest_price_was_too_old(prometheus: PrometheusServer) -> None:
    first = TUESDAY - timedelta(minutes=600)
    # In 20 minutes of the third hour both symbols are old; the last 30 minutes one of them is; 10 s are young enough.
    ages = {0: 10.0, 180: 400.0, 200: 10.0, 570: 11.0}
    for begin, end in zip(ages, [*list(ages)[1:], 600], strict=True):
        prometheus.write(prices("production", first + timedelta(minutes=begin), end - begin, ages[begin]))
    prometheus.write(prices("production", first, 600, 0.5, "ETH/USDT"))
    prometheus.write(prices("staging", first, 600, 999.0))
    found = fresh(TUESDAY)
    assert (budget(found).window.total, budget(found).window.bad) == (600, 50)
    assert (budget(found).hour.total, budget(found).hour.bad) == (60, 30)
    assert found.exhausted  # 0.5 % of 600 minutes are 3
    assert found.note == ""
    assert fresh(TUESDAY, slo_freshness_percent=90.0).exhausted is False


def test_a_dead_process_has_no_fresh_price_in_office_hours(prometheus: PrometheusServer) -> None:
    prometheus.write(prices("development", TUESDAY - timedelta(minutes=120), 30))
    for settings in (OFFICE_HOURS, {"scale_down_out_of_hours": False}):
        found = fresh(TUESDAY, "development", **settings)
        assert (budget(found).window.total, budget(found).window.bad) == (120, 120 - 30 - CURRENT + 1)
        assert found.note == "86 minutes without a value, counted as bad"


def test_minutes_in_which_the_settings_let_no_task_run_are_left_out(prometheus: PrometheusServer) -> None:
    friday_evening = datetime(2026, 11, 27, 19, 30, tzinfo=UTC)
    prometheus.write(prices("development", friday_evening, 30))
    found = fresh(SATURDAY, "development", **OFFICE_HOURS)
    assert (budget(found).window.total, budget(found).window.bad) == (30 + CURRENT - 1, 0)
    assert found.note == f"{16 * 60 + 2 - CURRENT + 1} minutes without a value, left out: the settings let no task run then"


def test_a_process_that_died_before_the_evening_is_bad_until_the_evening(prometheus: PrometheusServer) -> None:
    friday = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
    prometheus.write(prices("staging", friday, 10))
    found = fresh(SATURDAY, "staging", **OFFICE_HOURS)
    bad = 50 - CURRENT + 1
    assert (budget(found).window.total, budget(found).window.bad) == (60, bad)
    assert found.note == (
        f"{bad} minutes without a value, counted as bad; {16 * 60 + 2} minutes without a value, left out: the settings let no task run then"
    )
