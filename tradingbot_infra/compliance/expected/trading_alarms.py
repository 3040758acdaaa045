"""The alarms of trading, apart from the design's own tables: what each asks, how long, and whom it tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.expected.resource import AnyAlarm, Expected, Reference
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.alarm_words import of_outage, of_strategy, of_trading
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.trading_alarms import trading_alarms

ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
HEARTBEATS = "StrategyHeartbeats"
HEARTBEAT_LINES = '{ ($.event = "heartbeat") && ($.strategy = "*") }'

_STACK = "MonitoringStack"
_ABOVE, _BELOW = "GreaterThanThreshold", "LessThanThreshold"
_BLUE, _GREEN = "ServiceStack/LoadBalancer/PublicListener/ECSGroup", "ServiceStack/Traffic/Green"

_PAGES, _MAILS, _CHILD = "pages", "mails", "child"
"""Whom an alarm tells: those who get up, those who read, or nobody because the composite alarm does."""

_TOLD = {
    "strategy-silent": _CHILD,
    "equity-unknown": _CHILD,
    "no-signals": _CHILD,
    "no-orders": _CHILD,
    "price-stale": _CHILD,
    "reconnect-storm": _CHILD,
    "exchange-slow": _CHILD,
    "rate-limit-nearly-used": _MAILS,
    "order-loop": _PAGES,
    "drawdown": _PAGES,
    "exposure": _PAGES,
    "llm-cost": _MAILS,
}


@dataclass(frozen=True)
class _Query:
    """A query, and how many seconds its result must be there."""

    text: str
    seconds: int = 0


def trading(config: EnvironmentConfig) -> Iterator[Expected]:
    """Every alarm of trading that the settings ask for."""
    if not config.trading.trading_alarms:
        return
    names, language, by_log = config.names, config.notifications.alarm_language, config.telemetry.metrics == "emf"
    words = {row.name: of_trading(language, row) for row in trading_alarms(config.environment, config.trading.limits)}
    for name, properties in (_lines(config) if by_log else _queries(config)).items():
        yield _expected(ALARM, name, _TOLD[name], names, {"AlarmDescription": words[name], **properties})
    for strategy in config.trading.expected_strategies:
        said = {"AlarmDescription": of_strategy(language, strategy)}
        yield _expected(ALARM, f"no-heartbeat-{strategy}", _CHILD, names, {**said, **_heartbeat(strategy, config)})
    for kind, name, properties in (
        (ALARM, "service-down", _service_down(config)),
        (COMPOSITE, "trading-outage", _outage(config)),
    ):
        yield _expected(kind, name, _PAGES, names, {"AlarmDescription": of_outage(language, name), **properties})


def heartbeat_filters(config: EnvironmentConfig) -> Iterator[Mapping[str, Any]]:
    """What the metric filter of heartbeats makes, where a strategy is expected."""
    if config.trading.trading_alarms and config.trading.expected_strategies:
        made = {"MetricName": HEARTBEATS, "MetricNamespace": config.names.metric_namespace, "MetricValue": "1"}
        yield {**made, "Dimensions": [{"Key": "Strategy", "Value": "$.strategy"}]}


def children(config: EnvironmentConfig) -> tuple[str, ...]:
    """The last parts of the names of all that trading-outage is made of."""
    if not config.trading.trading_alarms:
        return ()
    trading = config.trading
    without = {
        "no-signals": trading.signal_silence_alarm_minutes is None,
        "no-orders": trading.order_silence_alarm_minutes is None,
    }
    rows = (name for name, told in _TOLD.items() if told == _CHILD and not without.get(name))
    return (*rows, *(f"no-heartbeat-{strategy}" for strategy in trading.expected_strategies))


def _expected(kind: str, name: str, told: str, names: Names, properties: Mapping[str, Any]) -> Expected:
    topic_name = {_PAGES: f"{names.prefix}-pages", _MAILS: names.alarm_topic}.get(told)
    actions = [Reference(type="AWS::SNS::Topic", named=("TopicName", topic_name))] if topic_name else None
    notified = {"AlarmName": names.alarm(name), **({"AlarmActions": actions, "OKActions": actions} if actions else {})}
    return Expected(type=kind, stack=_STACK, key="AlarmName", properties={**notified, **properties})


def _queries(config: EnvironmentConfig) -> Mapping[str, Mapping[str, Any]]:
    own = f'environment="{config.environment}"'
    limits = config.trading

    def newest(metric: str, by: str) -> str:
        return f"max by ({by}) (last_over_time({metric}{{{own}}}[4m]))"

    def silent(metric: str, by: str, minutes: int) -> _Query:
        day = f"max by ({by}) (max_over_time({metric}{{{own}}}[24h]"
        return _Query(f"{day})) == {day} offset {minutes}m))")

    def grown(metric: str, window: str, more: str = "") -> str:
        return f"(increase({metric}{{{own}{more}}}[{window}]))"

    exposure, equity = newest("trading_exposure_usd", "exchange"), newest("trading_equity_usd", "exchange")
    placed = grown("trading_orders_total", "5m", ',status="placed"')
    reconnects = f"max by (exchange) {grown('trading_websocket_reconnects_total', '10m')}"
    latency = newest("trading_exchange_latency_seconds", "exchange")
    rows = {
        "strategy-silent": silent("trading_heartbeat_timestamp_seconds", "strategy", limits.heartbeat_alarm_minutes),
        "equity-unknown": silent("trading_equity_timestamp_seconds", "exchange", limits.equity_age_alarm_minutes),
        "price-stale": _Query(f"{newest('trading_price_age_seconds', 'exchange, symbol')} > {limits.price_age_alarm_seconds}", 300),
        "reconnect-storm": _Query(f"{reconnects} > {limits.reconnects_alarm_count}"),
        "exchange-slow": _Query(f"{latency} > {limits.exchange_latency_alarm_seconds:g}", 300),
        "rate-limit-nearly-used": _Query(
            f"{newest('trading_rate_limit_used_ratio', 'exchange')} * 100 > {limits.rate_limit_alarm_percent}", 300
        ),
        "order-loop": _Query(f"sum by (strategy) {placed} > {limits.order_rate_alarm_count}"),
        "drawdown": _Query(f"{newest('trading_drawdown_ratio', 'environment')} * 100 > {limits.drawdown_alarm_percent}", 300),
        "exposure": _Query(f"sum({exposure}) * 100 > sum({equity}) * {limits.exposure_alarm_percent}", 300),
        "llm-cost": _Query(f"sum{grown('trading_llm_cost_usd_total', '24h')} > {limits.llm_cost_alarm_usd}"),
    }
    for name, metric, minutes in (
        ("no-signals", "trading_last_signal_timestamp_seconds", limits.signal_silence_alarm_minutes),
        ("no-orders", "trading_last_order_timestamp_seconds", limits.order_silence_alarm_minutes),
    ):
        if minutes is not None:
            rows[name] = silent(metric, "strategy", minutes)
    return {name: _on_query(query) for name, query in rows.items()}


def _on_query(query: _Query) -> Mapping[str, Any]:
    asked = {"Query": query.text, "PendingPeriod": query.seconds, "RecoveryPeriod": 300}
    return {"EvaluationCriteria": {"PromQLCriteria": asked}, "EvaluationInterval": 60}


def _lines(config: EnvironmentConfig) -> Mapping[str, Mapping[str, Any]]:
    """Where metrics come in lines of the log."""
    limits = config.trading

    def above(metric: str, threshold: float, *, periods: int, statistic: str = "Maximum", period: int = 60) -> Mapping[str, Any]:
        return {**_of_line(metric, config, statistic, period), **_classic(threshold, periods, _ABOVE, "notBreaching")}

    def silent(name: str, minutes: int) -> Mapping[str, Any]:
        return above(f"trading_{name}_age_seconds", minutes * 60, periods=2, statistic="Minimum")

    rows = {
        "strategy-silent": silent("heartbeat", limits.heartbeat_alarm_minutes),
        "equity-unknown": silent("equity", limits.equity_age_alarm_minutes),
        "price-stale": above("trading_price_age_seconds", limits.price_age_alarm_seconds, periods=6),
        "reconnect-storm": above(
            "trading_websocket_reconnects_total", limits.reconnects_alarm_count, periods=1, statistic="Sum", period=600
        ),
        "exchange-slow": above("trading_exchange_latency_seconds", limits.exchange_latency_alarm_seconds, periods=6),
        "rate-limit-nearly-used": above("trading_rate_limit_used_ratio", limits.rate_limit_alarm_percent / 100, periods=6),
        "order-loop": above("trading_orders_total", limits.order_rate_alarm_count * 2, periods=1, statistic="Sum", period=300),
        "drawdown": above("trading_drawdown_ratio", limits.drawdown_alarm_percent / 100, periods=6),
        "exposure": {**_exposure(config), **_classic(0, 6, _ABOVE, "notBreaching")},
        "llm-cost": above("trading_llm_cost_usd_total", limits.llm_cost_alarm_usd, periods=1, statistic="Sum", period=86_400),
    }
    if limits.signal_silence_alarm_minutes is not None:
        rows["no-signals"] = silent("last_signal", limits.signal_silence_alarm_minutes)
    if limits.order_silence_alarm_minutes is not None:
        rows["no-orders"] = silent("last_order", limits.order_silence_alarm_minutes)
    return rows


def _of_line(metric: str, config: EnvironmentConfig, statistic: str, period: int) -> Mapping[str, Any]:
    dimensions = [{"Name": "environment", "Value": config.environment}]
    place = {"Namespace": f"TradingBot/{config.environment}/trading", "MetricName": metric, "Dimensions": dimensions}
    return {**place, "Statistic": statistic, "Period": period}


def _classic(threshold: float, periods: int, comparison: str, missing: str) -> Mapping[str, Any]:
    compared = {"Threshold": threshold, "ComparisonOperator": comparison}
    return {**compared, "EvaluationPeriods": periods, "TreatMissingData": missing}


def _exposure(config: EnvironmentConfig) -> Mapping[str, Any]:
    parts = [_part(identifier, _of_line(f"trading_{identifier}_usd", config, "Maximum", 60)) for identifier in ("exposure", "equity")]
    expression = f"exposure * 100 - equity * {config.trading.exposure_alarm_percent}"
    return {"Metrics": [{"Id": "expr_1", "Expression": expression, "ReturnData": True}, *parts]}


def _part(identifier: str, metric: Mapping[str, Any]) -> Mapping[str, Any]:
    named = {name: value for name, value in metric.items() if name not in ("Statistic", "Period")}
    stat = {"Metric": named, "Period": metric["Period"], "Stat": metric["Statistic"]}
    return {"Id": identifier, "MetricStat": stat, "ReturnData": False}


def _heartbeat(strategy: str, config: EnvironmentConfig) -> Mapping[str, Any]:
    metric = {"Namespace": config.names.metric_namespace, "MetricName": HEARTBEATS, "Statistic": "Sum", "Period": 60}
    dimensions = [{"Name": "Strategy", "Value": strategy}]
    return {**metric, "Dimensions": dimensions, **_classic(1, config.trading.heartbeat_alarm_minutes, _BELOW, "breaching")}


def _service_down(config: EnvironmentConfig) -> Mapping[str, Any]:
    """That no target is healthy, in whichever group: one unhealthy of several must not silence what is said of trading."""
    blue = _healthy(_BLUE)
    if not config.deployment.shifts_traffic:
        return {**blue, **_classic(1, 3, _BELOW, "breaching")}
    parts = [_part("blue", blue), _part("green", _healthy(_GREEN))]
    whole = {"Id": "expr_1", "Expression": "FILL(blue, 0) + FILL(green, 0)", "ReturnData": True}
    return {"Metrics": [whole, *parts], **_classic(1, 3, _BELOW, "breaching")}


def _healthy(path: str) -> Mapping[str, Any]:
    dimensions = {
        "LoadBalancer": Reference(type="AWS::ElasticLoadBalancingV2::LoadBalancer", attribute="LoadBalancerFullName"),
        "TargetGroup": Reference(type="AWS::ElasticLoadBalancingV2::TargetGroup", attribute="TargetGroupFullName", path=path),
    }
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {
        "Namespace": "AWS/ApplicationELB",
        "MetricName": "HealthyHostCount",
        "Dimensions": listed,
        "Statistic": "Maximum",
        "Period": 60,
    }


def _outage(config: EnvironmentConfig) -> Mapping[str, Any]:
    down = Reference(type=ALARM, attribute="Arn", named=("AlarmName", config.names.alarm("service-down")))
    return {
        "AlarmRule": AnyAlarm(tuple(config.names.alarm(name) for name in children(config))),
        "ActionsSuppressor": down,
        "ActionsSuppressorWaitPeriod": 120,
        "ActionsSuppressorExtensionPeriod": 600,
    }
