"""The dashboards of trading in CloudWatch: what they hold, with OpenTelemetry's metrics and with classic ones."""

import copy
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from tests.compliance.builders import judge
from tests.conftest import Synthesize
from tests.constructs.dashboard_body import SCHEMA
from tradingbot_infra.compliance.allowed.widgets import shows_trading
from tradingbot_infra.compliance.rules.allowed_properties import allowed
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.dashboards.panel import COLUMNS
from tradingbot_infra.design.trading_metrics import TRADING_METRICS, Kind
from tradingbot_infra.templates import Assembly

BOARD = "AWS::CloudWatch::Dashboard"
Body = dict[str, Any]
REPOSITORY = {"github_repository": "owner/trading", "github_owner_id": "1", "github_repository_id": "2"}


def bodies(assembly: Assembly) -> dict[str, Body]:
    """The bodies of the dashboards of trading, by the last part of their names."""
    boards = [board for board in assembly.of_type(BOARD) if "TradingDashboards" in str(board.path)]
    return {
        board.properties["DashboardName"].removeprefix("tradingbot-ai-production-"): json.loads(board.properties["DashboardBody"])
        for board in boards
    }


@pytest.fixture(scope="session", params=["otlp", "emf"])
def metrics(request: pytest.FixtureRequest) -> str:
    """Each way in which the application sends its metrics."""
    return str(request.param)


@pytest.fixture(scope="session")
def boards(metrics: str, synthesize: Synthesize) -> Assembly:
    """Production with dashboards of trading."""
    return synthesize("production", trading_dashboards=True, metrics=metrics, expected_strategies="momentum")


@pytest.fixture(scope="session")
def charts(synthesize: Synthesize) -> Assembly:
    """Production with charts."""
    return synthesize("production", trading_dashboards=True, metrics="otlp")


def test_there_are_three_and_each_is_valid_by_the_documented_structure(boards: Assembly) -> None:
    found = bodies(boards)
    assert list(found) == ["business", "trading", "users"]
    for body in found.values():
        jsonschema.validate(body, SCHEMA)


def _first(body: Body, kind: str) -> Body:
    return next(each for each in body["widgets"] if each["type"] == kind)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: _first(body, "chart").update(width=25),
        lambda body: _first(body, "chart")["properties"].pop("region"),
        lambda body: _first(body, "chart")["properties"]["data"]["queries"][0].update(language="SQL"),
        lambda body: _first(body, "chart")["properties"]["data"].update(queries=[]),
        lambda body: _first(body, "chart")["properties"].update(view="pie"),
        lambda body: _first(body, "text")["properties"].update(markdown=""),
        lambda body: body.pop("widgets"),
    ],
)
def test_the_structure_refuses_what_is_wrong(spoil: Callable[[Body], object], charts: Assembly) -> None:
    body = copy.deepcopy(bodies(charts)["business"])
    spoil(body)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, SCHEMA)


def test_widgets_lie_on_the_grid_without_covering_each_other(boards: Assembly) -> None:
    for body in bodies(boards).values():
        cells = [
            (x, y)
            for each in body["widgets"]
            for x, y in itertools.product(range(each["x"], each["x"] + each["width"]), range(each["y"], each["y"] + each["height"]))
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < COLUMNS


def test_every_panel_is_explained_below_and_its_limit_is_the_setting(charts: Assembly) -> None:
    config = load_config("production")
    for design in load_config("production", {"trading_dashboards": True, "metrics": "otlp"}).dashboard_designs:
        body = bodies(charts)[design.name]
        words = body["widgets"][-1]["properties"]["markdown"]
        for panel in design.panels:
            assert f"**{panel.title}**: {panel.description}" in words
            assert all(threshold.words in words for threshold in panel.thresholds)
    drawdown = next(each for each in bodies(charts)["business"]["widgets"] if each["properties"].get("title") == "Drawdown over time")
    line = drawdown["properties"]["plotOptions"]["annotations"]["horizontal"][0]
    assert line["value"] == config.trading.drawdown_alarm_percent / 100


def test_a_limit_moves_its_line(synthesize: Synthesize) -> None:
    moved = bodies(synthesize("production", trading_dashboards=True, metrics="otlp", price_age_alarm_seconds=17))["trading"]
    ages = next(each for each in moved["widgets"] if each["properties"].get("title") == "Age of prices")
    assert [each["value"] for each in ages["properties"]["plotOptions"]["annotations"]["horizontal"]] == [17]


def test_the_runbook_is_a_link_where_the_repository_is_known(charts: Assembly, synthesize: Synthesize) -> None:
    without = json.dumps(bodies(charts))
    assert "docs/runbook.md, When trading is an alarm" in without
    assert "github.com" not in without
    linked = json.dumps(bodies(synthesize("production", trading_dashboards=True, metrics="otlp", **REPOSITORY)))
    assert "[When trading is an alarm](https://github.com/owner/trading/blob/main/docs/runbook.md#when-trading-is-an-alarm)" in linked


def test_dashboards_lead_to_each_other(charts: Assembly) -> None:
    for body in bodies(charts).values():
        header = body["widgets"][0]["properties"]["markdown"]
        for name in ("-business", "-trading", "-users", ""):
            assert f"(#dashboards:name=tradingbot-ai-production{name})" in header


def test_classic_metrics_are_those_that_lines_of_the_log_have(synthesize: Synthesize) -> None:
    known = {metric.name.replace("_timestamp_seconds", "_age_seconds"): metric.kind for metric in TRADING_METRICS}
    drawn = [
        row
        for body in bodies(synthesize("production", trading_dashboards=True, metrics="emf", expected_strategies="momentum")).values()
        for each in body["widgets"]
        for row in each["properties"].get("metrics", [])
    ]
    assert len(drawn) > 20
    for namespace, name, _, environment, options in drawn:
        assert (namespace, environment) == ("TradingBot/production/trading", "production")
        if known[name] is Kind.COUNTER:
            assert options["stat"] == "Sum", name
        elif known[name] is Kind.HISTOGRAM:
            assert options["stat"].startswith("p"), name


def test_without_metrics_or_without_the_setting_there_is_none(synthesize: Synthesize) -> None:
    assert bodies(synthesize("production", trading_dashboards=True, metrics="off", trading_alarms=False)) == {}
    assert bodies(synthesize("production", trading_dashboards=False, metrics="otlp")) == {}


def test_the_dashboards_are_what_the_design_allows(boards: Assembly) -> None:
    found = judge(allowed, boards)
    assert {found[board.logical_id] for board in boards.of_type(BOARD)} == {Status.PASS}


def _asks(query: str) -> Mapping[str, Any]:
    queries = [{"id": "q1", "type": "cloudwatch-metrics", "language": "PromQL", "query": query}]
    return {
        "type": "chart",
        "properties": {"view": "line", "title": "T", "region": "ap-southeast-2", "data": {"queries": queries}, "plotOptions": {}},
    }


def _says(markdown: str) -> Mapping[str, Any]:
    return {"type": "text", "properties": {"markdown": markdown}}


FOREIGN: dict[str, Mapping[str, Any]] = {
    "every environment": _asks("sum(trading_equity_usd)"),
    "another environment": _asks('sum(trading_equity_usd{environment="staging"})'),
    "one selector of two": _asks('sum(trading_equity_usd{environment="production"}) - sum(trading_exposure_usd)'),
    "another environment as well": _asks('trading_equity_usd{environment="production"} or trading_equity_usd{environment="staging"}'),
    "a label that only ends like the environment's": _asks('trading_equity_usd{not_environment="production"}'),
    "two environments": _asks('trading_equity_usd{environment="production",environment=~"staging|production"}'),
    "an environment that only looks right": _asks('trading_equity_usd{environment=~"production|staging"}'),
    "another account": _asks('trading_equity_usd{environment="production","@aws.account"="111122223333"}'),
    "a metric that is not ours": _asks('sum({"aws.omics.task.cpu.usage"})'),
    "no selector": _asks("vector(1)"),
    "a chart of another region": {
        **_asks("x"),
        "properties": {**_asks('trading_lease_held{environment="production"}')["properties"], "region": "us-east-1"},
    },
    "a chart with a field that nobody knows": {
        **_asks("x"),
        "properties": {**_asks('trading_lease_held{environment="production"}')["properties"], "accountId": "111122223333"},
    },
    "a picture": _says("![x](https://example.com/pixel.png)"),
    "a link elsewhere": _says("[log in](https://example.com/)"),
    "a link by reference": _says("[log in][1]\n\n[1]: https://example.com/"),
    "markup": _says("<img src=https://example.com/x>"),
    "a button": _says("[button:Log in](https://example.com)"),
    "a function": {"type": "custom", "properties": {"endpoint": "arn:aws:lambda:ap-southeast-2:111122223333:function:x"}},
    "a log": {"type": "log", "properties": {"region": "ap-southeast-2", "query": "SOURCE '/aws/cloudtrail'"}},
}


CHARTS = load_config("production", {"trading_dashboards": True, "metrics": "otlp"})
GRAPHS = load_config("production", {"trading_dashboards": True, "metrics": "emf", "expected_strategies": "momentum"})


@pytest.mark.parametrize("widget", list(FOREIGN.values()), ids=list(FOREIGN))
def test_a_widget_that_shows_or_leads_elsewhere_is_not_allowed(widget: Mapping[str, Any]) -> None:
    assert not shows_trading(widget, "ap-southeast-2", CHARTS)


def test_a_chart_of_this_environment_is_allowed() -> None:
    assert shows_trading(_asks('sum(trading_equity_usd{environment="production"})'), "ap-southeast-2", CHARTS)


def _draws(*metrics: object, **properties: object) -> Mapping[str, Any]:
    return {"type": "metric", "properties": {"title": "T", "region": "ap-southeast-2", "metrics": list(metrics), **properties}}


def _line(namespace: str = "TradingBot/production/trading", environment: str = "production", **options: object) -> list[object]:
    return [namespace, "trading_equity_usd", "environment", environment, {"stat": "Average", **options}]


FOREIGN_GRAPHS = {
    "a function": _draws(_line(), [{"expression": "LAMBDA('theirs')"}]),
    "a search": _draws([{"expression": "SEARCH('trading_equity_usd', 'Average')"}]),
    "another environment's namespace": _draws(_line("TradingBot/staging/trading")),
    "another environment's label": _draws(_line(environment="staging")),
    "another account": _draws(_line(accountId="111122223333")),
    "a metric as before, of whatever namespace": _draws(_line(), [".", "trading_equity_usd", ".", "production", {}]),
    "a metric of AWS": _draws(["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "theirs"]),
    "no metric": _draws(),
    "an alarm": _draws(_line(), annotations={"alarms": ["arn:aws:cloudwatch:ap-southeast-2:111122223333:alarm:theirs"]}),
    "another region": _draws(_line(), region="us-east-1"),
}


@pytest.mark.parametrize("widget", FOREIGN_GRAPHS.values(), ids=FOREIGN_GRAPHS)
def test_a_graph_of_anything_but_this_environments_lines_is_not_allowed(widget: Mapping[str, Any]) -> None:
    assert not shows_trading(widget, "ap-southeast-2", GRAPHS)


def test_a_graph_is_allowed_only_where_lines_of_the_log_carry_metrics() -> None:
    assert shows_trading(_draws(_line()), "ap-southeast-2", GRAPHS)
    assert not shows_trading(_draws(_line()), "ap-southeast-2", CHARTS)


def test_a_dashboard_of_graphs_that_is_not_as_designed_stops_the_synthesis(boards: Assembly) -> None:
    templates = copy.deepcopy(dict(boards.templates))
    board = next(each for each in boards.of_type(BOARD) if str(each.path).endswith("/Business"))
    properties = templates["MonitoringStack"]["Resources"][board.logical_id]["Properties"]
    body = json.loads(properties["DashboardBody"])
    body["widgets"][1]["properties"]["title"], body["widgets"][2]["properties"]["title"] = (
        body["widgets"][number]["properties"]["title"] for number in (2, 1)
    )
    properties["DashboardBody"] = json.dumps(body)
    assert judge(allowed, replace(boards, templates=templates))[board.logical_id] is not Status.PASS


@pytest.mark.parametrize("name", ["tradingbot-ai-production", "tradingbot-ai-production-trading", "tradingbot-ai-staging-business"])
def test_a_dashboard_has_its_own_name(name: str, charts: Assembly) -> None:
    templates = copy.deepcopy(dict(charts.templates))
    board = next(each for each in charts.of_type(BOARD) if str(each.path).endswith("/Business"))
    templates["MonitoringStack"]["Resources"][board.logical_id]["Properties"]["DashboardName"] = name
    assert judge(allowed, replace(charts, templates=templates))[board.logical_id] is not Status.PASS
