"""No command ends because the terminal's or pipe's encoding lacks a character."""

import json
import time

import pytest

from tests.commands.test_every_command import READS_JSON
from tests.deployed import Deployed, RunApart

KOREAN = "한글 … 🚀"
ENCODINGS = ("ascii", "latin-1", "cp437")
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def speaking(bare: dict[str, str], encoding: str) -> dict[str, str]:
    """The variables of a shell with this encoding."""
    return {**bare, "PYTHONIOENCODING": encoding, "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_cost_prints_its_table(encoding: str, run_apart: RunApart, bare_environment: dict[str, str]) -> None:
    result = run_apart("cost", "--env", "production", environ=speaking(bare_environment, encoding))
    assert result.returncode == 0, result.stderr
    assert "252.47" in run_apart("cost", "--env", "production", "--prices", "document", environ=speaking(bare_environment, encoding)).stdout


def test_the_c_locale_is_enough(run_apart: RunApart, bare_environment: dict[str, str]) -> None:
    result = run_apart("cost", "--env", "production", environ={**bare_environment, **C_LOCALE})
    assert result.returncode == 0, result.stderr


@pytest.mark.local_cloud
@pytest.mark.parametrize("verb", [*READS_JSON, "outputs"])
def test_a_table_is_printed_in_ascii(verb: str, deployed: Deployed, run_apart: RunApart) -> None:
    result = run_apart(*verb.split(), *deployed.options, environ=speaking(deployed.environ, "ascii"))
    assert result.returncode in (0, 1), result.stderr
    assert "UnicodeEncodeError" not in result.stderr
    assert result.stdout


@pytest.mark.local_cloud
def test_a_log_line_of_any_language_is_printed_and_whole_in_json(deployed: Deployed, run_apart: RunApart) -> None:
    logs, group, stream = deployed.session.logs, deployed.names.container_log_group, f"test-{time.monotonic_ns()}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[{"timestamp": int(time.time() * 1000), "message": KOREAN}])
    words = ("logs", *deployed.options, "--since", "5m")
    result = run_apart(*words, environ=speaking(deployed.environ, "ascii"))
    assert result.returncode == 0, result.stderr
    assert r"\ud55c\uae00 \u2026 \U0001f680" in result.stdout
    lines = run_apart(*words, "--json", environ=speaking(deployed.environ, "ascii")).stdout.splitlines()
    assert KOREAN in [json.loads(line)["message"] for line in lines]
