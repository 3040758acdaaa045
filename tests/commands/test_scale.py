"""`scale` on the deployed production."""

import json
from collections.abc import Iterator

import pytest

from tests.commands.conversation import talk
from tests.deployed import Deployed, Run
from tests.operations.versions import settle, until
from tradingbot_infra.operations.live.load_balancer import targets
from tradingbot_infra.operations.live.scaling import Bounds, configured, read_scaling, set_bounds
from tradingbot_infra.operations.live.service import Task, read_service, tasks
from tradingbot_infra.operations.live.stopping import DELAY, still_serve

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def slow_draining(deployed: Deployed) -> Iterator[None]:
    """Two tasks serve, none drains from before, and they will drain for an hour of AWS."""
    settle(deployed)
    until(lambda: len(still_serve(deployed.session, deployed.names)) == 2)
    group = read_service(deployed.session, deployed.names).target_group_arn
    drain(deployed, group, 3600)
    yield
    drain(deployed, group, deployed.config.load_balancer.deregistration_delay_seconds)


def drain(deployed: Deployed, group: str, seconds: int) -> None:
    """Sets the deregistration delay."""
    deployed.session.elbv2.modify_target_group_attributes(TargetGroupArn=group, Attributes=[{"Key": DELAY, "Value": str(seconds)}])


def ended(deployed: Deployed) -> tuple[Task, ...]:
    """The tasks that have stopped."""
    return tuple(task for task in tasks(deployed.session, deployed.names, status="STOPPED") if task.status == "STOPPED")


class TestScale:
    """Each test leaves the bounds as the settings choose them."""

    @pytest.fixture(autouse=True)
    def restored(self, deployed: Deployed) -> Iterator[None]:
        yield
        set_bounds(deployed.session, deployed.names, configured(deployed.config), 2)

    def test_without_options_it_changes_nothing(self, deployed: Deployed, run: Run) -> None:
        result = run("scale", *deployed.options)
        assert result.exit_code == 0, result.output
        assert "Now: 2 to 10 tasks, 2 desired" in result.stdout
        assert read_scaling(deployed.session, deployed.config).now == Bounds(2, 10)

    def test_more_tasks_start_at_once_and_reset_restores_the_settings(self, deployed: Deployed, run: Run) -> None:
        result = run("scale", *deployed.options, "--tasks", "4")
        assert (
            "Before: 2 to 10 tasks\nNow: 4 to 10 tasks, 4 desired\nSettings: 2 to 10 tasks; "
            "`tradingbot scale --reset --env production --local` restores them" in result.stdout
        )
        assert len(tasks(deployed.session, deployed.names, status="RUNNING")) == 4
        reset = json.loads(run("scale", *deployed.options, "--reset", "--json").stdout)
        assert (reset["before"], reset["now"]) == ({"fewest": 4, "most": 10}, {"fewest": 2, "most": 10})

    @pytest.mark.parametrize(("answer", "code"), [("n", 1), ("", 1), (None, 130)], ids=["no", "enter", "ctrl-c"])
    def test_stopping_every_task_asks_first(self, deployed: Deployed, answer: str | None, code: int) -> None:
        with talk("scale", *deployed.options, "--tasks", "0") as conversation:
            conversation.hear("Stop every task of production? [y/N]: ")
            if answer is None:
                conversation.interrupt()
            else:
                conversation.say(answer)
            ended, stdout, stderr = conversation.end()
        assert (ended, stdout) == (code, ""), stderr
        assert read_service(deployed.session, deployed.names).desired == 2

    def test_without_a_terminal_nothing_is_stopped_and_one_line_says_how(self, deployed: Deployed, run: Run) -> None:
        result = run("scale", *deployed.options, "--tasks", "0")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "There is no terminal to confirm at; nothing was changed: --yes does it without asking\n"

    def test_a_yes_stops_every_task(self, deployed: Deployed) -> None:
        with talk("scale", *deployed.options, "--tasks", "0") as conversation:
            conversation.hear("[y/N]: ")
            conversation.say("y")
            code, stdout, stderr = conversation.end()
        assert code == 0, stderr
        assert "Tasks drain for 20 s, get SIGTERM, and have 120 s to end: 140 s at most" in stdout
        assert tasks(deployed.session, deployed.names, status="RUNNING") == ()

    def test_yes_stops_every_task_without_asking(self, deployed: Deployed, run: Run) -> None:
        assert run("scale", *deployed.options, "--tasks", "0", "--yes").exit_code == 0
        assert read_service(deployed.session, deployed.names).desired == 0

    @pytest.mark.usefixtures("slow_draining")
    def test_now_ends_every_task_while_its_target_still_drains(self, deployed: Deployed, run: Run) -> None:
        group = read_service(deployed.session, deployed.names).target_group_arn
        before = tasks(deployed.session, deployed.names, status="RUNNING")
        result = run("scale", *deployed.options, "--tasks", "0", "--now", "--yes")
        assert result.exit_code == 0, result.output
        assert "2 tasks get SIGTERM now, with 120 s to end" in result.stdout
        until(lambda: {task.id for task in before} <= {task.id for task in ended(deployed)})
        assert [target.state for target in targets(deployed.session, group)] == ["draining", "draining"]

    @pytest.mark.usefixtures("slow_draining")
    def test_now_also_ends_tasks_that_drain_already(self, deployed: Deployed, run: Run) -> None:
        assert run("scale", *deployed.options, "--tasks", "0", "--yes").exit_code == 0
        until(lambda: [task.status for task in still_serve(deployed.session, deployed.names)] == ["DEACTIVATING"] * 2)
        before = still_serve(deployed.session, deployed.names)
        document = json.loads(run("scale", *deployed.options, "--tasks", "0", "--now", "--yes", "--json").stdout)
        assert document["stopped"] == 2
        until(lambda: {task.id for task in before} <= {task.id for task in ended(deployed)})

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--tasks", "11"), "--tasks 11: production runs at most max_tasks=10; allowed: 0 to 10, or raise the setting"),
            (("--tasks", "1", "--now"), "--now: goes with --tasks 0 only"),
            (("--now",), "--now: goes with --tasks 0 only"),
            (("--tasks", "3", "--reset"), "--tasks and --reset: one or the other"),
        ],
    )
    def test_a_wrong_number_is_refused_in_one_line(self, deployed: Deployed, run: Run, words: tuple[str, ...], message: str) -> None:
        result = run("scale", *deployed.options, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{message}\n")
        assert read_scaling(deployed.session, deployed.config).now == Bounds(2, 10)
