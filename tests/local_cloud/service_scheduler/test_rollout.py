"""How many tasks may start or stop, and when a deployment has failed: AWS's own figures."""

import pytest

from tradingbot_infra.local_cloud.service_scheduler import rollout


@pytest.mark.parametrize(
    ("percents", "desired", "expected"),
    [((100, 200), 2, (2, 4)), ((0, 100), 1, (0, 1)), ((50, 150), 3, (2, 4)), ((50, 150), 1, (1, 1)), ((100, 200), 0, (0, 0))],
)
def test_the_lower_bound_is_rounded_up_and_the_upper_one_down(percents: tuple[int, int], desired: int, expected: tuple[int, int]) -> None:
    configuration = dict(zip(("minimumHealthyPercent", "maximumPercent"), percents, strict=True))
    assert rollout.bounds({"deploymentConfiguration": configuration}, desired) == expected


def test_a_service_without_percents_has_those_of_ecs() -> None:
    assert rollout.bounds({}, 4) == (4, 8)


@pytest.mark.parametrize(
    ("desired", "good", "counted", "most", "expected"),
    [
        pytest.param(2, 0, 2, 4, 2, id="all at once beside the old ones"),
        pytest.param(2, 0, 2, 3, 1, id="no more than there is room for"),
        pytest.param(1, 0, 1, 1, 0, id="none before the old one is gone"),
        pytest.param(1, 0, 2, 1, 0, id="none where there are too many"),
        pytest.param(2, 3, 3, 4, 0, id="none too many"),
    ],
)
def test_tasks_start_up_to_the_wanted_number_and_the_upper_bound(desired: int, good: int, counted: int, most: int, expected: int) -> None:
    assert rollout.to_start(desired=desired, good=good, counted=counted, most=most) == expected


def test_a_healthy_task_stops_only_above_the_lower_bound() -> None:
    assert [rollout.may_stop(healthy=healthy, fewest=2) for healthy in (1, 2, 3, 4)] == [0, 0, 1, 2]


@pytest.mark.parametrize(("desired", "expected"), [(0, 3), (2, 3), (6, 3), (7, 4), (25, 13), (400, 200), (1000, 200)])
def test_the_circuit_breaker_opens_after_half_the_wanted_tasks_but_3_to_200(desired: int, expected: int) -> None:
    assert rollout.failure_threshold({"enable": True}, desired) == expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("COUNT", 1, 1), ("UNBOUNDED_PERCENT", 10, 1), ("UNBOUNDED_PERCENT", 100, 10), ("BOUNDED_PERCENT", 100, 10)],
)
def test_the_circuit_breaker_takes_a_threshold_of_its_own(kind: str, value: int, expected: int) -> None:
    assert rollout.failure_threshold({"enable": True, "thresholdConfiguration": {"type": kind, "value": value}}, 10) == expected


def test_without_a_circuit_breaker_no_number_of_failures_ends_a_deployment() -> None:
    assert rollout.failure_threshold({"enable": False}, 2) is None
    assert rollout.failure_threshold({}, 2) is None


def test_tasks_that_never_run_are_started_later_and_later_but_at_least_every_27_minutes() -> None:
    waits = [rollout.wait_seconds(unstarted) for unstarted in range(20)]
    assert waits[: rollout.UNTHROTTLED] == [0.0] * rollout.UNTHROTTLED
    assert waits == sorted(waits)
    assert waits[rollout.UNTHROTTLED] > 0
    assert waits[-1] == 27 * 60
