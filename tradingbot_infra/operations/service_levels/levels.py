"""The service levels of an environment, measured: availability, latency and freshness, each with its error budget."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.failures import results
from tradingbot_infra.operations.service_levels.budget import Budget, Events, share
from tradingbot_infra.operations.service_levels.freshness import MINUTE, read_minutes
from tradingbot_infra.operations.service_levels.load_balancer import PERIOD, Period, read_periods
from tradingbot_infra.wording import plural

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

Read = TypeVar("Read")

Timed = Sequence[tuple[datetime, Events]]
"""Events, and when the time begins in which they were."""


@dataclass(frozen=True)
class Level:
    """One service level. Without `budget` it was not assessed, and `why` says why; `note` is what a reader of the figures must know."""

    name: str
    objective: str
    unit: str
    budget: Budget | None = None
    why: str = ""
    note: str = ""

    @property
    def exhausted(self) -> bool:
        """Whether more went wrong than may. What was not assessed is neither well nor exhausted."""
        return self.budget is not None and self.budget.exhausted


def read_levels(facts: Facts) -> Iterator[Level]:
    """Each service level over the window of the settings, up to the last full period.

    One that cannot be read is not assessed; errors that spoil everything escape.
    """
    chosen = facts.config.service_levels
    available = Level("availability", f"{chosen.slo_availability_percent:g} % without a server error", "request")
    in_time = Level("latency", f"{chosen.slo_latency_percent:g} % within {chosen.slo_latency_milliseconds} ms", "request")
    fresh = Level("freshness", f"{chosen.slo_freshness_percent:g} % of time with prices within {chosen.slo_freshness_seconds} s", "minute")
    periods = _of_load_balancer(facts)
    if isinstance(periods, str):
        yield from (replace(level, why=periods) for level in (available, in_time))
    else:
        yield _with_budget(available, [(each.at, each.requests) for each in periods], chosen.slo_availability_percent, facts.now)
        yield _with_budget(in_time, [(each.at, each.answers) for each in periods], chosen.slo_latency_percent, facts.now)
    yield _freshness(facts, fresh)


def _with_budget(level: Level, events: Timed, percent: float, now: datetime) -> Level:
    """A level without events is not assessed."""
    window = _sum(events)
    if window.total == 0:
        return replace(level, why=f"no {level.unit} in the window")
    hour, day = (_sum([each for each in events if each[0] >= now - time]) for time in (_HOUR, _DAY))
    return replace(level, budget=Budget(share(percent), window, hour, day))


def _sum(events: Timed) -> Events:
    return Events(sum(each.total for _, each in events), sum(each.bad for _, each in events))


def _of_load_balancer(facts: Facts) -> tuple[Period, ...] | str:
    """The periods of the window, or why they are not known."""
    chosen = facts.config.service_levels
    end = _floor(facts.now, PERIOD)
    start = end - timedelta(days=chosen.slo_window_days)

    def read() -> tuple[Period, ...]:
        arn = facts.load_balancer.arn
        return read_periods(facts.session, arn, start=start, end=end, within_ms=chosen.slo_latency_milliseconds)

    return _or_why(read)


def _freshness(facts: Facts, level: Level) -> Level:
    config = facts.config
    if config.telemetry.metrics != "otlp":
        return replace(level, why=f"metrics={config.telemetry.metrics}: PromQL has no price age")
    end = _floor(facts.now, MINUTE)
    start = end - timedelta(days=config.service_levels.slo_window_days)
    found = _or_why(lambda: read_minutes(facts.session, config, start=start, end=end))
    if isinstance(found, str):
        return replace(level, why=found)
    if not found.events:
        return replace(level, why="no metrics yet: the application has sent no price age in the window")
    what = {"counted as bad": found.silent, "left out: the settings let no task run then": found.left_out}
    note = "; ".join(f"{plural(number, 'minute')} without a value, {words}" for words, number in what.items() if number)
    return replace(_with_budget(level, found.events, config.service_levels.slo_freshness_percent, facts.now), note=note)


def _or_why(read: Callable[[], Read]) -> Read | str:
    """What could be read, or why not."""

    def found() -> Iterator[Read | str]:
        try:
            yield read()
        except UserError as error:  # such as an answer that is not whole
            yield str(error)

    return next(results(found, otherwise=lambda fact: fact.why))


def _floor(at: datetime, to: timedelta) -> datetime:
    """The last full period's end."""
    seconds = int(to.total_seconds())
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, UTC)
