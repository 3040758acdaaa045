"""The states of a PromQL alarm and its contributors, from what its query returns. Neither a clock nor a metric is read here.

A contributor breaches while its series is returned and recovers while it is not. It is in ALARM once it has breached for the pending
period, and OK again once it has not been returned for the recovery period. The alarm is in ALARM while any contributor is. A query that
returns nothing, because all is well or because no metric comes any more, leaves the alarm OK.
Source: CloudWatch User Guide, "PromQL alarms"; API Reference, AlarmPromQLCriteria.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

Attributes = tuple[tuple[str, str], ...]
"""Labels and values of a series, sorted: what identifies a contributor."""


class State(StrEnum):
    """What an alarm or a contributor says. A PromQL alarm begins in OK and never has insufficient data."""

    OK = "OK"
    ALARM = "ALARM"


@dataclass(frozen=True)
class Periods:
    """How an alarm is evaluated, in seconds."""

    interval: float
    """Between two evaluations."""
    pending: float
    recovery: float


@dataclass(frozen=True)
class Change:
    """Something changed its state."""

    at: float
    state: State
    contributor: Attributes | None
    """None for the alarm itself."""


@dataclass
class _Contributor:
    state: State
    since: float
    """When it began to breach, or, in ALARM, when it began to recover."""
    is_returned: bool = True


class Contributors:
    """All contributors of one alarm."""

    def __init__(self, periods: Periods) -> None:
        self._periods = periods
        self._known: dict[Attributes, _Contributor] = {}

    @property
    def state(self) -> State:
        """The alarm's."""
        return State.ALARM if self.alarming else State.OK

    @property
    def alarming(self) -> tuple[Attributes, ...]:
        """The contributors in ALARM, in order of their attributes."""
        return tuple(sorted(key for key, contributor in self._known.items() if contributor.state is State.ALARM))

    @property
    def pending(self) -> tuple[Attributes, ...]:
        """The contributors that breach, but not for long enough."""
        return tuple(sorted(key for key, contributor in self._known.items() if contributor.state is State.OK))

    def step(self, at: float, returned: Iterable[Mapping[str, str]]) -> tuple[Change, ...]:
        """Evaluates at a moment, in seconds, at which the query returns series with these labels.

        What changed: contributors by their attributes, then the alarm.
        """
        before = self.state
        breaching = {attributes_of(labels) for labels in returned}
        changes = [*self._recover(at, breaching), *self._breach(at, breaching)]
        changes.sort(key=lambda change: change.contributor or ())
        if self.state is not before:
            changes.append(Change(at, self.state, None))
        return tuple(changes)

    def _breach(self, at: float, breaching: set[Attributes]) -> Iterator[Change]:
        for key in breaching:
            contributor = self._known.setdefault(key, _Contributor(State.OK, since=at))
            contributor.is_returned = True
            if contributor.state is State.OK and at - contributor.since >= self._periods.pending:
                contributor.state = State.ALARM
                yield Change(at, State.ALARM, key)

    def _recover(self, at: float, breaching: set[Attributes]) -> Iterator[Change]:
        for key in self._known.keys() - breaching:
            contributor = self._known[key]
            if contributor.is_returned:
                contributor.is_returned, contributor.since = False, at
            if contributor.state is State.OK:
                del self._known[key]
            elif at - contributor.since >= self._periods.recovery:
                del self._known[key]
                yield Change(at, State.OK, key)


def attributes_of(labels: Mapping[str, str]) -> Attributes:
    """What identifies the contributor of a series with these labels."""
    return tuple(sorted(labels.items()))


def history(periods: Periods, start: float, end: float, returned: Callable[[float], Iterable[Mapping[str, str]]]) -> Iterator[Change]:
    """Every change of an alarm that is evaluated from `start` to `end`; `returned` gives the labels of what the query returns then."""
    contributors = Contributors(periods)
    at = start
    while at <= end:
        yield from contributors.step(at, returned(at))
        at += periods.interval
