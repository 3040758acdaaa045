"""`scale` on the deployed production."""

import json
from collections.abc import Iterator

import pytest

from tests.deployed import Deployed, Run
from tradingbot_infra.operations.live.scaling import Bounds, configured, read_scaling, set_bounds
from tradingbot_infra.operations.live.service import read_service, tasks

pytestmark = pytest.mark.local_cloud


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
            "`python -m tradingbot_infra scale --reset --env production --local` restores them" in result.stdout
        )
        assert len(tasks(deployed.session, deployed.names, status="RUNNING")) == 4
        reset = json.loads(run("scale", *deployed.options, "--reset", "--json").stdout)
        assert (reset["before"], reset["now"]) == ({"fewest": 4, "most": 10}, {"fewest": 2, "most": 10})

    def test_stopping_every_task_asks_for_the_environments_name(self, deployed: Deployed, run: Run) -> None:
        for answers in ("yes\n", "staging\n", ""):
            result = run("scale", *deployed.options, "--tasks", "0", answers=answers)
            assert result.exit_code == 1
        assert read_service(deployed.session, deployed.names).desired == 2
        result = run("scale", *deployed.options, "--tasks", "0", answers="production\n")
        assert result.exit_code == 0, result.output
        assert tasks(deployed.session, deployed.names, status="RUNNING") == ()

    def test_yes_stops_every_task_without_asking(self, deployed: Deployed, run: Run) -> None:
        assert run("scale", *deployed.options, "--tasks", "0", "--yes").exit_code == 0
        assert read_service(deployed.session, deployed.names).desired == 0

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--tasks", "11"), "--tasks 11: production runs at most max_tasks=10; allowed: 0 to 10, or raise the setting"),
            (("--tasks", "3", "--reset"), "--tasks and --reset: one or the other"),
        ],
    )
    def test_a_wrong_number_is_refused_in_one_line(self, deployed: Deployed, run: Run, words: tuple[str, ...], message: str) -> None:
        result = run("scale", *deployed.options, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{message}\n")
        assert read_scaling(deployed.session, deployed.config).now == Bounds(2, 10)
