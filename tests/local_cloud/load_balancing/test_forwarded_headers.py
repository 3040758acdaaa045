"""What a target sees of a request."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from tests.local_cloud.load_balancing.backends import Backend, answering
from tests.local_cloud.load_balancing.balancers import PATIENCE, Balancer

pytestmark = pytest.mark.local_cloud

TRACE = r"1-[0-9a-f]{8}-[0-9a-f]{24}"


def seen_by_target(balancer: Balancer, headers: dict[str, str]) -> dict[str, str]:
    with answering() as backend:
        balancer.register(backend)
        assert balancer.ask("GET", headers=headers)[0].status == 200
        balancer.deregister(backend)
    ((_, _, found, _),) = backend.seen
    assert len(found) == len({name.lower() for name, _ in found}), "a header twice"
    return {name.lower(): value for name, value in found}


def test_the_target_learns_client_protocol_port_and_trace(balancer: Balancer) -> None:
    found = seen_by_target(balancer, {"User-Agent": "me"})
    assert (found["x-forwarded-for"], found["x-forwarded-proto"], found["x-forwarded-port"]) == ("127.0.0.1", "http", "80")
    assert re.fullmatch(f"Root={TRACE}", found["x-amzn-trace-id"])
    assert found["user-agent"] == "me"


def test_the_target_sees_the_load_balancers_address_as_the_client(balancer: Balancer) -> None:
    with answering() as backend:
        balancer.register(backend)
        balancer.get()
    assert backend.clients == {balancer.address.partition(":")[0]} != {"127.0.0.1"}


async def whoami(scope: Any, _: Any, send: Any) -> None:
    """An ASGI application that tells whom it takes for the client; /health passes too."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps([scope["client"][0], scope["scheme"]]).encode()})


@contextmanager
def uvicorn_that_trusts(addresses: str) -> Iterator[Backend]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(whoami, forwarded_allow_ips=addresses, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield Backend("127.0.0.1", listening.getsockname()[1])
        server.should_exit = True
        thread.join(PATIENCE)


@pytest.mark.parametrize(("trusted", "client"), [("127.0.0.1", None), ("*", "203.0.113.9")])
def test_uvicorn_believes_the_load_balancer_only_where_its_default_is_changed(balancer: Balancer, trusted: str, client: str | None) -> None:
    with uvicorn_that_trusts(trusted) as backend:
        balancer.register(backend)
        told = json.loads(balancer.get(X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https")[1])
    assert told == [client or balancer.address.partition(":")[0], "http"]


def test_aiohttp_adds_nothing_of_its_own(balancer: Balancer) -> None:
    own = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"}
    assert set(seen_by_target(balancer, {})) - own <= {"host", "accept-encoding"}  # http.client writes these two


def test_what_a_client_claims_is_added_to_or_replaced(balancer: Balancer) -> None:
    claimed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443"}
    found = seen_by_target(balancer, {**claimed, "X-Amzn-Trace-Id": "Root=1-a-b;X=y"})
    assert (found["x-forwarded-for"], found["x-forwarded-proto"], found["x-forwarded-port"]) == ("203.0.113.9, 127.0.0.1", "http", "80")
    assert re.fullmatch(f"Self={TRACE};Root=1-a-b;X=y", found["x-amzn-trace-id"])


@pytest.mark.parametrize(("mode", "expected"), [("preserve", "203.0.113.9"), ("remove", None)])
def test_the_client_is_named_as_the_attribute_says(balancer: Balancer, mode: str, expected: str | None) -> None:
    balancer.set_attributes(routing__http__xff_header_processing__mode=mode)
    assert seen_by_target(balancer, {"X-Forwarded-For": "203.0.113.9"}).get("x-forwarded-for") == expected


def test_the_clients_port_is_named_on_demand(balancer: Balancer) -> None:
    balancer.set_attributes(routing__http__xff_client_port__enabled="true")
    assert re.fullmatch(r"127\.0\.0\.1:\d+", seen_by_target(balancer, {})["x-forwarded-for"])


@pytest.mark.parametrize(
    ("given", "preserve", "expected"),
    [("api.example.com", "false", "api.example.com"), ("api.example.com:80", "false", "api.example.com"), ("a:81", "true", "a:81")],
)
def test_a_host_loses_its_port_on_port_80_unless_it_is_preserved(balancer: Balancer, given: str, preserve: str, expected: str) -> None:
    balancer.set_attributes(routing__http__preserve_host_header__enabled=preserve)
    assert seen_by_target(balancer, {"Host": given})["host"] == expected


def test_the_load_balancers_own_name_keeps_the_port_that_belongs_to_it_here(balancer: Balancer) -> None:
    assert seen_by_target(balancer, {"Host": balancer.address})["host"] == balancer.address


@pytest.mark.parametrize(("drops", "arrives"), [("true", False), ("false", True), (None, True)])
def test_headers_with_an_underscore_or_a_dot_are_dropped_if_the_attribute_says_so(balancer: Balancer, drops: Any, arrives: bool) -> None:
    if drops:
        balancer.set_attributes(routing__http__drop_invalid_header_fields__enabled=drops)
    found = seen_by_target(balancer, {"X_SIGNATURE": "1", "X.Y": "2", "X-Signature-2": "3"})
    assert ("x_signature" in found, "x.y" in found, found["x-signature-2"]) == (arrives, arrives, "3")


def test_headers_for_one_connection_only_do_not_reach_the_target(balancer: Balancer) -> None:
    found = seen_by_target(balancer, {"Connection": "X-Mine, keep-alive", "X-Mine": "1", "Keep-Alive": "1", "TE": "trailers"})
    assert not {"connection", "x-mine", "keep-alive", "te"} & found.keys()


def test_more_than_30_forwarders_are_463(balancer: Balancer) -> None:
    with answering() as backend:
        balancer.register(backend)
        assert balancer.get(X_Forwarded_For=", ".join(["10.0.0.1"] * 30))[0] == 200
        assert balancer.get(X_Forwarded_For=", ".join(["10.0.0.1"] * 31))[0] == 463
