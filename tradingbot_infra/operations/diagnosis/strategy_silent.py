"""A strategy does not trade: no task runs, it hangs, it may not, it sees no price or no signal, or exchanges and risk refuse its orders."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tradingbot_infra.design.trading_alarms import MEMORY
from tradingbot_infra.operations.diagnosis.database import not_available
from tradingbot_infra.operations.diagnosis.ecs_causes import container_exits, out_of_memory, still_deploying
from tradingbot_infra.operations.diagnosis.exchange_unreachable import way_out
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.telemetry_causes import metrics_not_sent
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.refusals import OVER, PATTERN
from tradingbot_infra.operations.live.trading import LEVEL, MEMORY_DAYS, Strategy
from tradingbot_infra.operations.live.trading_signs import MINUTES
from tradingbot_infra.operations.printed_commands import START_NEW_TASKS, OwnCommand, Step, sentence
from tradingbot_infra.operations.verdict import NotAssessed
from tradingbot_infra.wording import plural

_HOURS = int(OVER.total_seconds() // 3600)
_SHOWN = 4
_FORGOTTEN = timedelta(hours=int(MEMORY.removesuffix("h")))
"""After this the alarms do not miss a strategy any more."""
_KEYS = ("401", "403")
_LIMITED = ("418", "429")
"""Binance, "General API Information": 429 breaks a limit, 418 is a ban for going on; other exchanges use 429 alike."""


def no_task(facts: Facts) -> Diagnosed:
    """Nobody can trade without a task."""
    service = facts.service
    if service.running > 0:
        return Normal(f"{service.running} of {plural(service.desired, 'task')} running")
    wanted = service.desired > 0
    return Cause(
        id="no-task",
        title="No task runs" if wanted else "No task is wanted: the service is stopped",
        certainty=Certainty.CERTAIN,
        evidence=(f"{service.name}: {service.running} of {plural(service.desired, 'task')} running",),
        fix=(
            (sentence(OwnCommand("doctor tasks-pending"), " says why they do not start"),)
            if wanted
            else (sentence(OwnCommand("status"), " says who stopped it; ", OwnCommand("scale --reset"), " starts it"),)
        ),
    )


def old_heartbeat(facts: Facts) -> Diagnosed:
    """Strategies that run no more, although their process may.

    One that is not expected is forgotten after a day, as the alarms do: it may have been taken out. One that has never sent a heartbeat
    counts only where it is expected: orders that come from outside have none, as those of a webhook.
    """
    trading = facts.trading
    if trading.unknown:
        return NotAssessed(trading.unknown)
    limit, expected = _heartbeat_limit(facts), facts.config.trading.expected_strategies
    old = [each for each in trading.strategies if _is_silent(each, facts.now, limit, expected=each.name in expected)]
    if not old:
        running = [each for each in trading.strategies if _runs(each, facts.now, limit)]
        return Normal(f"{plural(len(running), 'strategy', 'strategies')} within {limit.seconds // 60} minutes")
    on_purpose: list[Step] = []
    if any(each.name in expected for each in old):
        on_purpose.append("A strategy that was taken out on purpose: take its name out of expected_strategies")
    if any(each.name not in expected for each in old):
        hours = int(_FORGOTTEN.total_seconds() // 3600)
        on_purpose.append(f"A strategy that was taken out on purpose: nothing; it is forgotten {hours} hours after its last heartbeat")
    return Cause(
        id="heartbeat-old",
        title=f"No heartbeat: {', '.join(each.name for each in old[:_SHOWN])}",
        certainty=Certainty.CERTAIN,
        evidence=tuple(f"{each.name}: {_last('heartbeat', each.heartbeat)}" for each in old),
        fix=(
            sentence(OwnCommand("logs --errors --since 3h"), " shows the last error before it went silent"),
            sentence("A process that hangs: ", START_NEW_TASKS),
            *on_purpose,
        ),
    )


def _heartbeat_limit(facts: Facts) -> timedelta:
    return timedelta(minutes=facts.config.trading.heartbeat_alarm_minutes)


def _runs(strategy: Strategy, now: datetime, limit: timedelta) -> bool:
    return strategy.heartbeat is not None and now - strategy.heartbeat <= limit


def _is_silent(strategy: Strategy, now: datetime, limit: timedelta, *, expected: bool) -> bool:
    if expected or strategy.heartbeat is None:
        return expected and not _runs(strategy, now, limit)
    return limit < now - strategy.heartbeat <= _FORGOTTEN


def lease(facts: Facts) -> Diagnosed:
    """Who may trade: exactly one process."""
    trading = facts.trading
    if trading.unknown or trading.lease_holders is None:
        return NotAssessed(trading.unknown or "no process has said in 5 minutes whether it holds the lease")
    if trading.lease_holders == 1:
        return Normal("held by one process")
    nobody = trading.lease_holders == 0
    return Cause(
        id="lease-free" if nobody else "lease-held-twice",
        title="No process holds the lease, so none may trade" if nobody else "More than one process says that it holds the lease",
        certainty=Certainty.CERTAIN if nobody else Certainty.POSSIBLE,
        evidence=(f"trading_lease_held: {trading.lease_holders}",),
        fix=(
            (
                "A process that waits for it asks again and again: wait a minute, and look again",
                sentence(OwnCommand("doctor database"), ": the lease is a lock there, and nobody gets it without the database"),
                sentence(OwnCommand(r"logs --since 1h --filter '%does\snot\strade%'"), " shows why a process gave it up"),
            )
            if nobody
            else (
                f"Right after a handover both may say so for {plural(LEVEL.seconds // 60, 'minute')}: wait so long, and look again",
                sentence(
                    "Stop one: ",
                    OwnCommand("scale --tasks 1"),
                    "; an order's unique key keeps the same order from being placed twice, and nothing else does",
                ),
            )
        ),
    )


def old_prices(facts: Facts) -> Diagnosed:
    """Prices that a strategy must not trade on, and whether the stream reconnects."""
    if facts.trading.unknown:
        return NotAssessed(facts.trading.unknown)
    signs, limit = facts.signs, facts.config.trading.price_age_alarm_seconds
    old = [price for price in signs.prices if price.age > limit]
    often = {name: number for name, number in signs.reconnects.items() if number >= 1}
    if not old:
        return Normal(f"{plural(len(signs.prices), 'symbol')}, none older than {limit} s")
    return Cause(
        id="price-stale",
        title="Prices are old: a stream is dead or silent",
        certainty=Certainty.CERTAIN,
        evidence=(
            *(f"{price.symbol} on {price.exchange}: {price.age:.0f} s old" for price in old[:_SHOWN]),
            *(f"{name}: {number:.0f} reconnects in {MINUTES} minutes" for name, number in often.items()),
        ),
        fix=(
            sentence(OwnCommand("logs --since 1h --filter '%stream%'"), " shows why it broke"),
            sentence("A connection that is open and silent is not noticed by itself: ", START_NEW_TASKS),
            sentence(
                "A stream that reconnects again and again: the exchange's status page, then ", OwnCommand("doctor exchange-unreachable")
            ),
        ),
    )


def exchange_errors(facts: Facts) -> Diagnosed:
    """What exchanges answer, by code."""
    if facts.trading.unknown:
        return NotAssessed(facts.trading.unknown)
    errors = facts.signs.errors
    if not errors:
        return Normal(f"none in {MINUTES} minutes")
    most = sorted(errors.items(), key=lambda each: -each[1])
    return Cause(
        id="exchange-errors",
        title=f"Exchanges refuse calls or do not answer: {', '.join(dict.fromkeys(name for (name, _), _ in most))}",
        certainty=Certainty.LIKELY,
        evidence=tuple(f"{exchange}, code {code}: {number:.0f} in {MINUTES} minutes" for (exchange, code), number in most[:_SHOWN]),
        fix=tuple(_about({code for _, code in errors})),
    )


def _about(codes: set[str]) -> list[Step]:
    steps: list[Step] = []
    if codes.intersection(_KEYS):
        steps.append(sentence("401, 403: the API key, its permissions, or the exchange's list of addresses: ", OwnCommand("egress")))
    if codes.intersection(_LIMITED):
        steps.append("429, 418: too many calls. Stop the strategy that makes them before the ban gets longer; 418 is a ban")
    if codes.difference(_KEYS, _LIMITED):
        steps.append(sentence("No answer, or 5xx: the exchange's status page, then ", OwnCommand("doctor exchange-unreachable")))
    return steps


def rate_limit(facts: Facts) -> Diagnosed:
    """A client that holds its calls back places no orders."""
    if facts.trading.unknown:
        return NotAssessed(facts.trading.unknown)
    limit = facts.config.trading.rate_limit_alarm_percent
    full = {name: share for name, share in facts.signs.rate_limits.items() if share * 100 > limit}
    if not full:
        return Normal(f"at most {max(facts.signs.rate_limits.values(), default=0.0) * 100:.0f} % used")
    return Cause(
        id="rate-limit",
        title="The rate limit of an exchange is nearly used: calls are held back, or the next ones are refused",
        certainty=Certainty.LIKELY,
        evidence=tuple(f"{name}: {share * 100:.0f} % used" for name, share in full.items()),
        fix=("Ask less often for what a stream sends: prices, orders, balances", "Fewer symbols or strategies for one key"),
    )


def refused_orders(facts: Facts) -> Diagnosed:
    """Orders that the application's own risk check did not let pass."""
    refusals: Mapping[str, int] = facts.refusals
    if not refusals:
        return Normal(f"none in {_HOURS} hours")
    return Cause(
        id="risk-refused",
        title="The risk check refuses orders",
        certainty=Certainty.LIKELY,
        evidence=tuple(f"{reason}: {number} in {_HOURS} hours" for reason, number in list(refusals.items())[:_SHOWN]),
        fix=(
            sentence(OwnCommand(f"logs --since {_HOURS}h --filter '{PATTERN}'"), " shows each, with its trace"),
            "A limit that is meant: the strategy waits until it may trade again. One that is not: the application's limits",
        ),
    )


def no_signal(facts: Facts) -> Diagnosed:
    """Strategies that run, and see nothing to do."""
    trading, limit = facts.trading, facts.config.trading.signal_silence_alarm_minutes
    if trading.unknown or limit is None:
        return NotAssessed(trading.unknown or "signal_silence_alarm_minutes=none: nobody says how often there should be a signal")
    since = timedelta(minutes=limit)
    quiet = [
        each
        for each in trading.strategies
        if _runs(each, facts.now, _heartbeat_limit(facts)) and (each.last_signal is None or facts.now - each.last_signal > since)
    ]
    if not quiet:
        return None
    return Cause(
        id="no-signal",
        title=f"Strategies run and have no signal: {', '.join(each.name for each in quiet[:_SHOWN])}",
        certainty=Certainty.POSSIBLE,
        evidence=tuple(f"{each.name}: {_last('signal', each.last_signal)}" for each in quiet),
        fix=("A quiet market is one reason. Others: parameters, a symbol that is not traded any more, prices of another symbol",),
    )


def _last(what: str, at: datetime | None) -> str:
    return f"last {what} {at:%Y-%m-%d %H:%M:%S %Z}" if at else f"no {what} in {MEMORY_DAYS} days"


STRATEGY_SILENT = Symptom(
    SymptomName.STRATEGY_SILENT,
    (
        Check("the service stack", deployed("service")),
        Check("running tasks", no_task),
        Check("containers that were killed for memory", out_of_memory),
        Check("containers that ended", container_exits),
        Check("the newest deployment", still_deploying),
        Check("the way of metrics to CloudWatch", metrics_not_sent),
        Check("status of the database", not_available),
        Check("the lease", lease),
        Check("heartbeats", old_heartbeat),
        Check("age of prices", old_prices),
        Check("the way out to exchanges", way_out),
        Check("errors of exchanges", exchange_errors),
        Check("rate limits of exchanges", rate_limit),
        Check("orders that the risk check refused", refused_orders),
        Check("signals", no_signal),
    ),
)
