"""Metrics as lines of the log: the embedded metric format, one value a metric, and a heartbeat for each strategy."""

import json
import logging

import pytest

from trading_api.log import JsonFormatter
from trading_api.metrics.emf import EmbeddedMetrics
from trading_api.metrics.store import Store
from trading_api.metrics.trading import TradingMetrics

NOW = 1_000_000.0


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> TradingMetrics:
    monkeypatch.setattr("time.time", lambda: NOW - 30)
    return TradingMetrics(Store(strict=True))


@pytest.fixture
def embedded(metrics: TradingMetrics) -> EmbeddedMetrics:
    return EmbeddedMetrics(metrics.store, "production", "TradingBot/production/trading", lambda: NOW)


def test_money_is_added_up_and_the_worst_of_the_rest_is_taken(metrics: TradingMetrics, embedded: EmbeddedMetrics) -> None:
    metrics.equity("one", 100, 10)
    metrics.equity("two", 50, 20)
    metrics.rate_limit("one", 0.2)
    metrics.rate_limit("two", 0.9)
    (line,) = embedded.lines()
    assert (line["trading_equity_usd"], line["trading_exposure_usd"], line["trading_rate_limit_used_ratio"]) == (150, 30, 0.9)
    assert line["trading_equity_age_seconds"] == 30
    assert "trading_equity_timestamp_seconds" not in line


def test_of_several_strategies_the_silent_one_is_told(
    metrics: TradingMetrics, embedded: EmbeddedMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics.heartbeat("hangs")
    metrics.signal("hangs", "buy")
    monkeypatch.setattr("time.time", lambda: NOW - 1)
    metrics.heartbeat("lives")
    metrics.signal("lives", "buy")
    line = next(iter(embedded.lines()))
    assert (line["trading_heartbeat_age_seconds"], line["trading_last_signal_age_seconds"]) == (30, 30)


def test_counters_are_told_as_what_was_added_since_the_last_line(metrics: TradingMetrics, embedded: EmbeddedMetrics) -> None:
    metrics.login(succeeded=True)
    metrics.login(succeeded=False)
    assert next(iter(embedded.lines()))["trading_logins_total"] == 2
    metrics.login(succeeded=True)
    assert next(iter(embedded.lines()))["trading_logins_total"] == 1
    assert next(iter(embedded.lines()))["trading_logins_total"] == 0


def test_observations_are_an_array_of_at_most_a_hundred_and_told_once(metrics: TradingMetrics, embedded: EmbeddedMetrics) -> None:
    for number in range(150):
        metrics.order_latency("one", number)
    (line,) = embedded.lines()
    assert line["trading_order_latency_seconds"] == list(range(50, 150))
    assert list(embedded.lines()) == []


def test_each_strategy_has_a_heartbeat_of_its_own(metrics: TradingMetrics, embedded: EmbeddedMetrics) -> None:
    metrics.heartbeat("a")
    metrics.heartbeat("b")
    first, *strategies = embedded.lines()
    assert first["trading_heartbeat_age_seconds"] == 30
    assert [line["strategy"] for line in strategies] == ["a", "b"]
    for line in strategies:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Dimensions"] == [["environment", "strategy"]]
        assert directive["Metrics"] == [{"Name": "trading_heartbeat_age_seconds", "Unit": "Seconds"}]


def test_a_line_is_what_cloudwatch_asks_for_when_the_log_writes_it(metrics: TradingMetrics, embedded: EmbeddedMetrics) -> None:
    metrics.heartbeat("a")
    metrics.equity("one", 100, 10)
    line = next(iter(embedded.lines()))
    record = logging.makeLogRecord({"msg": "metrics", **line})
    written = json.loads(JsonFormatter().format(record))
    (directive,) = written["_aws"]["CloudWatchMetrics"]
    assert written["_aws"]["Timestamp"] == NOW * 1000
    assert directive["Namespace"] == "TradingBot/production/trading"
    assert directive["Dimensions"] == [["environment"]]
    assert written["environment"] == "production"
    assert {metric["Name"] for metric in directive["Metrics"]} <= written.keys()
    assert len(directive["Metrics"]) <= 100
    units = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert (units["trading_heartbeat_age_seconds"], units["trading_equity_usd"]) == ("Seconds", "None")


def test_without_anything_to_tell_there_is_no_line(embedded: EmbeddedMetrics) -> None:
    assert list(embedded.lines()) == []
