"""Evaluates alarms on PromQL, each at its interval. Intervals, pending and recovery periods are divided by the time scale.

What a query's own ranges and timestamps mean is not divided: metrics have the time of this machine. A query that fails leaves the
state as it is, and `EvaluationState` says so; AWS's pages do not say what it does there.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import alarms, scopes
from tradingbot_infra.local_cloud.prometheus.errors import PrometheusError
from tradingbot_infra.local_cloud.services import alarm_actions
from tradingbot_infra.local_cloud.services.promql_alarms.contributors import Attributes, Change, Contributors, Periods, State
from tradingbot_infra.local_cloud.services.telemetry import promql, store

_logger = logging.getLogger("promql_alarms")
_TICK_SECONDS = 10.0
"""Of AWS: the shortest interval of an alarm."""
_SHORTEST_TICK = 0.2
_LONGEST_REASON = 1023

_Key = tuple[str, str, str]
"""Account, region, name."""


@dataclass
class _Watched:
    query: str
    periods: Periods
    contributors: Contributors
    due: float = 0.0
    """When it is evaluated next, in AWS's seconds."""
    reasons: dict[Attributes, tuple[str, datetime]] = field(default_factory=dict)
    """Why a contributor is in ALARM, and since when."""


_watched: dict[_Key, _Watched] = {}
_runs: list[bool] = []
"""Not empty once the evaluation was started."""


def watch(name: str, query: str, periods: Periods) -> None:
    """Evaluates an alarm from now on. One that is changed keeps its contributors unless its query differs."""
    key = (*scopes.current(), name)
    known = _watched.get(key)
    if known is None or (known.query, known.periods) != (query, periods):
        _watched[key] = _Watched(query, periods, Contributors(periods))
    if not _runs:
        _runs.append(True)
        background.spawn(_keep_evaluating())


def forget(name: str) -> None:
    """Evaluates it no more; any other name is ignored."""
    _watched.pop((*scopes.current(), name), None)


def contributors(name: str) -> list[dict[str, Any]]:
    """The contributors in ALARM, as DescribeAlarmContributors shows them; none for an alarm of another kind."""
    watched = _watched.get((*scopes.current(), name))
    if watched is None:
        return []
    return [_shown(key, *watched.reasons[key]) for key in watched.contributors.alarming]


def evaluate(key: _Key, watched: _Watched, at: float) -> None:
    """Evaluates one alarm, `at` in AWS's seconds. Blocks while it is asked; what changed is done where requests are answered."""
    account, region, name = key
    with scopes.within(account, region):
        try:
            returned = promql.vector(watched.query, time.time()) if store.is_running() else []
        except (PrometheusError, LocalApiError) as error:
            _logger.warning("The query of alarm %s failed: %s", name, error)
            background.on_server(_note, name, "EVALUATION_ERROR")
            return
        changes = watched.contributors.step(at, [labels for labels, _ in returned])
        values = {tuple(sorted(labels.items())): value for labels, value in returned}
        background.on_server(_apply, key, watched, changes, values)


async def _keep_evaluating() -> None:
    while True:
        now = time.monotonic() / clock.scaled(1.0)
        for key, watched in list(_watched.items()):
            if watched.due <= now:
                watched.due = now + watched.periods.interval
                await asyncio.to_thread(evaluate, key, watched, now)
        await asyncio.sleep(clock.scaled(_TICK_SECONDS, least=_SHORTEST_TICK))


def _note(name: str, evaluation_state: str | None) -> None:
    record = alarms.metric_alarm(name)
    if record is not None and evaluation_state is None:
        record.pop("EvaluationState", None)
    elif record is not None:
        record["EvaluationState"] = evaluation_state


def _apply(key: _Key, watched: _Watched, changes: Sequence[Change], values: Mapping[Attributes, float]) -> None:
    """Writes what changed into the alarm's record, and acts: for each contributor, and for the alarm."""
    record = alarms.metric_alarm(key[2])
    if _watched.get(key) is not watched or record is None:  # it was changed or deleted meanwhile
        return
    _note(key[2], None)
    for change in changes:
        reason = _reason(change, watched.periods, values)
        if change.contributor is None:
            continue
        if change.state is State.ALARM:
            watched.reasons[change.contributor] = reason, datetime.now(UTC)
        else:
            watched.reasons.pop(change.contributor, None)
        alarm_actions.of_contributor(record, str(change.state), _shown(change.contributor, reason, datetime.now(UTC)))
    # Not only when its contributors change: it has its old state after a change of its query, and whatever state somebody sets. What
    # breaches, and not for long enough yet, leaves it.
    state, changed = watched.contributors.state, any(change.contributor is None for change in changes)
    if record["StateValue"] != state and (changed or state is State.ALARM or not watched.contributors.pending):
        alarms.set_state(record, state, _reason(Change(0.0, state, None), watched.periods, values))


def _shown(key: Attributes, reason: str, since: datetime) -> dict[str, Any]:
    identifier = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
    return {"ContributorId": identifier, "ContributorAttributes": dict(key), "StateReason": reason, "StateTransitionedTimestamp": since}


def _reason(change: Change, periods: Periods, values: Mapping[Attributes, float]) -> str:
    if change.state is State.OK:
        what = "No contributor" if change.contributor is None else "The contributor"
        return f"{what} has been returned by the query for the recovery period of {periods.recovery:g} seconds"
    whose = [f"{_words(key)} ({values[key]:g})" for key in ([change.contributor] if change.contributor is not None else values)]
    return f"Returned by the query for the pending period of {periods.pending:g} seconds: {', '.join(whose)}"[:_LONGEST_REASON]


def _words(key: Attributes) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in key) + "}"
