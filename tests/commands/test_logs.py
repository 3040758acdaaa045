"""`logs` on the deployed production."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.deployed import Deployed, Run
from tradingbot_infra.operations.live.logs import streams_of_task

ERRORS = ('{"level": "ERROR", "message": "no"}', "ERROR:    Exception in ASGI application", '{"level":50,"msg":"no"}')

pytestmark = pytest.mark.local_cloud


@pytest.fixture(scope="class")
def uncounted(deployed: Deployed) -> Iterator[None]:
    """Errors in log lines ring no alarm, of which other tests on the same deployment would hear."""
    logs, group = deployed.session.logs, deployed.names.container_log_group
    filters: list[Any] = list(logs.describe_metric_filters(logGroupName=group)["metricFilters"])
    for one in filters:
        logs.delete_metric_filter(logGroupName=group, filterName=one["filterName"])
    yield
    kept = ("logGroupName", "filterName", "filterPattern", "metricTransformations")
    for one in filters:
        logs.put_metric_filter(**{name: one[name] for name in kept})


@pytest.mark.usefixtures("uncounted")
class TestLogs:
    """The application's log."""

    @pytest.fixture(autouse=True)
    def lines(self, deployed: Deployed) -> None:
        logs, group = deployed.session.logs, deployed.names.container_log_group
        stream = f"test-{time.monotonic_ns()}"
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        messages = ["started [bold]:warning:[/bold]", *ERRORS]
        now = int(time.time() * 1000)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now, "message": text} for text in messages])

    def test_lines_are_printed_as_they_were_written(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m")
        assert result.exit_code == 0, result.output
        assert any(line.endswith(" started [bold]:warning:[/bold]") for line in result.stdout.splitlines())

    def test_a_line_names_its_task_unless_one_was_chosen(self, deployed: Deployed, run: Run) -> None:
        logs, group = deployed.session.logs, deployed.names.container_log_group
        stream = streams_of_task("0123456789abcdef0123456789abcdef")
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        now = int(time.time() * 1000)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": now, "message": "sold"}])
        every, one = run("logs", *deployed.options), run("logs", *deployed.options, "--task", "01234567")
        assert any(line.endswith(" 01234567 sold") for line in every.stdout.splitlines())
        assert all(re.fullmatch(r"\S+ \S+ sold", line) for line in one.stdout.splitlines())

    @pytest.mark.parametrize(
        ("words", "what"),
        [
            (("--source", "scans", "--since", "1s"), "Nothing"),
            (("--filter", '{ $.level = "NONE" }', "--since", "2h"), "No line that matches"),
            (("--task", "ffffffff"), "No line that matches"),
        ],
        ids=["source", "filter", "task"],
    )
    def test_where_nothing_was_logged_it_says_so_and_since_when(
        self, deployed: Deployed, run: Run, words: tuple[str, ...], what: str
    ) -> None:
        result = run("logs", *deployed.options, *words)
        assert (result.exit_code, result.stdout) == (0, "")
        assert re.fullmatch(rf"{what} was logged since \S+ \S+ UTC in \S+; --since goes further back\n", result.stderr)

    def test_json_is_one_object_a_line(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m", "--json")
        messages = [json.loads(line)["message"] for line in result.stdout.splitlines()]
        assert '{"level": "ERROR", "message": "no"}' in messages

    def test_errors_of_every_usual_form_are_shown_and_nothing_else(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m", "--errors", "--json")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        # A task of the placeholder may have logged an error of its own: a client that left.
        assert {line["message"] for line in found if line["stream"].startswith("test-")} == {*ERRORS}

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--errors", "--filter", "x"), "--errors and --filter: one or the other; allowed: a --filter that also names the level"),
            (
                ("--errors", "--source", "waf"),
                "--errors and --source waf: only the application's lines have levels; allowed: --filter PATTERN",
            ),
            (
                ("--task", "0a1b", "--source", "waf"),
                "--task and --source waf: only the application's log has tasks; allowed: --task without --source",
            ),
            (("--since", "yesterday"), "yesterday: is not a period; allowed: a number with s, m, h or d, such as 10m"),
        ],
    )
    def test_a_wrong_option_is_one_line(self, deployed: Deployed, run: Run, words: tuple[str, ...], message: str) -> None:
        result = run("logs", *deployed.options, *words)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{message}\n")
