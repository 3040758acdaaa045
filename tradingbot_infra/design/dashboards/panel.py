"""The parts of a dashboard: a panel with its queries, its unit, its thresholds, and where to read what to do."""

from dataclasses import dataclass
from enum import StrEnum

COLUMNS = 24
"""Width of a dashboard, in Grafana as in CloudWatch."""

WHEN_AN_ALARM_RINGS = "when-an-alarm-rings"
WHEN_TRADING_IS_AN_ALARM = "when-trading-is-an-alarm"
TROUBLESHOOTING = "troubleshooting"
DAY_TO_DAY = "day-to-day"


class Unit(StrEnum):
    """What a value is, in words for an axis."""

    USD = "US dollars"
    RATIO = "share"
    """0 to 1, shown as percent."""
    PERCENT = "percent"
    SECONDS = "seconds"
    COUNT = "count"
    BYTES = "bytes"


class View(StrEnum):
    """How a panel draws its values."""

    LINE = "line"
    AREA = "area"
    """Parts of a whole, on top of each other."""
    NUMBER = "number"
    """The newest value, large."""


class Level(StrEnum):
    """What it means to be beyond a threshold."""

    ALARM = "alarm"
    """An alarm rings there: the threshold is its limit."""
    GOAL = "goal"
    """A promise is broken there, or what is normal ends; nobody is called."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """A line across a panel. `above` is whether values over it are the bad ones."""

    value: float
    level: Level
    words: str
    above: bool = True


@dataclass(frozen=True, kw_only=True)
class Query:
    """One question in PromQL. `legend` names its series: words, with labels as in `{exchange} p95`."""

    promql: str
    legend: str


@dataclass(frozen=True, kw_only=True)
class Classic:
    """The nearest classic metric of CloudWatch, where the application writes its metrics into its log (docs/metrics.md).

    It has one value of all labels. `metric` is its name there, `statistic` what is taken of a period of `seconds`.
    """

    metric: str
    statistic: str
    seconds: int
    legend: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel. `section` is the heading of docs/runbook.md that says what to do, as GitHub writes it in links.

    `width` is of COLUMNS; `classic` is empty where CloudWatch's classic metrics cannot answer.
    """

    title: str
    description: str
    korean: str
    unit: Unit
    view: View
    queries: tuple[Query, ...]
    section: str
    width: int
    decimals: int | None = None
    thresholds: tuple[Threshold, ...] = ()
    classic: tuple[Classic, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DashboardDesign:
    """One dashboard. `name` is the last part of its name, `panels` are from left to right and from top to bottom."""

    name: str
    title: str
    description: str
    korean: str
    panels: tuple[Panel, ...]


def of(metric: str, environment: str, **labels: str) -> str:
    """A selector of one environment's series."""
    matchers = ",".join(f'{name}="{value}"' for name, value in {"environment": environment, **labels}.items())
    return f"{metric}{{{matchers}}}"
