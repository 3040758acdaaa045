"""The user that a container runs as."""

import logging
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.local_cloud.fargate.task import output
from tradingbot_infra.local_cloud.fargate import users
from tradingbot_infra.local_cloud.fargate.users import Identity, identity
from tradingbot_infra.local_cloud.watchdog.families import Family
from tradingbot_infra.local_cloud.watchdog.guard import GUARD

pytestmark = pytest.mark.local_cloud
root_only = pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
SYSTEM_PYTHON = shutil.which("python3", path="/usr/bin:/bin")


@pytest.fixture(autouse=True)
def forget() -> None:
    users.__dict__["_may_become"].cache_clear()
    users.__dict__["_say_once"].cache_clear()


@pytest.fixture
def python_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    if SYSTEM_PYTHON is None:
        pytest.skip("this machine has no Python that every user can run")
    # Its watchdog needs this project's packages, so that it starts before.
    GUARD.watch(Family("nothing"))
    GUARD.forget(Family("nothing"))
    monkeypatch.setattr(sys, "executable", SYSTEM_PYTHON)


@root_only
@pytest.mark.usefixtures("python_for_all")
@pytest.mark.parametrize(("user", "numbers"), [("12345:23456", "12345 23456 [23456]"), ("12345", "12345 0 [0]")])
def test_a_container_runs_as_the_user_of_its_definition(user: str, numbers: str) -> None:
    command = ("python3", "-c", "import os; print(os.getuid(), os.getgid(), os.getgroups() or [os.getgid()])")
    assert output(*command, user=user) == [numbers]


@root_only
@pytest.mark.usefixtures("python_for_all")
def test_that_user_can_write_to_its_private_directory_and_open_its_output_again() -> None:
    source = "import os, pathlib; (pathlib.Path.home() / 'x').touch(); open('/dev/stdout', 'w').write('again')"
    home = [{"name": "HOME", "value": "/tmp"}]  # noqa: S108 - a path in the container
    assert output("python3", "-c", source, user="12345:23456", environment=home) == ["again"]


def test_a_user_who_cannot_run_the_projects_python_is_not_become_and_that_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    (hidden / "python").touch(mode=0o700)
    monkeypatch.setattr(sys, "executable", str(hidden / "python"))
    with caplog.at_level(logging.WARNING):
        assert [identity("12345:23456"), identity("12345:23456")] == [None, None]
    assert [record.getMessage() for record in caplog.records] == [
        f"Containers of user 12345:23456 run as user {os.getuid()}: this machine cannot run them as that user"
    ]


@pytest.mark.parametrize("user", ["", str(os.getuid())])
def test_no_user_or_our_own_is_nothing_to_say(user: str, caplog: pytest.LogCaptureFixture) -> None:
    assert identity(user) is None
    assert caplog.records == []


@root_only
@pytest.mark.usefixtures("python_for_all")
def test_a_name_is_looked_up_on_this_machine() -> None:
    assert identity("nobody:5") == Identity(65534, 5)
    assert identity("no-such-user") is None
