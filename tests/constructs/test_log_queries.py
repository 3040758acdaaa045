"""Saved queries and the summary of a day, run by the local cloud's engine over lines as examples/api writes them."""

import json
from typing import Any

import pytest

from tests.conftest import Synthesize
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.services.insights import engine
from tradingbot_infra.local_cloud.services.insights.lines import fields_of
from tradingbot_infra.templates import Assembly

_MIDDAY = 1_796_040_000_000
"""2026-11-30 12:00 UTC, milliseconds."""


@pytest.fixture(scope="module")
def production(synthesize: Synthesize) -> Assembly:
    """Production with the summary of a day."""
    return synthesize("production", daily_summary=True)


TRACE, ORDER, OTHER = "5b8aa5a2d2c872e8321cf37308d69df2", "epoch7-1", "epoch7-2"
LINES = (
    {"level": "INFO", "message": "SIGNAL taken", "strategy": "trend", "trace_id": TRACE},
    {"level": "INFO", "message": "ORDER filled", "strategy": "trend", "client_order_id": ORDER, "trace_id": TRACE},
    {"level": "INFO", "message": "ORDER filled", "strategy": "trend", "client_order_id": OTHER},
    {"level": "WARNING", "message": "ORDER refused: exposure", "strategy": "grid"},
    {"level": "ERROR", "message": "The database does not answer"},
    {"level": "INFO", "message": "heartbeat", "event": "heartbeat", "strategy": "trend"},
    {"level": "INFO", "message": "BORDER 1 filled"},
    {"level": "INFO", "message": "request", "duration_ms": 3},
)


def ask(query: str, *messages: str) -> list[dict[str, str]]:
    records = [{"@timestamp": _MIDDAY, "@message": message, **fields_of(message)} for message in messages]
    rows, _ = engine.run(query, records, None)
    return [{each["field"]: each["value"] for each in row} for row in rows]


def saved(assembly: Assembly, title: str) -> str:
    (query,) = (each for each in assembly.of_type("AWS::Logs::QueryDefinition") if each.properties["Name"].endswith(title))
    return str(query.properties["QueryString"])


def summary(assembly: Assembly) -> Any:
    (query,) = assembly.of_type("AWS::Logs::ScheduledQuery")
    return query.properties


def test_lines_of_a_trace_and_of_an_order_are_found_by_their_ids(production: Assembly) -> None:
    messages = [json.dumps(line) for line in LINES]
    of_trace = ask(saved(production, "Trace by id").replace("PUT-THE-TRACE-ID-HERE", TRACE), *messages)
    assert [row["message"] for row in of_trace] == ["SIGNAL taken", "ORDER filled"]
    (of_order,) = ask(saved(production, "Order by id").replace("PUT-THE-ORDER-ID-HERE", ORDER), *messages)
    assert of_order["trace_id"] == TRACE


def test_a_query_in_which_nobody_put_an_id_finds_nothing(production: Assembly) -> None:
    messages = [json.dumps(line) for line in LINES]
    assert ask(saved(production, "Trace by id"), *messages) == ask(saved(production, "Order by id"), *messages) == []


def test_heartbeats_are_counted_by_strategy(production: Assembly) -> None:
    (row,) = ask(saved(production, "Heartbeats"), *(json.dumps(line) for line in LINES))
    assert (row["strategy"], row["heartbeats"]) == ("trend", "1")


def test_slow_spans_are_those_of_this_environment(production: Assembly) -> None:
    def span(service: str, seconds: float) -> str:
        resource = {"attributes": {"service.name": service}}
        return json.dumps({"name": "POST /order", "durationNano": int(seconds * 1e9), "traceId": TRACE, "resource": resource})

    service = load_config("production").names.service
    (row,) = ask(saved(production, "Slow spans"), span(service, 2), span(service, 0.9), span("somebody-else", 3))
    assert (row["milliseconds"], row["traceId"]) == ("2000", TRACE)


def test_a_days_summary_counts_orders_by_outcome_signals_and_errors_by_strategy(production: Assembly) -> None:
    rows = ask(summary(production)["QueryString"], *(json.dumps(line) for line in LINES))
    counted = [(row.get("what"), row.get("outcome"), row.get("strategy"), row["level"], row["lines"]) for row in rows]
    assert counted[0] == ("ORDER", "filled", "trend", "INFO", "2")
    assert set(counted[1:]) == {
        ("SIGNAL", "taken", "trend", "INFO", "1"),
        ("ORDER", "refused", "grid", "WARNING", "1"),
        (None, None, None, "ERROR", "1"),
        (None, None, None, "INFO", "1"),  # a word that holds ORDER is counted, and named as none
    }
    assert {row["day"][:10] for row in rows} == {"2026-11-30"}


def test_the_summary_reads_a_whole_day_and_the_time_until_it_runs(production: Assembly) -> None:
    found = summary(production)
    assert (found["ScheduleExpression"], found["Timezone"], found["StartTimeOffset"]) == ("cron(10 0 * * ? *)", "UTC", 24 * 3600 + 600)
    assert found["DestinationConfiguration"]["S3Configuration"]["DestinationIdentifier"].endswith("/daily-summary/")


def test_without_the_setting_there_is_no_summary_and_no_role_for_it(synthesize: Synthesize) -> None:
    without = synthesize("production", daily_summary=False)
    assert without.of_type("AWS::Logs::ScheduledQuery") == ()
    assert not [role for role in without.of_type("AWS::IAM::Role") if "DailySummary" in str(role.path)]


def test_a_summary_without_a_bucket_is_refused() -> None:
    with pytest.raises(ConfigError, match="daily_summary=true: it is kept in the bucket of access logs, and alb_access_logs is off"):
        load_config("staging", {"daily_summary": "true"})
