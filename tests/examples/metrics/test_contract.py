"""The contract of the metrics is the same in the example, in the infrastructure and in docs, and keeps labels in bounds."""

import dataclasses
import itertools
import re

import pytest

from tests.conftest import PROJECT_ROOT
from trading_api.metrics.contract import LIMITS, METRICS, SERIES, VALUES
from trading_api.metrics.store import Store, WrongLabelError
from trading_api.metrics.trading import OF_THE_TRADER, TradingMetrics
from tradingbot_infra.design.trading_metrics import TRADING_METRICS

ROWS = {metric.name: metric for metric in METRICS}


def test_the_example_has_the_rows_of_the_infrastructure() -> None:
    assert [dataclasses.asdict(metric) for metric in METRICS] == [dataclasses.asdict(metric) for metric in TRADING_METRICS]


@pytest.mark.parametrize("language", ["", ".ko"])
def test_docs_have_the_rows_too(language: str) -> None:
    text = (PROJECT_ROOT / "docs" / f"metrics{language}.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `(trading_\w+)` \| (\w+) \| `([^`]+)` \| ([^|]*) \| (\w+) \|", text, re.MULTILINE)
    stated = [(name, kind, unit, tuple(re.findall(r"`(\w+)`", labels)), across) for name, kind, unit, labels, across in found]
    assert stated == [(row.name, row.kind, row.unit, row.labels, row.across) for row in METRICS]


@pytest.mark.parametrize("language", ["", ".ko"])
def test_docs_have_the_limits_too(language: str) -> None:
    text = (PROJECT_ROOT / "docs" / f"metrics{language}.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| (\d+) \|$", text, re.MULTILINE)) == {label: str(limit) for label, limit in LIMITS.items()}


def test_every_label_has_a_limit_or_a_list_of_values() -> None:
    for metric in METRICS:
        assert set(metric.labels) <= LIMITS.keys() | VALUES.get(metric.name, {}).keys(), metric.name


def test_names_fit_prometheus_2_and_the_traders_gauges_are_gauges() -> None:
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", name) for name in ROWS)
    assert {ROWS[name].kind for name in OF_THE_TRADER} == {"gauge"}


@pytest.mark.parametrize("value", ["", "a b", "x" * 65, "key=1", "ü", "a\nb", "Bearer:x y"])
def test_a_value_that_is_not_plain_is_an_error_in_tests(value: str) -> None:
    with pytest.raises(WrongLabelError):
        Store(strict=True).add("trading_exchange_errors_total", 1, "paper", value)


@pytest.mark.parametrize("labels", [(), ("a",), ("a", "paper", "placed", "x")])
def test_another_number_of_labels_is_an_error_in_tests(labels: tuple[str, ...]) -> None:
    with pytest.raises(WrongLabelError, match="labels"):
        Store(strict=True).add("trading_orders_total", 1, *labels)


def test_a_value_that_is_not_in_the_list_is_an_error_in_tests() -> None:
    with pytest.raises(WrongLabelError, match="status is one of"):
        Store(strict=True).add("trading_orders_total", 1, "momentum", "paper", "lost")


@pytest.mark.parametrize(
    ("label", "set_one"),
    [
        ("strategy", lambda store, value: store.set("trading_realized_pnl_usd", 1, value)),
        ("exchange", lambda store, value: store.set("trading_equity_usd", 1, value)),
        ("symbol", lambda store, value: store.set("trading_price_age_seconds", 1, "paper", value)),
        ("code", lambda store, value: store.add("trading_exchange_errors_total", 1, "paper", value)),
        ("model", lambda store, value: store.observe("trading_llm_latency_seconds", 1, value)),
        ("route", lambda store, value: store.add("trading_api_requests_total", 1, value, "GET", "2xx")),
    ],
)
def test_one_value_of_a_label_too_many_is_an_error_in_tests(label: str, set_one: object) -> None:
    store = Store(strict=True)
    for number in range(LIMITS[label]):
        set_one(store, f"v{number}")  # type: ignore[operator]
    set_one(store, "v0")  # type: ignore[operator]
    with pytest.raises(WrongLabelError, match=f"{label} has more than {LIMITS[label]} values"):
        set_one(store, "one-more")  # type: ignore[operator]


def test_in_production_a_wrong_value_is_dropped_counted_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    store = Store(strict=False)
    for number in range(100):
        store.add("trading_exchange_errors_total", 1, "paper", f"code-{number}")
    assert len(store.read("trading_exchange_errors_total")) == LIMITS["code"]
    assert store.dropped == {"trading_exchange_errors_total": 80}
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "A value of a metric is dropped, and others of it may be"
    ]


def test_a_metric_has_no_more_series_than_the_limit_although_each_label_is_in_bounds() -> None:
    store = Store(strict=False)
    for strategy, symbol in itertools.product(range(20), range(50)):
        store.set("trading_open_positions", 1, f"s{strategy}", f"S{symbol}")
    assert len(store.read("trading_open_positions")) == SERIES


def test_whoever_loses_the_lease_stops_sending_what_a_trader_knows_and_says_that_it_has_none() -> None:
    metrics = TradingMetrics(Store(strict=True))
    metrics.lease(held=True)
    metrics.equity("paper", 10, 5)
    metrics.heartbeat("momentum")
    metrics.price("paper", "BTCUSDT", 0)
    metrics.order("momentum", "paper", "placed")
    metrics.lease(held=False)
    metrics.store.before_reading()
    assert {name for name in OF_THE_TRADER if metrics.store.read(name)} == set()
    assert metrics.store.read("trading_lease_held") == {(): 0}
    assert metrics.store.read("trading_orders_total") == {("momentum", "paper", "placed"): 1}, "counters never fall"


def test_the_slowest_call_counts_until_it_is_read() -> None:
    metrics = TradingMetrics(Store(strict=True))
    for seconds in (0.1, 3, 0.2):
        metrics.exchange_call("paper", seconds)
    assert metrics.store.read("trading_exchange_latency_seconds") == {("paper",): 3}
    assert metrics.store.read("trading_exchange_latency_seconds") == {}
    metrics.exchange_call("paper", 0.2)
    assert metrics.store.read("trading_exchange_latency_seconds") == {("paper",): 0.2}


def test_the_age_of_a_price_grows_until_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = TradingMetrics(Store(strict=True))
    metrics.price("paper", "BTCUSDT", 100)
    ages = []
    for now in (105, 165, 90):
        monkeypatch.setattr("time.time", lambda now=now: float(now))
        metrics.store.before_reading()
        ages.append(metrics.store.read("trading_price_age_seconds")["paper", "BTCUSDT"])
    assert ages == [5, 65, 0], "a clock that is behind the exchange's makes no price younger than new"


def test_a_method_that_nobody_knows_is_other_and_not_a_series_of_its_own() -> None:
    metrics = TradingMetrics(Store(strict=True))
    metrics.request("other", "BREW", 404)
    assert metrics.store.read("trading_api_requests_total") == {("other", "other", "4xx"): 1}


def test_users_are_counted_before_each_sending_also_when_nobody_asks_any_more() -> None:
    metrics = TradingMetrics(Store(strict=True))
    counts = iter([3, 0])
    metrics.users = lambda: next(counts)
    found = []
    for _ in range(2):
        metrics.store.before_reading()
        found.append(metrics.store.read("trading_active_users"))
    assert found == [{(): 3}, {(): 0}]


def test_logins_are_there_before_the_first() -> None:
    metrics = TradingMetrics(Store(strict=True))
    metrics.serves()
    assert metrics.store.read("trading_logins_total") == {("succeeded",): 0, ("failed",): 0}
