"""Every query of every dashboard, asked of a real Prometheus over days of which the answers are known, and every query spoiled."""

import math
import re
from collections.abc import Iterator, Sequence

import pytest

from scripts.dashboard_pictures.recording import at
from tests.dashboards.answers import ANSWERS, EXACT, HISTOGRAM_ERROR, Answer
from tests.dashboards.known_days import END, known_days
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.dashboards.panel import Panel
from tradingbot_infra.local_cloud.prometheus.errors import QueryError
from tradingbot_infra.local_cloud.prometheus.server import PrometheusServer, running

pytestmark = [pytest.mark.allow_hosts(["127.0.0.0/8"]), pytest.mark.xdist_group("known-days")]

_CONFIG = load_config("production")
DESIGNS = trading_dashboards("production", _CONFIG.trading.limits, _CONFIG.service_levels.slo_availability_percent)
PANELS = [(design.name, panel) for design in DESIGNS for panel in design.panels]
_IDS = [f"{board}: {panel.title}" for board, panel in PANELS]
NO_SERIES = "no series"


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusServer]:
    """A Prometheus that has the known days."""
    with running() as server:
        server.write(known_days())
        yield server


def asked(prometheus: PrometheusServer, promql: str, minute: int) -> dict[tuple[str, ...], float]:
    """What a query returns: the value of each series, by its labels' values in the order of their names."""
    found = prometheus.query(promql, at(minute))
    return {tuple(value for name, value in sorted(each.labels.items()) if name != "environment"): each.value for each in found}


def agrees(found: Answer, expected: Answer, *, within: float) -> bool:
    """Whether the same series have the same values."""
    return set(found) == set(expected) and all(
        math.isclose(found[key], value, rel_tol=within, abs_tol=1e-9) for key, value in expected.items()
    )


def tolerance(promql: str) -> float:
    """How far a value may be off."""
    return HISTOGRAM_ERROR if "histogram_quantile" in promql else EXACT


def test_every_panel_has_answers() -> None:
    assert {board: list(answers) for board, answers in ANSWERS.items()} == {
        design.name: [panel.title for panel in design.panels] for design in DESIGNS
    }


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=_IDS)
def test_a_panel_shows_what_happened(board: str, panel: Panel, prometheus: PrometheusServer) -> None:
    for minute, answers in ANSWERS[board][panel.title].items():
        for query, expected in zip(panel.queries, answers, strict=True):
            found = asked(prometheus, query.promql, minute)
            assert agrees(found, expected, within=tolerance(query.promql)), f"{query.promql} at {minute}: {found}, not {dict(expected)}"


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=_IDS)
def test_a_legend_names_labels_that_the_series_have(board: str, panel: Panel, prometheus: PrometheusServer) -> None:
    for query in panel.queries:
        for series in prometheus.query(query.promql, at(END)):
            named = set(re.findall(r"{(\w+)}", query.legend))
            assert named == set(series.labels) - {"environment"}


_OTHER_WINDOWS = {"5m": "10m", "10m": "5m", "1h": "5m", "24h": "1h"}
_OTHER_LABELS = {
    "strategy": "side",
    "exchange": "process",
    "symbol": "exchange",
    "status": "strategy",
    "model": "process",
    "route": "method",
    "result": "process",
    "side": "strategy",
    "code": "exchange",
}
_SAME = {
    # A quantile is the same of an increase and of a rate.
    ("histogram_quantile", "rate(", "increase("),
}


def _replacements(promql: str) -> Iterator[tuple[str, str]]:
    for word, others in {
        "sum": ("avg", "max", "count"),
        "max by": ("min by", "sum by", "avg by"),
        "max_over_time": ("min_over_time", "avg_over_time", "count_over_time"),
        "increase(": ("rate(", "delta(", "irate("),
        "rate(": ("increase(", "irate("),
        " - ": (" + ",),
        " / ": (" * ",),
        " > 0": ("", " < 0"),
        " offset 1d": ("", " offset 1h"),
        'status="placed"': ('status="filled"', 'status=~".+"'),
        'status="filled"': ('status="placed"',),
        'status="5xx"': ('status="4xx"', 'status=~".+"'),
        'status=~"4xx|5xx"': ('status=~"5xx"', 'status=~"2xx|4xx|5xx"'),
        'result="failed"': ('result="succeeded"',),
        'result="succeeded"': ('result="failed"', 'result=~".+"'),
        'environment="production"': ('environment="staging"', 'environment=~".+"', 'environment="prod"'),
        "0.95": ("0.5", "0.85"),
        "0.5,": ("0.95,",),
        " or 0 * ": (" unless 0 * ", " and 0 * "),
        "1 - ": ("2 - ", ""),
        "time() - ": ("",),
    }.items():
        for other in others:
            yield word, other
    for window, other in _OTHER_WINDOWS.items():
        yield f"[{window}]", f"[{other}]"
    for label, other in _OTHER_LABELS.items():
        yield f"by ({label}", f"by ({other}"
        yield f", {label})", f", {other})"
        yield f"by ({label})", ""


def _zeros(promql: str) -> range:
    """Where a query has nothing times something: whatever that is, it is nothing, of the same series."""
    first = promql.find("0 * ")
    if first < 0:
        return range(0)
    depth = 0
    for index in range(first, len(promql)):
        depth += {"(": 1, ")": -1}.get(promql[index], 0)
        if depth < 0:
            return range(first, index)
    raise AssertionError(promql)


def mutants(promql: str) -> list[str]:
    """A query with one thing wrong, in each place in which it can be."""
    found = []
    for word, other in _replacements(promql):
        if any(function in promql and (word, other) == (was, became) for function, was, became in _SAME):
            continue
        starts = [
            match.start() for match in re.finditer(rf"(?<![a-z_]){re.escape(word)}" if word[0].isalpha() else re.escape(word), promql)
        ]
        found += [promql[:start] + other + promql[start + len(word) :] for start in starts if start not in _zeros(promql)]
    return list(dict.fromkeys(found))


def survivors(prometheus: PrometheusServer, promql: str, answers: Sequence[tuple[int, Answer]]) -> Iterator[str]:
    """Wrong queries that answer as the right one does, at every moment that is asked about."""
    for mutant in mutants(promql):
        try:
            same = all(agrees(asked(prometheus, mutant, minute), answer, within=tolerance(promql)) for minute, answer in answers)
        except QueryError:
            continue
        if same:
            yield mutant


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=_IDS)
def test_a_query_with_one_thing_wrong_does_not_answer_the_same(board: str, panel: Panel, prometheus: PrometheusServer) -> None:
    for number, query in enumerate(panel.queries):
        assert len(mutants(query.promql)) >= 4
        answers = [(minute, each[number]) for minute, each in ANSWERS[board][panel.title].items()]
        assert list(survivors(prometheus, query.promql, answers)) == []
