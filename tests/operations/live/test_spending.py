"""What Cost Explorer tells, by botocore's Stubber: the local cloud has none."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.live.spending import Growth, Period, Spending, periods, read_spending


def answer(costs: dict[str, str], **more: str) -> dict[str, Any]:
    groups = [{"Keys": [name], "Metrics": {"UnblendedCost": {"Amount": cost, "Unit": "USD"}}} for name, cost in costs.items()]
    return {"ResultsByTime": [{"Groups": groups}], **more}


def question(start: str, end: str, **more: str) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": start, "End": end},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
        "Filter": {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}},
        **more,
    }


def test_both_periods_are_read_page_by_page() -> None:
    with boto3_client("ce") as (client, stubber):
        stubber.add_response("get_cost_and_usage", answer({"Amazon RDS": "12.5"}, NextPageToken="2"), question("2026-11-01", "2026-11-24"))
        stubber.add_response(
            "get_cost_and_usage", answer({"AWS Fargate": "30.25"}), question("2026-11-01", "2026-11-24", NextPageToken="2")
        )
        stubber.add_response("get_cost_and_usage", answer({"Amazon RDS": "10"}), question("2026-10-01", "2026-10-24"))
        spending = read_spending(session_over(ce=client), today=date(2026, 11, 24))
    assert spending.total == Decimal("42.75")
    assert spending.biggest == (("AWS Fargate", Decimal("30.25")), ("Amazon RDS", Decimal("12.5")))
    assert spending.growths == (
        Growth("AWS Fargate", Decimal(0), Decimal("30.25")),
        Growth("Amazon RDS", Decimal(10), Decimal("12.5")),
    )


def test_an_account_without_data_is_told_and_is_no_failure() -> None:
    with boto3_client("ce") as (client, stubber):
        stubber.add_client_error("get_cost_and_usage", "DataUnavailableException")
        with pytest.raises(NotAnswered, match="Cost Explorer has no data yet"):
            read_spending(session_over(ce=client), today=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("today", "now", "before"),
    [
        (date(2026, 11, 24), ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
        (date(2026, 11, 1), ("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01")),
        (date(2026, 3, 31), ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-03-01")),
        (date(2026, 1, 2), ("2026-01-01", "2026-01-02"), ("2025-12-01", "2025-12-02")),
        (date(2026, 3, 1), ("2026-02-01", "2026-03-01"), ("2026-01-01", "2026-01-29")),
    ],
)
def test_like_is_compared_with_like(today: date, now: tuple[str, str], before: tuple[str, str]) -> None:
    assert periods(today) == (Period(*map(date.fromisoformat, now)), Period(*map(date.fromisoformat, before)))


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_no_period_is_empty_reaches_into_today_or_meets_the_other(today: date) -> None:
    now, before = periods(today)
    assert before.start < before.end <= now.start < now.end <= today
    assert timedelta(0) <= (now.end - now.start) - (before.end - before.start) <= timedelta(days=3)


def test_what_costs_less_has_not_grown() -> None:
    spending = Spending(Period(date(2026, 1, 1), date(2026, 1, 2)), {"a": Decimal(1)}, {"a": Decimal(2), "b": Decimal(3)})
    assert spending.growths == ()
