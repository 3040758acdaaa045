"""Why a strategy does not trade: every cause over planted facts, there and not there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.operations.diagnosis.planted import NOW, cause, facts, service, text
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis import strategy_silent, telemetry_causes
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.containers import Variables
from tradingbot_infra.operations.live.roles import Role
from tradingbot_infra.operations.live.trading import Price, Strategy, Trading
from tradingbot_infra.operations.live.trading_signs import Signs
from tradingbot_infra.operations.verdict import NotAssessed

TREND = Strategy("trend", heartbeat=NOW - timedelta(seconds=20), last_signal=NOW - timedelta(minutes=30))
WELL = Trading(NOW, strategies=(TREND,), worst_price=Price("binance", "BTC/USDT", 1.0), equity=1000.0, lease_holders=1)
SIGNS = Signs(prices=(Price("binance", "BTC/USDT", 1.0),), errors={}, reconnects={}, rate_limits={"binance": 0.2})
VARIABLES = Variables(plain=("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), exposed=(), secrets={})
ROLE = Role("arn:aws:iam::000000000000:role/task", "task", (), ("telemetry",), ("cloudwatch:PutMetricData", "xray:PutSpans"))


def planted(settings: dict[str, object] | None = None, **others: Any) -> Any:
    """Facts of a strategy that runs, but for what a test plants."""
    well = {"trading": WELL, "signs": SIGNS, "refusals": {}, "variables": VARIABLES, "roles": {"task role": ROLE}, "stopped": ()}
    return facts(settings={"metrics": "otlp", "egress_ports": "443", **(settings or {})}, **{**well, **others})


def with_trading(**changed: Any) -> Any:
    return planted(trading=replace(WELL, **changed))


def with_signs(**changed: Any) -> Any:
    return planted(signs=replace(SIGNS, **changed))


def test_a_strategy_that_trades_has_no_cause_and_every_check_is_made() -> None:
    found = diagnose(strategy_silent.STRATEGY_SILENT, planted())
    assert (found.causes, found.not_assessed) == ((), ())
    assert len(found.looked_at) == len(strategy_silent.STRATEGY_SILENT.checks)


def test_without_a_task_it_is_told_whether_one_is_wanted() -> None:
    stopped = cause(strategy_silent.no_task(planted(service=service(desired=0, running=0))))
    assert stopped.title == "No task is wanted: the service is stopped"
    assert "scale --reset" in plain_fix(stopped)[0]
    waiting = cause(strategy_silent.no_task(planted(service=service(running=0))))
    assert "doctor tasks-pending" in plain_fix(waiting)[0]


def test_a_heartbeat_that_is_too_old_is_certain_and_names_the_strategy() -> None:
    old = Strategy("grid", heartbeat=NOW - timedelta(minutes=6))
    trading = replace(WELL, strategies=(TREND, old, Strategy("zeta"), Strategy("webhook", last_order=NOW)))
    expected = planted({"expected_strategies": "zeta", "trading_alarms": True}, trading=trading)
    found = cause(strategy_silent.old_heartbeat(expected))
    assert (found.id, found.certainty, found.title) == ("heartbeat-old", Certainty.CERTAIN, "No heartbeat: grid, zeta")
    assert found.evidence == ("grid: last heartbeat 2026-11-24 11:54:00 UTC", "zeta: no heartbeat in 6 days")


def ended(hours: float, *expected: str) -> Any:
    """What is found of a strategy that ended so many hours ago, beside one that runs."""
    gone = Strategy("grid", heartbeat=NOW - timedelta(hours=hours))
    settings: dict[str, object] = {"expected_strategies": expected, "trading_alarms": True}
    return strategy_silent.old_heartbeat(planted(settings, trading=replace(WELL, strategies=(TREND, gone))))


def test_a_strategy_that_nobody_expects_is_forgotten_after_a_day_as_by_the_alarms() -> None:
    assert cause(ended(24)).title == "No heartbeat: grid"
    assert ended(24.01) == Normal("1 strategy within 5 minutes")
    assert cause(ended(72, "grid")).title == "No heartbeat: grid"


def test_only_a_strategy_that_is_expected_is_to_be_taken_out_of_the_settings() -> None:
    assert [line for line in plain_fix(cause(ended(1, "grid"))) if "expected_strategies" in line]
    others = plain_fix(cause(ended(1)))
    assert not [line for line in others if "expected_strategies" in line]
    assert others[-1] == "A strategy that was taken out on purpose: nothing; it is forgotten 24 hours after its last heartbeat"


def test_a_strategy_that_ended_does_not_run_without_a_signal() -> None:
    dead = Strategy("dead", heartbeat=NOW - timedelta(days=3))
    at_limit = Strategy("slow", heartbeat=NOW - timedelta(minutes=5))
    found = cause(strategy_silent.no_signal(with_trading(strategies=(dead, at_limit))))
    assert found.title == "Strategies run and have no signal: slow"
    assert strategy_silent.no_signal(with_trading(strategies=(dead,))) is None


def test_orders_from_outside_have_no_heartbeat_and_nobody_misses_it() -> None:
    webhook = Strategy("webhook", last_signal=NOW, last_order=NOW)
    assert isinstance(strategy_silent.old_heartbeat(with_trading(strategies=(TREND, webhook))), Normal)


def test_a_heartbeat_of_exactly_the_limit_is_young_enough() -> None:
    at_limit = Strategy("grid", heartbeat=NOW - timedelta(minutes=5))
    assert isinstance(strategy_silent.old_heartbeat(with_trading(strategies=(at_limit,))), Normal)


@pytest.mark.parametrize(
    ("holders", "found"), [(0, ("lease-free", Certainty.CERTAIN)), (2, ("lease-held-twice", Certainty.POSSIBLE))], ids=["nobody", "two"]
)
def test_a_lease_that_not_exactly_one_process_holds_is_a_cause(holders: int, found: tuple[str, Certainty]) -> None:
    seen = cause(strategy_silent.lease(with_trading(lease_holders=holders)))
    assert (seen.id, seen.certainty) == found
    if holders > 1:
        assert "scale --tasks 1" in plain_fix(seen)[-1]


def test_a_lease_that_nobody_speaks_of_is_not_assessed() -> None:
    assert isinstance(strategy_silent.lease(with_trading(lease_holders=None)), NotAssessed)


def test_old_prices_are_named_with_the_reconnects_of_their_stream() -> None:
    prices = (Price("binance", "BTC/USDT", 61.0), Price("binance", "ETH/USDT", 60.0))
    found = cause(strategy_silent.old_prices(with_signs(prices=prices, reconnects={"binance": 42.4, "kraken": 0.3})))
    assert found.evidence == ("BTC/USDT on binance: 61 s old", "binance: 42 reconnects in 30 minutes")
    assert "A connection that is open and silent" in text(found)


def test_errors_of_an_exchange_are_told_by_code_with_what_each_means() -> None:
    errors = {("binance", "401"): 3.0, ("binance", "418"): 1.0, ("kraken", "503"): 9.0}
    found = cause(strategy_silent.exchange_errors(with_signs(errors=errors)))
    assert found.title == "Exchanges refuse calls or do not answer: kraken, binance"
    assert found.evidence[0] == "kraken, code 503: 9 in 30 minutes"
    fix = plain_fix(found)
    assert [line.split(":")[0] for line in fix] == ["401, 403", "429, 418", "No answer, or 5xx"]
    only_keys = cause(strategy_silent.exchange_errors(with_signs(errors={("binance", "403"): 1.0})))
    assert len(only_keys.fix) == 1


def test_a_rate_limit_that_is_nearly_used_is_a_cause_above_the_alarms_limit_only() -> None:
    assert cause(strategy_silent.rate_limit(with_signs(rate_limits={"binance": 0.81}))).evidence == ("binance: 81 % used",)
    assert strategy_silent.rate_limit(with_signs(rate_limits={"binance": 0.80})) == Normal("at most 80 % used")


def test_orders_that_risk_refuses_are_told_by_reason() -> None:
    found = cause(strategy_silent.refused_orders(planted(refusals={"exposure": 12, "drawdown": 1})))
    assert found.evidence == ("exposure: 12 in 3 hours", "drawdown: 1 in 3 hours")


def test_a_strategy_that_runs_without_a_signal_is_possible_only_and_one_that_does_not_run_is_another_cause() -> None:
    quiet = Strategy("trend", heartbeat=NOW, last_signal=NOW - timedelta(minutes=241))
    found = cause(strategy_silent.no_signal(with_trading(strategies=(quiet, Strategy("dead")))))
    assert (found.certainty, found.title) == (Certainty.POSSIBLE, "Strategies run and have no signal: trend")
    assert isinstance(strategy_silent.no_signal(planted({"signal_silence_alarm_minutes": "none"})), NotAssessed)


def test_metrics_that_cannot_be_read_leave_checks_open_and_others_go_on() -> None:
    found = diagnose(strategy_silent.STRATEGY_SILENT, planted(trading=Trading(NOW, unknown="nobody knows"), refusals={"exposure": 1}))
    assert [each.id for each in found.causes] == ["risk-refused"]
    assert {each.why for each in found.not_assessed} == {"nobody knows"}
    assert len(found.not_assessed) == 6


def test_a_container_that_is_not_told_where_to_send_metrics_is_found() -> None:
    found = cause(telemetry_causes.metrics_not_sent(planted(variables=replace(VARIABLES, plain=()))))
    assert (found.id, found.certainty) == ("metrics-endpoint", Certainty.CERTAIN)


def test_a_task_role_that_may_not_send_metrics_is_found() -> None:
    found = cause(telemetry_causes.metrics_not_sent(planted(roles={"task role": replace(ROLE, actions=("xray:PutSpans",))})))
    assert found.evidence == ("no policy of task allows cloudwatch:PutMetricData",)
    for actions in (("*",), ("cloudwatch:*",)):
        assert telemetry_causes.metrics_not_sent(planted(roles={"task role": replace(ROLE, actions=actions)})) is None


def test_no_metrics_at_all_are_a_cause_only_where_a_strategy_is_expected() -> None:
    assert isinstance(telemetry_causes.metrics_not_sent(planted(trading=Trading(NOW))), NotAssessed)
    found = telemetry_causes.metrics_not_sent(
        planted({"expected_strategies": "trend", "trading_alarms": True}, trading=Trading(NOW, strategies=(Strategy("trend"),)))
    )
    assert cause(found).id == "no-metrics"


def test_traces_need_a_place_where_x_ray_keeps_them() -> None:
    xray: dict[str, object] = {"tracing": "xray", "transaction_search": "ours"}
    assert isinstance(telemetry_causes.traces_not_sent(planted({"tracing": "off"})), NotAssessed)
    assert isinstance(telemetry_causes.traces_not_sent(planted(xray, traces_are_kept=True)), Normal)
    assert cause(telemetry_causes.traces_not_sent(planted(xray, traces_are_kept=False))).id == "transaction-search-off"
