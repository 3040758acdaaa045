"""A composite alarm's suppressor: while that alarm rings, the composite one does nothing.

Sources: CloudWatch User Guide, "Alarm suppression"; API Reference, PutCompositeAlarm. The wait period begins when the composite alarm
rings: it acts at its end, unless the suppressor rings by then. When the suppressor is quiet again, the composite alarm acts after the
extension period if it still rings. An end that nobody heard the beginning of is not told.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.local_cloud import background, clock
from tradingbot_infra.local_cloud.ministack import alarms, scopes

Act = Callable[[dict[str, Any], str, str], None]

_ALARM = "ALARM"


@dataclass
class Suppression:
    """What holds the actions of one composite alarm back. Without a clock: `at` is in seconds of any beginning."""

    wait: float
    extension: float
    by: str = ""
    """What does: Alarm, WaitPeriod or ExtensionPeriod, as DescribeAlarms says it; empty for nothing."""
    until: float | None = None
    """When a period ends."""
    is_told: bool = False
    """Whether the ALARM was acted on."""
    _rings: bool = False
    _suppressor_rings: bool = False

    def step(self, at: float, *, rings: bool, suppressor_rings: bool) -> str:
        """The state whose actions are performed now, or nothing; to be asked when either alarm changes and when a period ends."""
        began, quiet_again = rings and not self._rings, self._suppressor_rings and not suppressor_rings
        self._rings, self._suppressor_rings = rings, suppressor_rings
        if not rings:
            return self._end(suppressed=suppressor_rings)
        if suppressor_rings and (began or self.by):
            self._hold("Alarm", None)
        elif began:
            self._hold("WaitPeriod", at + self.wait)
        elif quiet_again and self.by:
            self._hold("ExtensionPeriod", at + self.extension)
        if self.until is not None and at >= self.until:
            self._hold("", None)
            self.is_told = True
            return _ALARM
        return ""

    def _end(self, *, suppressed: bool) -> str:
        self._hold("", None)
        tells = self.is_told and not suppressed
        self.is_told = False
        return "OK" if tells else ""

    def _hold(self, by: str, until: float | None) -> None:
        self.by, self.until = by, until


_settings: dict[str, Mapping[str, Any]] = scopes.by_account_and_region()
"""Name of a composite alarm -> its suppressor and periods, as PutCompositeAlarm has them."""
_suppressions: dict[str, Suppression] = scopes.by_account_and_region()
"""Name of a composite alarm -> what has become of it."""


def remember(name: str, settings: Mapping[str, Any]) -> None:
    """A composite alarm has these from now on; empty for no suppressor."""
    if settings != _settings.get(name):
        _suppressions.pop(name, None)
    _settings[name] = settings


def name_in(alarm: str) -> str:
    """The name of an alarm that is given by its name or ARN."""
    return alarm.rpartition(":alarm:")[2]


def holds(record: dict[str, Any], act: Act) -> bool:
    """A composite alarm changed its state: whether its suppressor, if it has one, decides what is done."""
    settings = _settings.get(record["AlarmName"])
    if "AlarmRule" not in record or not settings:
        return False
    record.update(settings)
    if record["AlarmName"] not in _suppressions:
        periods = (settings["ActionsSuppressorWaitPeriod"], settings["ActionsSuppressorExtensionPeriod"])
        _suppressions[record["AlarmName"]] = Suppression(*periods)
    _step(record, act)
    return True


def suppressor_changed(changed: dict[str, Any], act: Act) -> None:
    """An alarm changed its state: composite alarms that it suppresses are looked at."""
    for record in alarms.composite_alarms():
        if record.get("ActionsSuppressor") in (changed["AlarmName"], changed["AlarmArn"]) and record["AlarmName"] in _suppressions:
            _step(record, act)


def _step(record: dict[str, Any], act: Act) -> None:
    suppression, now = _suppressions[record["AlarmName"]], time.monotonic() / clock.scaled(1.0)
    suppressor = alarms.alarm(name_in(record["ActionsSuppressor"])) or {}
    state = suppression.step(now, rings=record["StateValue"] == _ALARM, suppressor_rings=suppressor.get("StateValue") == _ALARM)
    if suppression.by:
        record["ActionsSuppressedBy"] = suppression.by
    else:
        record.pop("ActionsSuppressedBy", None)
    if state:
        act(record, "OK" if state == _ALARM else _ALARM, state)
    elif suppression.until is not None:
        background.spawn(_later(suppression.until - now, record["AlarmName"], act))


async def _later(seconds: float, name: str, act: Act) -> None:
    await clock.sleep(seconds)
    background.on_server(_again, name, act)


def _again(name: str, act: Act) -> None:
    record = alarms.alarm(name)
    if record is not None and name in _suppressions:
        _step(record, act)
