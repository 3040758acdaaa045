"""The command with which ECS asks the container, as a process beside a server."""

import subprocess
import sys

import pytest

from tests.operations.diagnosis.answering import answering
from tradingbot_infra.design.health_check import health_check_command

pytestmark = pytest.mark.local_cloud


def ends_with(port: int, **environment: str) -> int:
    """The exit code of the command, by this Python."""
    docker, python, *arguments = health_check_command(port, "/api/v1/health")
    assert (docker, python) == ("CMD", "python3")
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 1), (307, 1), (400, 1), (503, 1)])
def test_only_200_is_healthy_as_for_the_load_balancer(status: int, code: int) -> None:
    with answering(status) as port:
        assert ends_with(port) == code


def test_a_server_that_is_not_there_is_unhealthy() -> None:
    with answering(200) as port:
        pass
    assert ends_with(port) == 1


def test_no_proxy_of_the_image_is_asked_instead() -> None:
    with answering(200) as port:
        assert ends_with(port, http_proxy="http://127.0.0.1:9", PYTHONPATH="/nowhere") == 0
