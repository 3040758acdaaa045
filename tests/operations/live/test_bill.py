"""What Cost Explorer tells of one environment, by botocore's Stubber: the local cloud has none."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.live.bill import MonthOfBill, read_bill


def month(start: str, end: str, costs: dict[tuple[str, str], str]) -> dict[str, Any]:
    groups = [{"Keys": list(keys), "Metrics": {"UnblendedCost": {"Amount": cost, "Unit": "USD"}}} for keys, cost in costs.items()]
    return {"TimePeriod": {"Start": start, "End": end}, "Total": {}, "Groups": groups, "Estimated": True}


def question(start: str, end: str, **more: str) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": start, "End": end},
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "TAG", "Key": "Environment"}, {"Type": "DIMENSION", "Key": "SERVICE"}],
        "Filter": {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}},
        **more,
    }


def test_one_request_tells_the_environment_from_others_and_from_what_has_no_tag() -> None:
    last = {("Environment$production", "RDS"): "10", ("Environment$", "RDS"): "2", ("Environment$staging", "RDS"): "3.5"}
    more = {("Environment$production", "RDS"): "1"}
    now = {("Environment$production", "RDS"): "4"}
    with boto3_client("ce") as (client, stubber):
        first = {"ResultsByTime": [month("2026-10-01", "2026-11-01", last)], "NextPageToken": "2"}
        second = {"ResultsByTime": [month("2026-10-01", "2026-11-01", more), month("2026-11-01", "2026-11-24", now)]}
        stubber.add_response("get_cost_and_usage", first, question("2026-10-01", "2026-11-24"))
        stubber.add_response("get_cost_and_usage", second, question("2026-10-01", "2026-11-24", NextPageToken="2"))
        found = read_bill(session_over(ce=client), "production", today=date(2026, 11, 24))
    assert found == (
        MonthOfBill(date(2026, 10, 1), date(2026, 11, 1), {"RDS": Decimal(11)}, {"RDS": Decimal(2)}, Decimal("3.5")),
        MonthOfBill(date(2026, 11, 1), date(2026, 11, 24), {"RDS": Decimal(4)}),
    )


def test_on_a_first_there_is_no_month_to_date() -> None:
    with boto3_client("ce") as (client, stubber):
        stubber.add_response("get_cost_and_usage", {"ResultsByTime": []}, question("2025-12-01", "2026-01-01"))
        assert read_bill(session_over(ce=client), "production", today=date(2026, 1, 1)) == (
            MonthOfBill(date(2025, 12, 1), date(2026, 1, 1)),
        )


def test_an_account_without_data_is_told() -> None:
    with boto3_client("ce") as (client, stubber):
        stubber.add_client_error("get_cost_and_usage", "DataUnavailableException")
        with pytest.raises(NotAnswered, match="Cost Explorer has no data yet"):
            read_bill(session_over(ce=client), "production", today=date(2026, 11, 24))
