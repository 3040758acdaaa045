"""One request, to servers that really listen on this machine."""

import pytest

from tests.operations.verification.servers import HOST, PATH, serving
from tradingbot_infra.operations.verification.http_probe import HttpAnswer, ask

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_the_status_of_an_answer_is_told() -> None:
    with serving() as port:
        assert ask("127.0.0.1", port, PATH, certificate_of=None) == HttpAnswer(200, "")
        assert ask("127.0.0.1", port, "/docs", certificate_of=None) == HttpAnswer(503, "")


def test_nobody_there_is_told() -> None:
    with serving() as port:
        pass
    answer = ask("127.0.0.1", port, PATH, certificate_of=None)
    assert answer.status is None
    assert "refused" in answer.problem


@pytest.mark.usefixtures("trusted")
def test_a_trusted_certificate_of_the_host_is_taken_though_the_address_is_another(secure_port: int) -> None:
    assert ask("127.0.0.1", secure_port, PATH, certificate_of=HOST) == HttpAnswer(200, "")


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_host_is_refused(secure_port: int) -> None:
    answer = ask("127.0.0.1", secure_port, PATH, certificate_of="other.example.com")
    assert answer.status is None
    assert "Hostname mismatch" in answer.problem


def test_a_certificate_that_nobody_trusts_is_refused(secure_port: int) -> None:
    answer = ask("127.0.0.1", secure_port, PATH, certificate_of=HOST)
    assert answer.status is None
    assert "certificate verify failed" in answer.problem
