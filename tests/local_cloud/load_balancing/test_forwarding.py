"""Requests and answers between real clients and real targets."""

import socket
import struct
import threading
from http.client import HTTPConnection, IncompleteRead

import pytest

from tests.local_cloud.load_balancing.backends import Backend, answering, speaking
from tests.local_cloud.load_balancing.balancers import PATIENCE, Balancer

pytestmark = pytest.mark.local_cloud

BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)


def test_a_request_reaches_the_target_and_its_answer_the_client(balancer: Balancer) -> None:
    with answering("one") as backend:
        balancer.register(backend)
        answer, body = balancer.ask("POST", "/api/v1/x%2Fy?a=1&b=%20", {"Content-Type": "application/json"}, b"{}")
    assert (answer.status, body) == (200, b"one")
    ((method, path, headers, sent),) = backend.seen
    assert (method, path, sent) == ("POST", "/api/v1/x%2Fy?a=1&b=%20", b"{}")
    assert ("Content-Type", "application/json") in headers


def test_a_body_of_unknown_length_streams_both_ways(balancer: Balancer) -> None:
    def echo(connection: socket.socket, request: bytes) -> None:
        assert b"transfer-encoding: chunked" in request.lower()
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert connection.recv(4096)
        connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n")

    with speaking(echo) as backend:
        balancer.register(backend)
        connection = HTTPConnection(balancer.address, timeout=PATIENCE)
        connection.putrequest("POST", "/")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.read(5) == b"first", "before the client has sent its body"
        connection.send(b"3\r\nabc\r\n0\r\n\r\n")
        assert answer.read() == b"second"
        connection.close()


def test_without_registered_targets_the_load_balancer_answers_503_itself(balancer: Balancer) -> None:
    answer, body = balancer.ask("GET")
    assert (answer.status, answer.reason, answer.getheader("Server")) == (503, "Service Temporarily Unavailable", "awselb/2.0")
    assert answer.getheader("Content-Type") == "text/html"
    assert b"<center><h1>503 Service Temporarily Unavailable</h1></center>" in body


def test_a_target_that_refuses_the_connection_is_502(balancer: Balancer) -> None:
    with answering() as backend:
        balancer.register(backend)
    assert balancer.get() == (502, BAD_GATEWAY)


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 200", b"SSH-2.0-OpenSSH\r\n\r\n"], ids=["nothing", "half-a-line", "no-http"])
def test_a_target_that_closes_or_talks_no_http_is_502(balancer: Balancer, words: bytes) -> None:
    with speaking(lambda connection, _: connection.sendall(words)) as backend:
        balancer.register(backend)
        assert balancer.get() == (502, BAD_GATEWAY)


def test_a_target_that_resets_the_connection_is_502(balancer: Balancer) -> None:
    def reset(connection: socket.socket, _: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with speaking(reset) as backend:
        balancer.register(backend)
        assert balancer.get() == (502, BAD_GATEWAY)


@pytest.mark.parametrize("frame", ["Content-Length: 100", "Transfer-Encoding: chunked"], ids=["by-length", "by-chunks"])
def test_a_target_that_dies_within_its_answer_ends_the_clients_connection(balancer: Balancer, frame: str) -> None:
    def die(connection: socket.socket, _: bytes) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\n{frame}\r\n\r\n4\r\npart\r\n".encode())

    with speaking(die) as backend:
        balancer.register(backend)
        with pytest.raises((IncompleteRead, ConnectionResetError)):
            balancer.get()


def test_a_target_that_does_not_answer_within_the_idle_time_out_is_504(balancer: Balancer) -> None:
    balancer.set_attributes(idle_timeout__timeout_seconds=1)
    with answering(waits=True) as backend:
        balancer.register(backend)
        status, body = balancer.get()
    assert (status, "<h1>504 Gateway Time-out</h1>" in body) == (504, True)


def test_a_client_that_pauses_within_its_body_is_408(balancer: Balancer) -> None:
    balancer.set_attributes(idle_timeout__timeout_seconds=1)
    with answering() as backend:
        balancer.register(backend)
        connection = HTTPConnection(balancer.address, timeout=PATIENCE)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "10")
        connection.endheaders(b"half")
        assert connection.getresponse().status == 408
        connection.close()


def test_connections_to_targets_are_used_again(balancer: Balancer) -> None:
    with answering() as backend:
        balancer.register(backend)
        before = backend.connections - len(backend.checks)
        for _ in range(5):
            assert balancer.get()[0] == 200
        assert backend.connections - len(backend.checks) - before == 1


def test_a_request_that_meets_a_connection_that_the_target_is_closing_is_502_and_not_sent_again(balancer: Balancer) -> None:
    """uvicorn keeps idle connections for 5 seconds, the load balancer for 60: now and then the two cross."""
    requests = []

    def close_under_the_second(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        requests.append(connection.recv(4096))

    with speaking(close_under_the_second) as backend:
        balancer.register(backend)
        assert balancer.get("/first")[0] == 200
        assert balancer.get("/second") == (502, BAD_GATEWAY)
        assert [request.split(b" ")[1] for request in requests] == [b"/first", b"/second"]
        assert balancer.get("/third")[0] == 200


def test_an_idle_connection_of_a_client_is_closed(balancer: Balancer) -> None:
    balancer.set_attributes(idle_timeout__timeout_seconds=1)
    connection = HTTPConnection(balancer.address, timeout=PATIENCE)
    connection.request("GET", "/")
    connection.getresponse().read()
    assert connection.sock.recv(1) == b""
    connection.close()


@pytest.mark.parametrize(
    "words",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nbad header: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["no-request", "no-header", "no-host", "a-long-header", "for-a-proxy", "two-lengths"],
)
def test_a_malformed_request_is_400(balancer: Balancer, words: bytes) -> None:
    host, _, port = balancer.address.partition(":")
    with socket.create_connection((host, int(port)), PATIENCE) as client:
        client.sendall(words)
        answer = client.recv(65536)
    assert answer.partition(b" ")[2].startswith(b"400 Bad Request\r\n")
    assert b"Server: awselb/2.0" in answer


def test_the_load_balancer_says_continue_itself(balancer: Balancer) -> None:
    with answering("one") as backend:
        balancer.register(backend)
        host, _, port = balancer.address.partition(":")
        with socket.create_connection((host, int(port)), PATIENCE) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            assert client.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(b"ab")
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    ((_, _, headers, body),) = backend.seen
    assert (body, "Expect" in dict(headers)) == (b"ab", False)


def test_a_client_that_leaves_ends_the_request_to_the_target(balancer: Balancer) -> None:
    ended = threading.Event()

    def wait(connection: socket.socket, _: bytes) -> None:
        connection.settimeout(PATIENCE)
        if connection.recv(1) == b"":
            ended.set()

    with speaking(wait) as backend:
        balancer.register(backend)
        connection = HTTPConnection(balancer.address, timeout=PATIENCE)
        connection.request("GET", "/")
        threading.Event().wait(0.2)
        connection.close()
        assert ended.wait(PATIENCE)


def test_an_answer_keeps_the_targets_headers_and_gets_none_of_the_load_balancers(balancer: Balancer) -> None:
    words = b"HTTP/1.1 201 Made\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok"
    with speaking(lambda connection, _: connection.sendall(words)) as backend:
        balancer.register(backend)
        answer, body = balancer.ask("GET")
    assert (answer.status, answer.reason, body) == (201, "Made", b"ok")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert {name.lower() for name in answer.headers} == {"set-cookie", "content-length", "date"}


def test_only_this_machine_is_ever_asked_even_when_every_target_is_unhealthy(balancer: Balancer) -> None:
    elsewhere = [Backend("10.255.255.1", 80), Backend("169.254.169.254", 80), Backend("localhost", 80)]
    balancer.register(*elsewhere, healthy=False)
    assert {balancer.state(each) for each in elsewhere} == {"unhealthy"}
    assert {balancer.get()[0] for _ in range(3)} == {504}


def test_a_refusal_reaches_the_client_that_is_still_sending(balancer: Balancer) -> None:
    def refuse(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        threading.Event().wait(0.2)

    with speaking(refuse) as backend:
        balancer.register(backend)
        connection = HTTPConnection(balancer.address, timeout=PATIENCE)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", "1000000")
        connection.endheaders(b"x" * 1000)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (413, b"no")
        connection.close()


def test_a_big_body_arrives_whole_in_both_directions(balancer: Balancer) -> None:
    big = bytes(range(256)) * 80_000
    with answering(big.decode("latin-1")) as backend:
        balancer.register(backend)
        answer, body = balancer.ask("PUT", body=big)
    assert (answer.status, body == big) == (200, True)
    assert backend.seen[0][3] == big


@pytest.mark.parametrize(
    ("method", "words", "status"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", 200),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 12\r\n\r\n", 304),
        ("DELETE", b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200),
    ],
)
def test_answers_without_a_body_leave_both_connections_in_use(balancer: Balancer, method: str, words: bytes, status: int) -> None:
    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(words)
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext")
        connection.recv(1)

    with speaking(talk) as backend:
        balancer.register(backend)
        connection = HTTPConnection(balancer.address, timeout=PATIENCE)
        connection.request(method, "/")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (status, b"")
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"next"
        connection.close()


def test_what_follows_an_answer_is_no_answer_to_the_next_request(balancer: Balancer) -> None:
    words = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"

    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(words)
        threading.Event().wait(0.5)

    with speaking(talk) as backend:
        balancer.register(backend)
        assert [balancer.get()[1] for _ in range(3)] == ["ok"] * 3


def test_requests_that_a_client_sends_one_after_the_other_are_answered_in_that_order(balancer: Balancer) -> None:
    with answering("one") as backend:
        balancer.register(backend)
        host, _, port = balancer.address.partition(":")
        with socket.create_connection((host, int(port)), PATIENCE) as client:
            client.sendall(b"".join(f"GET /{n} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for n in range(5)))
            found = b""
            while found.count(b"one") < 5:
                part = client.recv(65536)
                assert part
                found += part
    assert [path for _, path, _, _ in backend.seen] == [f"/{n}" for n in range(5)]
