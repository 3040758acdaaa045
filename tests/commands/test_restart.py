"""`restart` on the deployed production."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.commands.conversation import talk
from tests.deployed import Deployed, Run
from tests.operations.versions import ENDLESS, SILENT, settle, version
from tradingbot_infra.operations.live.service import read_service, tasks

pytest.importorskip("pty")  # Windows has none
pytestmark = pytest.mark.local_cloud


def ids(deployed: Deployed) -> set[str]:
    """The tasks that run."""
    return {task.id for task in tasks(deployed.session, deployed.names, status="RUNNING") if task.status == "RUNNING"}


@contextmanager
def unscaled(deployed: Deployed) -> Iterator[None]:
    """No task is wanted."""
    ecs, names = deployed.session.ecs, deployed.names
    ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=0)
    yield
    ecs.update_service(cluster=names.cluster, service=names.service, desiredCount=2)
    settle(deployed)


def test_every_task_is_replaced_and_the_command_waits_for_it(deployed: Deployed, run: Run) -> None:
    settle(deployed)
    before = ids(deployed)
    result = run("restart", *deployed.options, "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout == "Every task is new. Next: `tradingbot verify --env production --local`\n"
    assert "2 of 2 new tasks run" in result.stderr
    assert not before & ids(deployed)


def test_it_asks_first_and_ctrl_c_afterwards_only_stops_watching(deployed: Deployed) -> None:
    settle(deployed)
    before = ids(deployed)
    with version(deployed, command=SILENT, deployment=ENDLESS):
        with talk("restart", *deployed.options) as conversation:
            conversation.hear("Replace every task of production? [y/N]: ")
            conversation.say("y")
            conversation.hear(" of 2 new tasks run")
            conversation.interrupt()
            code, stdout, stderr = conversation.end()
        assert read_service(deployed.session, deployed.names).rollout == "IN_PROGRESS"
    assert (code, stdout) == (130, "")
    how_far = "Stopped watching; ECS goes on. `tradingbot status --env production --local` shows how far it is\n"
    assert stderr.endswith(how_far)
    assert not before & ids(deployed)


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("", 1), (None, 130)], ids=["no", "enter", "ctrl-c"])
def test_without_a_yes_no_task_is_replaced(deployed: Deployed, answer: str | None, code: int) -> None:
    before = read_service(deployed.session, deployed.names).deployed_at
    with talk("restart", *deployed.options) as conversation:
        conversation.hear("[y/N]: ")
        if answer is None:
            conversation.interrupt()
        else:
            conversation.say(answer)
        ended, stdout, _ = conversation.end()
    assert (ended, stdout) == (code, "")
    assert read_service(deployed.session, deployed.names).deployed_at == before


def test_a_version_that_never_becomes_healthy_is_rolled_back_and_told(deployed: Deployed, run: Run) -> None:
    with version(deployed, command=SILENT, grace_seconds=0):
        result = run("restart", *deployed.options, "--yes", "--json")
    assert result.exit_code == 1, result.output
    assert json.loads(result.stdout) == {"environment": "production", "service": deployed.names.service, "outcome": "rolled_back"}
    assert re.search("roll(ing|ed) back: ", result.stderr), "on a fast cloud the rollback is over at the first look"
    assert "deployment failed: tasks failed to start." in result.stderr


def test_where_no_task_is_wanted_there_is_nothing_to_restart(deployed: Deployed, run: Run) -> None:
    with unscaled(deployed):
        result = run("restart", *deployed.options, "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.endswith("no task is wanted, so none can be replaced; `tradingbot scale --env production --local` says why")
