"""`logs` on the deployed production."""

import json
import time

import pytest

from tests.deployed import Deployed, Run

ERRORS = ('{"level": "ERROR", "message": "no"}', "ERROR:    Exception in ASGI application", '{"level":50,"msg":"no"}')

pytestmark = pytest.mark.local_cloud


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

    def test_json_is_one_object_a_line(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m", "--json")
        messages = [json.loads(line)["message"] for line in result.stdout.splitlines()]
        assert '{"level": "ERROR", "message": "no"}' in messages

    def test_errors_of_every_usual_form_are_shown_and_nothing_else(self, deployed: Deployed, run: Run) -> None:
        result = run("logs", *deployed.options, "--since", "5m", "--errors", "--json")
        assert {json.loads(line)["message"] for line in result.stdout.splitlines()} == {*ERRORS}

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--errors", "--filter", "x"), "--errors and --filter: one or the other; allowed: a --filter that also names the level"),
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
