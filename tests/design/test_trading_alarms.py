"""The alarms of trading: what they ask, and in which words they tell."""

import re
from dataclasses import replace

import pytest

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.alarm_words import in_language, of_outage, of_strategy, of_trading
from tradingbot_infra.design.trading_alarms import OUTAGE, SERVICE_DOWN, TradingLimits, trading_alarms
from tradingbot_infra.design.trading_alarms_emf import emf_alarms
from tradingbot_infra.design.trading_metrics import TRADING_METRICS, Kind

LIMITS = load_config("production").trading.limits
WITHOUT_SILENCE = replace(LIMITS, order_silence_minutes=None, signal_silence_minutes=None)
ROWS = {row.name: row for row in trading_alarms("production", LIMITS)}
_NOT_IN_CLOUDWATCHS_PAGES = re.compile(r"\b(absent|absent_over_time|time|vector|or|unless|and)\b")
_MOST_CHARACTERS = 1024
"""Of an alarm's description (CloudWatch API, PutMetricAlarm)."""


@pytest.mark.parametrize("name", ROWS)
def test_a_query_is_of_one_environment_and_of_metrics_of_the_contract(name: str) -> None:
    selectors = re.findall(r"(trading_\w+)(\{[^}]*\})?", ROWS[name].query)
    assert selectors
    for metric, labels in selectors:
        assert metric in {each.name for each in TRADING_METRICS}
        assert 'environment="production"' in labels


@pytest.mark.parametrize("name", ROWS)
def test_a_query_uses_nothing_that_cloudwatchs_pages_do_not_name(name: str) -> None:
    assert not _NOT_IN_CLOUDWATCHS_PAGES.search(re.sub(r"\{[^}]*\}", "", ROWS[name].query))


@pytest.mark.parametrize("name", ROWS)
def test_only_counters_are_asked_for_their_increase(name: str) -> None:
    counters = {metric.name for metric in TRADING_METRICS if metric.kind is Kind.COUNTER}
    asked = set(re.findall(r"increase\((\w+)", ROWS[name].query))
    assert asked <= counters
    assert asked or not counters & set(re.findall(r"trading_\w+", ROWS[name].query))


@pytest.mark.parametrize("limits", [LIMITS, WITHOUT_SILENCE], ids=["every limit", "without silence"])
def test_every_alarm_has_a_form_for_lines_of_the_log(limits: TradingLimits) -> None:
    assert set(emf_alarms(limits)) == {row.name for row in trading_alarms("production", limits)}


def test_without_a_time_of_silence_there_is_no_alarm_for_it() -> None:
    assert set(ROWS) - {row.name for row in trading_alarms("production", WITHOUT_SILENCE)} == {"no-orders", "no-signals"}


@pytest.mark.parametrize("name", ROWS)
def test_words_are_in_the_language_and_say_where_to_look_first(name: str) -> None:
    english, korean = of_trading("en", ROWS[name]), of_trading("ko", ROWS[name])
    assert english.endswith(f'docs/runbook.md, "When trading is an alarm", row {name}')
    assert f"docs/runbook.ko.md, '거래 경보가 울리면'의 {name} 행" in korean
    assert not re.search("[가-힣]", english)
    assert re.search("[가-힣]", korean)
    assert max(len(english), len(korean)) < _MOST_CHARACTERS


def test_every_composite_and_every_strategy_has_words_in_both_languages() -> None:
    for name in (OUTAGE, SERVICE_DOWN):
        assert of_outage("en", name) != of_outage("ko", name)
    assert "grid" in of_strategy("en", "grid")
    assert "grid" in of_strategy("ko", "grid")


def test_a_redis_nodes_alarm_has_the_words_of_the_first_nodes() -> None:
    assert in_language("ko", "redis-cpu-2", "Redis CPU is high") == in_language("ko", "redis-cpu", "Redis CPU is high")
    assert in_language("en", "redis-cpu-2", "Redis CPU is high") == "Redis CPU is high"
