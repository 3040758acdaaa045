"""Grafana's form of the dashboards: by Grafana's own types, by our rules, and against what CloudWatch and the runbook have."""

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT_ROOT
from tests.dashboards.grafana_types import complaints
from tests.dashboards.lint import lint
from tradingbot_infra.commands.dashboards.documents import Choices, documents, operations_limits
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.dashboards.boards import trading_dashboards
from tradingbot_infra.design.dashboards.operations import AwsPanel, operations
from tradingbot_infra.design.dashboards.panel import Panel
from tradingbot_infra.design.trading_alarms import trading_alarms
from tradingbot_infra.design.trading_metrics import TRADING_METRICS, Kind

Document = dict[str, Any]
NAMES = tuple(ENVIRONMENTS)
CHOICES = Choices(prometheus_uid="cloudwatch-promql", cloudwatch_uid="cloudwatch", runbook="https://example.com/docs/runbook.md")
CONFIG = load_config("production")
DESIGNS = trading_dashboards("production", CONFIG.trading.limits, CONFIG.service_levels.slo_availability_percent)
OPERATIONS = operations("tradingbot-ai-production", operations_limits(CONFIG), redis=True)


@pytest.fixture(scope="module")
def rendered() -> Mapping[str, Document]:
    """Every dashboard of production."""
    return documents(CONFIG, CHOICES)


def test_dashboards_are_as_grafanas_own_types_want_them(rendered: Mapping[str, Document], tmp_path: Path) -> None:
    assert complaints(dict(rendered), tmp_path) == []


SPOILED: dict[str, Callable[[Document], object]] = {
    "a panel of a type that is not there": lambda board: board["panels"][0].update(type="graf"),
    "a legend that is nowhere": lambda board: board["panels"][4]["options"]["legend"].update(placement="left"),
    "options that are missing": lambda board: board["panels"][4].update(options=None),
    "a threshold without a colour": lambda board: board["panels"][2]["fieldConfig"]["defaults"]["thresholds"]["steps"][1].pop("color"),
    "a width of lines in words": lambda board: board["panels"][4]["fieldConfig"]["defaults"]["custom"].update(lineWidth="thick"),
    "a misspelled field": lambda board: board["panels"][4].update(desciption="x"),
    "a target without a query": lambda board: board["panels"][4]["targets"][0].pop("expr"),
    "a variable of no type": lambda board: board["templating"]["list"][0].update(type="environment"),
}


def test_grafanas_types_refuse_what_is_wrong(rendered: Mapping[str, Document], tmp_path: Path) -> None:
    spoiled = {}
    for number, spoil in enumerate(SPOILED.values()):
        board = copy.deepcopy(rendered["business"])
        spoil(board)
        spoiled[f"wrong{number}"] = board
    said = "\n".join(complaints(spoiled, tmp_path))
    assert [name for number, name in enumerate(SPOILED) if f"wrong{number}.ts" not in said] == []


def test_no_rule_is_broken(rendered: Mapping[str, Document]) -> None:
    assert {name: lint(document, NAMES) for name, document in rendered.items()} == {name: [] for name in rendered}


def _of(board: Document, number: int = 4) -> Document:
    panel: Document = board["panels"][number]
    return panel


BROKEN: dict[str, Callable[[Document], object]] = {
    "no title": lambda board: _of(board).update(title=""),
    "no description": lambda board: _of(board).update(description=""),
    "no unit": lambda board: _of(board)["fieldConfig"]["defaults"].pop("unit"),
    "no link": lambda board: _of(board).update(links=[]),
    "no legend": lambda board: _of(board)["options"]["legend"].update(showLegend=False),
    "without its threshold": lambda board: _of(board, 5)["fieldConfig"]["defaults"]["thresholds"].update(
        steps=[{"value": None, "color": "green"}]
    ),
    "out of order": lambda board: _of(board, 5)["fieldConfig"]["defaults"]["thresholds"]["steps"].reverse(),
    "not drawn": lambda board: _of(board, 5)["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"].update(mode="off"),
    "no data source": lambda board: _of(board).update(datasource={}),
    "another data source": lambda board: _of(board)["targets"][0].update(datasource={"type": "prometheus", "uid": "other"}),
    "without a legend": lambda board: _of(board)["targets"][0].update(legendFormat=""),
    "ids of their own": lambda board: _of(board)["targets"].append(copy.deepcopy(_of(board)["targets"][0])),
    "not every environment": lambda board: board["templating"].update(list=[]),
    "production is written": lambda board: _of(board)["targets"][0].update(expr='sum(trading_equity_usd{environment="production"})'),
    "asks no environment": lambda board: _of(board)["targets"][0].update(expr="sum(trading_equity_usd)"),
    "variables that are not there": lambda board: _of(board)["targets"][0].update(
        expr='sum(trading_equity_usd{environment="$env_environment"})'
    ),
    "two panels of one id": lambda board: _of(board).update(id=1),
    "two panels of one title": lambda board: _of(board).update(title="Equity"),
    "a uid of 1 to 40": lambda board: board.update(uid="u" * 41),
    "cover each other": lambda board: _of(board)["gridPos"].update(y=0),
    "may return": lambda board: _of(board)["targets"][0].update(expr='sum by (strategy, symbol) (x{environment="$environment"})'),
    "looks back further": lambda board: _of(board)["targets"][0].update(expr='increase(x{environment="$environment"}[7d])'),
    "has a subquery": lambda board: _of(board)["targets"][0].update(expr='max_over_time(x{environment="$environment"}[1h:1m])'),
}


@pytest.mark.parametrize(("said", "spoil"), list(BROKEN.items()), ids=list(BROKEN))
def test_each_rule_finds_what_breaks_it(said: str, spoil: Callable[[Document], object], rendered: Mapping[str, Document]) -> None:
    board = copy.deepcopy(rendered["business"])
    spoil(board)
    assert [line for line in lint(board, NAMES) if said in line]


def test_every_metric_of_the_contract_is_on_a_dashboard() -> None:
    asked = " ".join(query.promql for design in DESIGNS for panel in design.panels for query in panel.queries)
    assert [metric.name for metric in TRADING_METRICS if f"{metric.name}{{" not in asked] == []


def test_queries_ask_metrics_for_labels_that_they_have() -> None:
    known = {metric.name: {"environment", *metric.labels} for metric in TRADING_METRICS}
    for query in (query for design in DESIGNS for panel in design.panels for query in panel.queries):
        selectors = re.findall(r"(trading_\w+)\{([^}]*)\}", query.promql)
        assert selectors, query
        together = set().union(*(known[name] for name, _ in selectors))
        for name, matchers in selectors:
            assert set(re.findall(r"(\w+)=", matchers)) <= known[name], query.promql
        for labels in re.findall(r"by \(([^)]*)\)", query.promql):
            assert {label.strip() for label in labels.split(",")} <= together, query.promql


def test_counters_are_counted_and_levels_are_not() -> None:
    kinds = {metric.name: metric.kind for metric in TRADING_METRICS}
    for query in (query for design in DESIGNS for panel in design.panels for query in panel.queries):
        for before, name in re.findall(r"(\w*\(?)(trading_\w+)\{", query.promql):
            assert (before in ("increase(", "rate(")) == (kinds[name] is not Kind.GAUGE), query.promql


def test_each_alarm_of_trading_has_its_line_on_a_panel() -> None:
    lines = {
        threshold.words.removeprefix("alarm ").partition(":")[0]: (threshold.value, panel)
        for design in DESIGNS
        for panel in design.panels
        for threshold in panel.thresholds
        if threshold.words.startswith("alarm ")
    }
    limits = CONFIG.trading
    expected = {
        "strategy-silent": limits.heartbeat_alarm_minutes * 60,
        "price-stale": limits.price_age_alarm_seconds,
        "no-signals": (limits.signal_silence_alarm_minutes or 0) * 60,
        "no-orders": (limits.order_silence_alarm_minutes or 0) * 60,
        "equity-unknown": limits.equity_age_alarm_minutes * 60,
        "order-loop": limits.order_rate_alarm_count,
        "exchange-slow": limits.exchange_latency_alarm_seconds,
        "rate-limit-nearly-used": limits.rate_limit_alarm_percent / 100,
        "reconnect-storm": limits.reconnects_alarm_count,
        "drawdown": limits.drawdown_alarm_percent / 100,
        "exposure": limits.exposure_alarm_percent / 100,
        "llm-cost": limits.llm_cost_alarm_usd,
    }
    assert set(expected) == {row.name for row in trading_alarms("production", limits.limits)}
    assert {name: value for name, (value, _) in lines.items()} == pytest.approx(expected)
    assert [name for name, (_, panel) in lines.items() if name not in panel.description and panel.view != "number"] == []


def _anchors() -> set[str]:
    headings = re.findall(r"^#+ (.*)$", (PROJECT_ROOT / "docs" / "runbook.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_a_panel_with_an_alarm_leads_to_what_the_runbook_says_of_it() -> None:
    runbook = (PROJECT_ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    parts = re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", runbook, re.MULTILINE)
    sections = {heading.lower().replace(" ", "-"): text for heading, text in parts}
    panels: list[Panel | AwsPanel] = [*OPERATIONS.panels, *(panel for design in DESIGNS for panel in design.panels)]
    for panel in panels:
        for name in re.findall(r"alarm ([a-z0-9-]+):", " ".join(threshold.words for threshold in panel.thresholds)):
            assert f"`{name}`" in sections[panel.section], f"{panel.title}: {name}"


def test_a_panel_says_how_long_its_alarm_waits() -> None:
    minutes = {row.name: row.minutes for row in trading_alarms("production", CONFIG.trading.limits)}
    said = {
        name: panel.description
        for design in DESIGNS
        for panel in design.panels
        for name in re.findall(r"alarm ([a-z0-9-]+) rings", panel.description)
    }
    assert said.keys() == minutes.keys()
    for name, description in said.items():
        waits = re.findall(r"for (\d+) minutes, alarm", description)
        assert waits == ([str(minutes[name])] if minutes[name] else []), name


def test_every_alarm_that_a_panel_of_operations_names_has_a_line_on_it() -> None:
    for panel in OPERATIONS.panels:
        named = set(re.findall(r"\b((?:alb|ecs|rds|redis)-[a-z0-9-]+)", panel.description))
        assert named == {threshold.words.removeprefix("alarm ").partition(":")[0] for threshold in panel.thresholds}, panel.title


def test_sections_of_the_runbook_exist() -> None:
    sections = {panel.section for design in DESIGNS for panel in design.panels} | {panel.section for panel in OPERATIONS.panels}
    assert sections <= _anchors()


def test_operations_shows_what_cloudwatchs_dashboard_shows(rendered: Mapping[str, Document]) -> None:
    shown = {(metric.namespace, metric.name, metric.statistic) for panel in OPERATIONS.panels for metric in panel.metrics}
    drawn = {
        (target["namespace"], target["metricName"], target["statistic"])
        for panel in rendered["operations"]["panels"]
        for target in panel["targets"]
    }
    assert shown == drawn
    assert len(shown) == 16


def test_two_traders_and_none_are_both_coloured(rendered: Mapping[str, Document]) -> None:
    traders = next(panel for panel in rendered["trading"]["panels"] if panel["title"] == "Traders")
    steps = traders["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in steps] == [(None, "orange"), (1, "green"), (2, "orange")]


def test_a_low_availability_is_the_bad_one(rendered: Mapping[str, Document]) -> None:
    panel = next(panel for panel in rendered["users"]["panels"] if panel["title"] == "Availability, 24 h")
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in steps] == [(None, "orange"), (0.999, "green")]


def test_without_redis_there_is_no_panel_of_it() -> None:
    titles = [panel["title"] for panel in documents(load_config("production", {"enable_redis": False}), CHOICES)["operations"]["panels"]]
    assert titles
    assert not [title for title in titles if "Redis" in title]
