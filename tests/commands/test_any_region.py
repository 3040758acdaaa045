"""Commands print stacks of the account and of other regions, and the region where it is not the environment's."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployed import Run
from tests.local_cloud.two_regions import ROWS
from tradingbot_infra.design import stacks
from tradingbot_infra.local_cloud.server import find, stop

pytestmark = pytest.mark.local_cloud

APP = ("--app", f"{sys.executable} -m tests.local_cloud.two_regions")
BASELINE, EDGE, RECOVERY = "tradingbot-ai-account-baseline", "tradingbot-ai-production-edge", "tradingbot-ai-production-recovery"


def cells(output: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in output.splitlines()]


@pytest.fixture(autouse=True)
def _rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's stacks are those of `two_regions`."""
    monkeypatch.setattr(stacks, "STACKS", ROWS)


@pytest.fixture(scope="class")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The options that choose the local cloud, which is stopped in the end."""
    directory = tmp_path_factory.mktemp("any-region")
    yield ("--env", "production", "--state-directory", str(directory))
    stop(directory)


class TestStacksOfTheAccountAndOfOtherRegions:
    """Deployed once; the tests build on each other."""

    def test_up_prints_how_far_each_stack_is_and_its_outputs(self, place: tuple[str, ...], run: Run) -> None:
        result = run("up", *place, "--", *APP)
        assert result.exit_code == 0, result.output
        progress = [words[:2] for words in cells(result.stderr)]
        complete = dict.fromkeys(part for part, state in progress if state == "complete")
        # Each region has a CDKToolkit; the CLI prints their lines mixed, so that one or several are seen to end.
        assert list(complete) == ["CDKToolkit", "baseline", "edge", "recovery"], result.stderr
        assert sum(words[:1] == ["TopicName"] for words in cells(result.stdout)) == 3

    def test_status_shows_each_stack_with_its_region_if_that_differs(self, place: tuple[str, ...], run: Run) -> None:
        result = run("status", *place, "--local")
        printed = cells(result.stdout)
        assert [BASELINE, "CREATE_COMPLETE"] in printed
        assert [EDGE, "CREATE_COMPLETE", "us-east-1"] in printed
        assert [RECOVERY, "CREATE_COMPLETE", "ap-southeast-4"] in printed
        assert (result.exit_code, result.stderr) == (1, ""), "these stacks have no service"

    def test_outputs_are_those_of_every_stack(self, place: tuple[str, ...], run: Run) -> None:
        result = run("outputs", *place, "--local")
        assert result.exit_code == 0, result.output
        assert [words[0] for words in cells(result.stdout)] == ["TopicName"] * 3

    def test_down_destroys_them_in_their_regions(self, place: tuple[str, ...], run: Run) -> None:
        result = run("down", *place, "--", *APP)
        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines()[0] == "production is destroyed, and the local cloud has stopped."
        assert find(Path(place[-1])) is None
