"""Queries of Logs Insights over lines that are written here."""

import json
from typing import Any

import pytest

from tradingbot_infra.design.log_lines import ERROR_QUERY
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.insights.engine import run

HOUR = 3_600_000
BEGIN = 1_700_000_000_000 // HOUR * HOUR


def lines(*messages: object) -> list[dict[str, Any]]:
    """A line every half hour."""
    return [
        {
            "@timestamp": BEGIN + number * HOUR // 2,
            "@message": message if isinstance(message, str) else json.dumps(message),
            "@ptr": f"p{number}",
            "@logStream": "s",
        }
        for number, message in enumerate(messages)
    ]


def rows(query: str, *messages: object, limit: int | None = None) -> list[dict[str, str]]:
    """The answer's rows, without pointers."""
    found, _ = run(query, lines(*messages), limit)
    return [{each["field"]: each["value"] for each in row if each["field"] != "@ptr"} for row in found]


ORDERS = (
    {"message": "ORDER placed", "level": "INFO", "strategy": "grid", "ms": 10},
    {"message": "ORDER placed", "level": "INFO", "strategy": "grid", "ms": 30},
    {"message": "ORDER rejected", "level": "ERROR", "strategy": "trend", "ms": 20},
    {"message": "SIGNAL buy", "level": "INFO", "strategy": "trend"},
    "plain text",
)


def test_without_a_command_that_chooses_lines_have_their_time_and_message() -> None:
    found, matched = run("limit 1", lines("first", "second"), None)
    assert matched == 1
    assert found == [
        [
            {"field": "@timestamp", "value": "2023-11-14 22:00:00.000"},
            {"field": "@message", "value": "first"},
            {"field": "@ptr", "value": "p0"},
        ]
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('strategy = "trend"', 2),
        ("strategy = 'trend' and ms > 10", 1),
        ("ms >= 20 or message like /SIGNAL/", 3),
        ('not strategy = "grid" and ispresent(strategy)', 2),
        ('level in ["ERROR", "FATAL"]', 1),
        ('level not in ["INFO"]', 2),
        ("message =~ /ORDER (placed|rejected)/", 3),
        ('message like "placed"', 2),
        ('message not like "placed"', 3),
        ("ms / 10 = 2", 1),
        ("(ms + 5) * 2 > 60", 1),
        ('strategy != "grid"', 3),
        ("level > 40", 0),
        ("@message like /plain/", 1),
        ("tolower(level) = 'error'", 1),
        ("missing = 1", 0),
    ],
)
def test_a_filter_keeps_what_its_condition_holds_for(condition: str, expected: int) -> None:
    assert len(rows(f"filter {condition}", *ORDERS)) == expected


def test_fields_may_be_calculated_and_named() -> None:
    found = rows("fields ms / 1000 as seconds, upper | display seconds | filter seconds > 0.01", *ORDERS)
    assert found == [{"seconds": "0.03"}, {"seconds": "0.02"}]


def test_fields_of_nested_json_have_dots() -> None:
    span = {"resource": {"attributes": {"service.name": "api"}}, "attributes": {"exchange": "kraken"}, "durationNano": 2e9, "list": [7, 8]}
    found = rows(
        'fields durationNano / 1000000 as milliseconds, attributes.exchange, list.1 | filter resource.attributes.service.name = "api"', span
    )
    assert found == [{"milliseconds": "2000", "attributes.exchange": "kraken", "list.1": "8"}]


def test_statistics_are_of_each_group() -> None:
    found = rows("filter ispresent(ms) | stats count(*) as orders, avg(ms), max(ms), pct(ms, 50) by strategy | sort strategy desc", *ORDERS)
    assert found == [
        {"strategy": "trend", "orders": "1", "avg(ms)": "20", "max(ms)": "20", "pct(ms, 50)": "20"},
        {"strategy": "grid", "orders": "2", "avg(ms)": "20", "max(ms)": "30", "pct(ms, 50)": "20"},
    ]


def test_statistics_without_a_group_are_one_row_even_of_nothing() -> None:
    assert rows("filter level = 'X' | stats count(*) as lines, sum(ms) as total", *ORDERS) == [{"lines": "0"}]


def test_periods_begin_where_they_do_on_the_clock() -> None:
    found = rows("stats max(@timestamp) as last, count(*) as lines by bin(1h)", "a", "b", "c")
    assert found == [
        {"bin(1h)": "2023-11-14 22:00:00.000", "last": "2023-11-14 22:30:00.000", "lines": "2"},
        {"bin(1h)": "2023-11-14 23:00:00.000", "last": "2023-11-14 23:00:00.000", "lines": "1"},
    ]


def test_the_daily_summary_counts_orders_by_outcome_and_errors() -> None:
    query = "\n| ".join(
        (
            "fields @timestamp, message, level, strategy",
            f"{ERROR_QUERY} or @message like /ORDER|SIGNAL/",
            "parse message /^(?<what>ORDER|SIGNAL) (?<outcome>[a-z]+)/",
            "stats count(*) as lines by bin(1d) as day, what, outcome, strategy, level",
            "sort lines desc",
        )
    )
    found = rows(query, *ORDERS, {"level": "ERROR", "message": "boom"})
    assert [(row["lines"], row.get("what"), row.get("outcome"), row.get("strategy"), row["level"]) for row in found] == [
        ("2", "ORDER", "placed", "grid", "INFO"),
        ("1", "ORDER", "rejected", "trend", "ERROR"),
        ("1", "SIGNAL", "buy", "trend", "INFO"),
        ("1", None, None, None, "ERROR"),
    ]
    assert [row["day"] for row in found[:1]] == ["2023-11-14 00:00:00.000"]


def test_parse_takes_patterns_with_asterisks_too() -> None:
    assert rows("parse 'order * at *' as id, price | display id, price", "order 7 at 100.5", "other") == [{"id": "7", "price": "100.5"}, {}]


def test_rows_are_sorted_as_numbers_and_what_has_no_value_is_last() -> None:
    found = rows("display ms | sort ms desc", *ORDERS)
    assert [row.get("ms") for row in found] == ["30", "20", "10", None, None]


def test_the_smaller_limit_counts_and_doubles_go() -> None:
    assert len(rows("limit 3", *ORDERS, limit=2)) == 2
    assert len(rows("limit 2", *ORDERS, limit=3)) == 2
    assert len(rows("dedup strategy, level", *ORDERS)) == 4


@pytest.mark.parametrize(
    "query",
    [
        *("filter", "filter x =", "explode x", "stats median(x)", "filter geo(x) = 1", "limit 0", "limit 10001", "fields ;"),
        *("filter message like /(/", "parse message", "stats count(*) by", "filter (x = 1", "fields x as 5", "sort x up"),
    ],
)
def test_what_is_not_read_is_refused(query: str) -> None:
    with pytest.raises(LocalApiError) as refused:
        rows(query, *ORDERS)
    assert refused.value.code == "MalformedQueryException"
