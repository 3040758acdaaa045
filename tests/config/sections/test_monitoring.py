"""Settings of the section monitoring."""

from decimal import Decimal

import pytest

from tests.config.refusals import assert_refused
from tests.conftest import Synthesize
from tests.cost.pricing import AT_LIST, estimated
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"alarm_emails": "nobody"}, "alarm_emails=nobody", "allowed: e-mail addresses"),
        ({"monthly_budget_usd": "0"}, "monthly_budget_usd=0", "allowed: a whole number from 1 to 1000000, or none"),
        (
            {"alarm_emails": ",".join(f"{number}@example.com" for number in range(11)), "account_budget_usd": "none"},
            "monthly_budget_usd=400",
            "a budget writes to at most 10 addresses, and alarm_emails has 11; allowed: none, or fewer alarm_emails",
        ),
        ({"alb_response_time_alarm_seconds": "0"}, "alb_response_time_alarm_seconds=0", "allowed: a number above 0 to 60"),
        ({"alb_response_time_alarm_seconds": "1000000000"}, "alb_response_time_alarm_seconds=1000000000", "above 0 to 60"),
        ({"ecs_cpu_alarm_percent": "101"}, "ecs_cpu_alarm_percent=101", "allowed: a whole number from 5 to 100"),
        ({"redis_cpu_alarm_percent": "1"}, "redis_cpu_alarm_percent=1", "allowed: a whole number from 5 to 100"),
        ({"flow_log_rejects_alarm_count": "65535"}, "flow_log_rejects_alarm_count=65535", "allowed: a whole number from 0 to 65534"),
        ({"waf_blocked_alarm_count": "1000000000"}, "waf_blocked_alarm_count=1000000000", "allowed: a whole number from 0 to 20000"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


def test_a_budget_needs_somebody_to_write_to_and_may_be_off() -> None:
    emails = ",".join(f"{number}@example.com" for number in range(10))
    assert load_config("production").monitoring.budget is None
    assert load_config("production", {"alarm_emails": emails}).monitoring.budget == 400
    many = {"alarm_emails": f"{emails},more@example.com", "account_budget_usd": "none"}
    assert load_config("production", {**many, "monthly_budget_usd": "none"}).monitoring.budget is None


def test_a_usual_month_is_below_the_first_threshold_of_every_budget(synthesize: Synthesize) -> None:
    for environment in ENVIRONMENTS:
        budget = load_config(environment).monitoring.monthly_budget_usd
        assert budget is not None
        assert estimated(synthesize(environment), AT_LIST, environment).monthly < Decimal(budget) * 80 / 100, environment
