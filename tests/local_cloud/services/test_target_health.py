"""Targets that answer, answer wrongly, answer late, do not answer, and may not be asked."""

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, create_server, socket
from typing import Any

import pytest

from tests.local_cloud.load_balancing.balancers import clean_up, eventually
from tests.local_cloud.load_balancing.balancers import new_group as unused_group
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.load_balancing import health_checks

pytestmark = pytest.mark.local_cloud


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """A web server on 127.0.0.1: its port, and the path and agent of each request it got."""
    asked: list[tuple[str, str]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["User-Agent"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()


@contextmanager
def saying(words: bytes) -> Iterator[int]:
    """A server on 127.0.0.1 that answers something other than HTTP, or nothing, and waits."""
    with create_server(("127.0.0.1", 0)) as listening:
        connections: list[socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with suppress(OSError):  # a check that was cancelled
                    connection.sendall(words)
                connections.append(connection)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(SHUT_RDWR)
            for connection in connections:
                connection.close()


@pytest.fixture(autouse=True)
def nothing_left(fast: None) -> Iterator[None]:
    yield
    clean_up()


def new_group(**settings: object) -> str:
    """A target group behind a load balancer."""
    group = unused_group(**{"HealthCheckPath": "/api/v1/health", **settings})
    balancer = call("elbv2", "CreateLoadBalancer", Name=uuid.uuid4().hex, Subnets=["subnet-1"])["LoadBalancers"][0]["LoadBalancerArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    call("elbv2", "CreateListener", LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    return group


def health_of(group: str, address: str, port: int) -> dict[str, Any]:
    """The health of a target once its first checks are done."""
    call("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=[{"Id": address, "Port": port}])
    eventually(lambda: described(group)["TargetHealth"]["State"] != "initial")
    found = described(group)
    assert found["Target"] == {"Id": address, "Port": port}
    return dict(found["TargetHealth"])


def described(group: str) -> dict[str, Any]:
    (found,) = call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
    return dict(found)


def test_a_target_that_answers_is_healthy_and_was_asked_as_a_load_balancer_asks() -> None:
    group = new_group()
    with answering(200) as (port, asked):
        assert health_of(group, "127.0.0.1", port) == {"State": "healthy"}
    assert set(asked) == {("/api/v1/health", "ELB-HealthChecker/2.0")}


def test_another_code_is_named_as_elastic_load_balancing_names_it() -> None:
    with answering(500) as (port, _):
        assert health_of(new_group(), "127.0.0.1", port) == {
            "State": "unhealthy",
            "Reason": "Target.ResponseCodeMismatch",
            "Description": "Health checks failed with these codes: [500]",
        }


@pytest.mark.parametrize(
    ("codes", "state"),
    [("200-299", "healthy"), ("200,204", "healthy"), ("201,200-203", "unhealthy"), ("200", "unhealthy"), ("301-303", "unhealthy")],
)
def test_the_matcher_decides_which_codes_are_healthy(codes: str, state: str) -> None:
    with answering(204) as (port, _):
        assert health_of(new_group(Matcher={"HttpCode": codes}), "127.0.0.1", port)["State"] == state


def test_nothing_that_listens_fails_the_check() -> None:
    with create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    assert health_of(new_group(), "127.0.0.1", port) == {
        "State": "unhealthy",
        "Reason": "Target.FailedHealthChecks",
        "Description": "Health checks failed",
    }


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH\r\n", b"x" * 5000 + b"\r\n"], ids=["another-protocol", "an-endless-line"])
def test_an_answer_that_is_no_http_fails_the_check(words: bytes) -> None:
    with saying(words) as port:
        assert health_of(new_group(), "127.0.0.1", port)["Reason"] == "Target.FailedHealthChecks"


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 2"], ids=["silence", "half-an-answer"])
def test_a_target_that_does_not_answer_in_time_timed_out(words: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_checks, "_LEAST_TIMEOUT_SECONDS", 0.1)
    with saying(words) as port:
        assert health_of(new_group(), "127.0.0.1", port) == {
            "State": "unhealthy",
            "Reason": "Target.Timeout",
            "Description": "Request timed out",
        }


@pytest.mark.parametrize("address", ["10.0.10.5", "169.254.169.254", "example.com", "0.0.0.0", "::1", "i-0123456789abcdef0"])  # noqa: S104 - an address that must not be asked
def test_only_this_machine_is_ever_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect(*_where: object, **_how: object) -> None:
        raise AssertionError("it was asked")

    monkeypatch.setattr(asyncio, "open_connection", connect)
    assert health_of(new_group(), address, 80) == {
        "State": "unhealthy",
        "Reason": "Target.FailedHealthChecks",
        "Description": "Health checks failed: the local cloud reaches 127.0.0.0/8 only",
    }


def test_a_health_check_port_of_its_own_is_asked_instead_of_the_targets() -> None:
    with answering(200) as (port, _):
        group = new_group(HealthCheckPort=str(port))
        assert health_of(group, "127.0.0.1", 1) == {"State": "healthy"}
        (found,) = call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
        assert found["HealthCheckPort"] == str(port)


def test_a_health_check_over_another_protocol_is_refused_with_the_reason() -> None:
    assert health_of(new_group(HealthCheckProtocol="HTTPS"), "127.0.0.1", 80) == {
        "State": "unhealthy",
        "Reason": "Elb.InternalError",
        "Description": "The local cloud checks over HTTP only, not HTTPS",
    }


def test_a_group_without_a_load_balancer_is_not_in_use() -> None:
    found = health_of(unused_group(), "127.0.0.1", 80)
    assert (found["State"], found["Reason"]) == ("unused", "Target.NotInUse")


def test_a_target_that_is_asked_for_and_not_registered_is_unused() -> None:
    group = new_group()
    call("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=[{"Id": "10.0.0.1", "Port": 80}])
    named = [{"Id": "10.0.0.2", "Port": 80}, {"Id": "10.0.0.1"}, {"Id": "10.0.0.1", "Port": 80}]
    found = call("elbv2", "DescribeTargetHealth", TargetGroupArn=group, Targets=named)["TargetHealthDescriptions"]
    assert [one["TargetHealth"].get("Reason") for one in found] == [
        "Target.NotRegistered",
        "Target.NotRegistered",
        "Target.FailedHealthChecks",
    ]


def test_a_group_without_targets_has_none_to_describe_and_an_unknown_group_is_refused() -> None:
    assert call("elbv2", "DescribeTargetHealth", TargetGroupArn=new_group())["TargetHealthDescriptions"] == []
    with pytest.raises(LocalApiError) as raised:
        call("elbv2", "DescribeTargetHealth", TargetGroupArn="arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/none/1")
    assert raised.value.code == "TargetGroupNotFound"


def test_nothing_waits_for_silent_targets() -> None:
    group = new_group()
    with saying(b"") as one, saying(b"") as two:
        before = time.monotonic()
        targets = [{"Id": "127.0.0.1", "Port": port} for port in (one, two)]
        call("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=targets)
        found = call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
        assert time.monotonic() - before < 1.0, "as long as a check"
    assert {one["TargetHealth"]["State"] for one in found} == {"initial"}
    assert {one["TargetHealth"]["Reason"] for one in found} <= {"Elb.RegistrationInProgress", "Elb.InitialHealthChecking"}


def registered(group: str) -> list[tuple[str, int]]:
    found = call("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
    return [(one["Target"]["Id"], one["Target"]["Port"]) for one in found if one["TargetHealth"]["State"] != "draining"]


def test_an_address_is_registered_on_each_of_its_ports_once_and_leaves_port_by_port() -> None:
    group = new_group()
    for _ in range(2):
        call("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=[{"Id": "10.0.0.1", "Port": port} for port in (80, 81)])
        assert registered(group) == [("10.0.0.1", 80), ("10.0.0.1", 81)]
    call("elbv2", "DeregisterTargets", TargetGroupArn=group, Targets=[{"Id": "10.0.0.1", "Port": 80}])
    assert registered(group) == [("10.0.0.1", 81)]
