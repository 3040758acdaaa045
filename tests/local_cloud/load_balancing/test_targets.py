"""Targets that come, fall ill, recover and go, while clients ask."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local_cloud.load_balancing.backends import Backend, answering
from tests.local_cloud.load_balancing.balancers import PATIENCE, Balancer, eventually, new_group
from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.load_balancing import health_checks, targets
from tradingbot_infra.local_cloud.load_balancing.targets import FIRST_CHECKS, HEALTHY, Health, Name, Target

pytestmark = pytest.mark.local_cloud

ILL = Health("unhealthy", "Target.Timeout", "Request timed out")


def test_healthy_targets_get_requests_in_turn(balancer: Balancer) -> None:
    with answering("a") as one, answering("b") as two, answering("c", health=500) as ill:
        balancer.register(one, two)
        balancer.register(ill, healthy=False)
        eventually(lambda: balancer.state(ill) == "unhealthy")
        found = [balancer.get()[1] for _ in range(6)]
    assert found in (["a", "b"] * 3, ["b", "a"] * 3)


def test_when_every_target_is_unhealthy_all_get_requests(balancer: Balancer) -> None:
    with answering("a", health=500) as one, answering("b", health=404) as two:
        balancer.register(one, two, healthy=False)
        eventually(lambda: {balancer.state(one), balancer.state(two)} == {"unhealthy"})
        assert {balancer.get() for _ in range(4)} == {(200, "a"), (200, "b")}


def test_a_target_that_falls_ill_and_recovers_leaves_and_returns(balancer: Balancer) -> None:
    with answering("a") as one, answering("b") as two:
        balancer.register(one, two)
        one.health = 503
        eventually(lambda: balancer.state(one) == "unhealthy")
        assert balancer.health(one)["Description"] == "Health checks failed with these codes: [503]"
        assert {balancer.get()[1] for _ in range(4)} == {"b"}
        one.health = 200
        eventually(lambda: balancer.state(one) == "healthy")
        assert {balancer.get()[1] for _ in range(4)} == {"a", "b"}


@pytest.mark.parametrize(
    ("results", "states"),
    [
        ([True], ["healthy"]),
        ([False, False], ["initial", "unhealthy"]),
        ([False, True], ["initial", "healthy"]),
        ([True, False, True, False, False], ["healthy"] * 4 + ["unhealthy"]),
        ([False, False, True, True, False, True, True, True], ["initial"] + ["unhealthy"] * 6 + ["healthy"]),
    ],
)
def test_a_state_changes_after_as_many_results_in_a_row_as_its_threshold(results: list[bool], states: list[str]) -> None:
    group = {"HealthyThresholdCount": 3, "UnhealthyThresholdCount": 2}
    target = Target(Name("arn", "127.0.0.1", 80), FIRST_CHECKS)
    found = []
    for passes in results:
        target.health = health_checks.judged(target, group, HEALTHY if passes else ILL)
        found.append(target.health.state)
    assert found == states


def test_an_unhealthy_target_is_described_by_its_latest_failure() -> None:
    target = Target(Name("arn", "127.0.0.1", 80), ILL)
    other = Health("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
    assert health_checks.judged(target, {"HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2}, other) == other


def test_a_draining_target_finishes_its_requests_and_gets_no_more(balancer: Balancer) -> None:
    with answering("old", waits=True) as old, answering("new") as new, ThreadPoolExecutor(1) as pool:
        set_delay(balancer, 100)
        balancer.register(old)
        in_flight = pool.submit(balancer.get)
        eventually(lambda: len(old.seen) == 1)
        balancer.register(new)
        balancer.deregister(old)
        assert balancer.health(old) == {
            "State": "draining",
            "Reason": "Target.DeregistrationInProgress",
            "Description": "Target deregistration is in progress",
        }
        assert {balancer.get() for _ in range(4)} == {(200, "new")}
        old.proceed.set()
        assert in_flight.result(PATIENCE) == (200, "old")
        eventually(lambda: balancer.state(old) == "unused")
        assert balancer.health(old)["Reason"] == "Target.NotRegistered"
        assert len(old.seen) == 1


def test_the_end_of_draining_ends_the_requests_that_are_still_open(balancer: Balancer) -> None:
    set_delay(balancer, 1)
    with answering(waits=True) as backend, ThreadPoolExecutor(1) as pool:
        balancer.register(backend)
        in_flight = pool.submit(balancer.get)
        eventually(lambda: len(backend.seen) == 1)
        balancer.deregister(backend)
        with pytest.raises(ConnectionError):
            in_flight.result(PATIENCE)


def test_a_target_whose_only_others_are_draining_leaves_503(balancer: Balancer) -> None:
    with answering() as backend:
        balancer.register(backend)
        balancer.deregister(backend)
        assert balancer.get()[0] == 503


def test_a_draining_target_can_be_registered_again_and_stays(balancer: Balancer) -> None:
    set_delay(balancer, 1)
    with answering("back") as backend:
        balancer.register(backend)
        balancer.deregister(backend)
        assert balancer.state(backend) == "draining"
        balancer.register(backend)
        checks = len(backend.checks)
        threading.Event().wait(1.5)  # the delay of the first deregistration passes
        assert (balancer.state(backend), balancer.get()) == ("healthy", (200, "back"))
        assert len(backend.checks) > checks


def test_constant_requests_see_nothing_of_targets_that_come_and_go(balancer: Balancer) -> None:
    ended = threading.Event()

    def ask() -> list[tuple[int, str]]:
        found = []
        while not ended.is_set():
            found.append(balancer.get())
        return found

    with answering("a") as one, answering("b") as two, answering("c") as three, ThreadPoolExecutor(4) as pool:
        set_delay(balancer, 50)
        balancer.register(one)
        asking = [pool.submit(ask) for _ in range(4)]
        for arriving, leaving in ((two, one), (three, two), (one, three), (two, one)):
            balancer.register(arriving)
            balancer.deregister(leaving)
            eventually(lambda left=leaving: balancer.state(left) == "unused")
        ended.set()
        found = [answer for each in asking for answer in each.result(PATIENCE)]
    assert {status for status, _ in found} == {200}
    assert {name for _, name in found} == {"a", "b", "c"}
    assert len(found) > 50


def test_checks_end_with_their_target_group_and_with_the_last_listener(balancer: Balancer) -> None:
    with answering() as backend:
        balancer.register(backend)
        with pytest.raises(LocalApiError) as raised:
            call("elbv2", "DeleteTargetGroup", TargetGroupArn=balancer.group)
        assert raised.value.code == "ResourceInUse"
        call("elbv2", "DeleteListener", ListenerArn=balancer.listener)
        assert balancer.health(backend)["Reason"] == "Target.NotInUse"
        assert stops_checking(backend)
        listener = balancer.listen(80, {"Type": "forward", "TargetGroupArn": balancer.group})
        eventually(lambda: balancer.state(backend) == "healthy")
        call("elbv2", "DeleteListener", ListenerArn=listener)
        call("elbv2", "DeleteTargetGroup", TargetGroupArn=balancer.group)
        assert stops_checking(backend)
        eventually(lambda: balancer.group not in targets.known_groups())


def test_an_address_of_a_target_without_a_port_has_that_of_the_group(balancer: Balancer) -> None:
    call("elbv2", "RegisterTargets", TargetGroupArn=balancer.group, Targets=[{"Id": "10.0.0.1"}])
    (found,) = call("elbv2", "DescribeTargetHealth", TargetGroupArn=balancer.group)["TargetHealthDescriptions"]
    assert found["Target"] == {"Id": "10.0.0.1", "Port": 8001}


def test_a_time_out_of_a_check_is_at_least_a_second_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_scale", 1000.0)
    assert clock.scaled(5.0, least=health_checks._LEAST_TIMEOUT_SECONDS) == 1.0  # noqa: SLF001


def test_a_group_that_no_listener_uses_drops_its_targets_at_once() -> None:
    group = new_group()
    call("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": 1}])
    call("elbv2", "DeregisterTargets", TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": 1}, {"Id": "127.0.0.1", "Port": 2}])
    assert call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"] == []
    call("elbv2", "DeleteTargetGroup", TargetGroupArn=group)


def set_delay(balancer: Balancer, seconds: int) -> None:
    pair = {"Key": "deregistration_delay.timeout_seconds", "Value": str(seconds)}
    call("elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=balancer.group, Attributes=[pair])


def stops_checking(backend: Backend) -> bool:
    """Whether no check arrives for the time of several, after one that may have been on its way."""
    threading.Event().wait(0.3)
    before = len(backend.checks)
    threading.Event().wait(0.5)
    return len(backend.checks) == before
