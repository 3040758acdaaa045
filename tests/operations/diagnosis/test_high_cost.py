"""Why the bill is high: every cause over planted facts, there and not there."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.operations.diagnosis.planted import NOW, cause, facts, service
from tests.operations.rendering import plain_fix
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.diagnosis import high_cost
from tradingbot_infra.operations.diagnosis.finding import Certainty, Normal
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.nat_traffic import NatTraffic
from tradingbot_infra.operations.live.scaling import Activity, Bounds, Scaling
from tradingbot_infra.operations.live.spending import Period, Spending

GIB = 1024**3
WEEK = timedelta(days=7)
AS_CONFIGURED = Scaling(Bounds(2, 10), Bounds(2, 10), (), ())


def spent(now: dict[str, str], before: dict[str, str]) -> Spending:
    def of(costs: dict[str, str]) -> dict[str, Decimal]:
        return {name: Decimal(cost) for name, cost in costs.items()}

    return Spending(Period(date(2026, 11, 1), date(2026, 11, 24)), of(now), of(before))


def a_month(gib: float) -> NatTraffic:
    return NatTraffic(gib * GIB * 7 * 24 / 730, WEEK)


def test_a_bill_as_expected_has_no_cause_and_shows_its_figures() -> None:
    quiet = facts(spending=spent({"Amazon RDS": "40"}, {"Amazon RDS": "40"}), nat_traffic=a_month(100), scaling=AS_CONFIGURED)
    found = diagnose(high_cost.HIGH_COST, quiet)
    assert found.causes == ()
    assert found.looked_at == (
        "spending by service (Cost Explorer): 40.00 USD in the account from 2026-11-01 up to 2026-11-24, most of it Amazon RDS 40.00",
        "data through NAT (CloudWatch): 100 GB a month at last week's rate, 170 assumed",
        "number of tasks: 2 wanted, min_tasks=2",
    )


def test_the_service_that_grew_most_is_named_with_both_figures() -> None:
    planted = spent(
        {"AWS Fargate": "90", "Amazon RDS": "60", "Amazon VPC": "50"}, {"AWS Fargate": "40", "Amazon RDS": "55", "Amazon VPC": "20"}
    )
    found = cause(high_cost.growing_spend(facts(spending=planted)))
    assert (found.id, found.certainty) == ("spending-grown", Certainty.LIKELY)
    assert found.title == "AWS Fargate costs 50.00 USD more than in the same days of the month before"
    assert found.evidence[1:] == ("AWS Fargate: 40.00 before, 90.00 now", "Amazon VPC: 20.00 before, 50.00 now")


@pytest.mark.parametrize(
    ("before", "now"),
    [("100", "124.99"), ("1", "5.99"), ("50", "40")],
    ids=["less than a quarter", "less than five dollars", "less than before"],
)
def test_a_small_growth_is_no_cause(before: str, now: str) -> None:
    assert isinstance(high_cost.growing_spend(facts(spending=spent({"Amazon RDS": now}, {"Amazon RDS": before}))), Normal)


def test_a_service_that_is_new_has_grown_from_nothing() -> None:
    assert cause(high_cost.growing_spend(facts(spending=spent({"Amazon GuardDuty": "5"}, {})))).id == "spending-grown"


def test_no_spending_at_all_is_no_cause() -> None:
    assert high_cost.growing_spend(facts(spending=spent({}, {}))) == Normal(
        "0.00 USD in the account from 2026-11-01 up to 2026-11-24, most of it nothing"
    )


def test_traffic_far_above_what_is_assumed_is_named_and_endpoints_with_what_they_cost() -> None:
    found = cause(high_cost.nat_volume(facts(nat_traffic=a_month(341))))
    assert (found.id, found.certainty) == ("nat-traffic", Certainty.LIKELY)
    assert found.title == "341 GB a month pass the NAT gateways, where 170 are assumed"
    assert found.evidence == ("CloudWatch, AWS/NATGateway, last week: a month at this rate is 341 GB, 17.05 USD",)
    assert plain_fix(found)[0] == "cdk deploy --all -c env=production -c enable_vpc_endpoints=true"
    assert plain_fix(found)[1].startswith("That costs 87.60 USD a month (6 interface endpoints in 2 zones")
    assert "it pays off from 1752 GB" in plain_fix(found)[1]


def test_twice_the_assumption_is_still_none() -> None:
    assert high_cost.nat_volume(facts(nat_traffic=a_month(339))) == Normal("339 GB a month at last week's rate, 170 assumed")


def test_with_endpoints_less_is_assumed_and_no_endpoints_are_advised() -> None:
    found = cause(high_cost.nat_volume(facts("balanced", nat_traffic=a_month(301))))
    assert "where 150 are assumed" in found.title
    assert not any("enable_vpc_endpoints" in line for line in plain_fix(found))


def test_without_a_price_there_is_advice_without_a_figure() -> None:
    found = cause(high_cost.nat_volume(facts(nat_traffic=a_month(400), price_of=lambda _: None)))
    assert plain_fix(found)[0].endswith("enable_vpc_endpoints=true")
    assert not any("USD" in line for line in (*plain_fix(found), *found.evidence))


def test_nat_instances_process_data_at_no_charge() -> None:
    cheap = facts(config=load_config("production", {"nat_type": "instance"}))
    assert high_cost.nat_volume(cheap) == Normal("NAT instances process it at no charge")


@pytest.mark.parametrize("desired", [4, 7, 9])
def test_twice_the_fewest_tasks_or_more_are_likely(desired: int) -> None:
    found = cause(high_cost.many_tasks(facts(service=service(desired=desired, running=desired), scaling=AS_CONFIGURED)))
    assert (found.id, found.certainty) == ("many-tasks", Certainty.LIKELY)
    assert found.title == f"{desired} tasks run, and min_tasks is 2"
    assert any("-c autoscaling_target_cpu=80" in line for line in plain_fix(found))


def test_as_many_tasks_as_may_run_are_told_so() -> None:
    found = cause(high_cost.many_tasks(facts(service=service(desired=10, running=10), scaling=AS_CONFIGURED)))
    assert found.title.endswith("; more may not run")


def test_tasks_that_are_held_by_hand_are_certain_and_reset() -> None:
    held = replace(AS_CONFIGURED, now=Bounds(3, 10), activities=(Activity(NOW, "Setting desired count to 3.", "Successful"),))
    found = cause(high_cost.many_tasks(facts(service=service(desired=3, running=3), scaling=held)))
    assert found.certainty is Certainty.CERTAIN
    assert plain_fix(found)[0] == "`tradingbot scale --reset --env production` restores 2 to 10 tasks"
    assert "2026-11-24 12:00 Setting desired count to 3. Successful" in found.evidence


@pytest.mark.parametrize("desired", [0, 2, 3])
def test_few_tasks_are_no_cause(desired: int) -> None:
    found = high_cost.many_tasks(facts(service=service(desired=desired, running=desired), scaling=AS_CONFIGURED))
    assert found == Normal(f"{desired} wanted, min_tasks=2")


def test_the_one_task_of_a_small_environment_is_not_many() -> None:
    one = Scaling(Bounds(1, 1), Bounds(1, 1), (), ())
    assert high_cost.many_tasks(facts("development", service=service(desired=1, running=1), scaling=one)) == Normal("1 wanted, min_tasks=1")
