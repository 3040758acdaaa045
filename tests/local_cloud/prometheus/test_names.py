"""Names with dots are stored and queried although Prometheus 2.42 has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.trading_alarms import trading_alarms
from tradingbot_infra.local_cloud.prometheus.names import escaped, rewritten, selects_by_name, unescaped


@given(st.text(min_size=1))
def test_every_name_comes_back(name: str) -> None:
    assert unescaped(escaped(name)) == name


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("orders_total", "orders_total"),
        ("http.server.duration", "U__http_2e_server_2e_duration"),
        ("my_orders.total", "U__my__orders_2e_total"),
        ("@resource.service.name", "U___40_resource_2e_service_2e_name"),
        ("1st", "U__1st"),
        ("U__x", "U__U____x"),
    ],
)
def test_names_have_prometheuss_own_form(name: str, stored: str) -> None:
    assert escaped(name) == stored


def test_a_colon_is_part_of_a_metrics_name_and_not_of_a_labels() -> None:
    assert (escaped("a:b", is_metric=True), escaped("a:b")) == ("a:b", "U__a_3a_b")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('rate({"a.b"}[5m])', 'rate({__name__="U__a_2e_b"}[5m])'),
        ('{"a.b", "@resource.x"=~"y.z"}', '{__name__="U__a_2e_b", U___40_resource_2e_x=~"y.z"}'),
        ("x{`a.b`='c.d'}", "x{U__a_2e_b='c.d'}"),
        ('sum by ("a.b", c) (x)', "sum by (U__a_2e_b, c) (x)"),
        ('x * on ("a.b") group_left ("c.d") y', "x * on (U__a_2e_b) group_left (U__c_2e_d) y"),
        ('label_replace(x, "a.b", "$1", "c.d", "(.*)")', 'label_replace(x, "a.b", "$1", "c.d", "(.*)")'),
        ('{"a\\"b"}', '{__name__="U__a_22_b"}'),
        ('x{a="}"} # "c.d"', 'x{a="}"} # "c.d"'),
        ('{"a.b', '{"a.b'),
    ],
)
def test_only_names_in_quotation_marks_are_rewritten(query: str, expected: str) -> None:
    assert rewritten(query) == expected


@pytest.mark.parametrize(
    "query", ["x", "sum by (a) (rate(x[5m]))", '{"a.b"}', '{__name__=~"a"}', 'x{a="b"} and on (c) y', "x or vector(0)"]
)
def test_a_selector_may_name_its_metric_in_every_way(query: str) -> None:
    assert selects_by_name(query)


@pytest.mark.parametrize("query", ["vector(1)", "time()", '{a="b"}', 'sum by (x) ({a="b"})', '{a="b"} or x', "1 > 2", '{a="__name__"}', ""])
def test_a_query_without_a_name_is_seen(query: str) -> None:
    assert not selects_by_name(query)


def test_the_queries_of_every_trading_alarm_name_metrics_and_stay_as_they_are() -> None:
    queries = [alarm.query for alarm in trading_alarms("production", load_config("production").trading.limits)]
    assert queries
    for query in queries:
        assert selects_by_name(query), query
        assert rewritten(query) == query
