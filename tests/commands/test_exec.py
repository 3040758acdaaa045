"""`exec`: what it runs, and that production refuses it."""

from pathlib import Path
from typing import Any

import pytest

from tests.deployed import Deployed, Run
from tradingbot_infra.operations import shell


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ((), "/bin/sh"),
        (("ls",), "ls"),
        (("ls -la /app",), "ls -la /app"),
        (("--", "ls", "-la"), "ls -la"),
        (("--", "python", "-c", "print('a b')"), """python -c 'print('"'"'a b'"'"')'"""),
        (("--", "env", "--help", "--json"), "env --help --json"),
        (("--", "ls", "--", "-x"), "ls -- -x"),
    ],
    ids=["shell", "one word", "one text", "options", "quotes", "our own options", "two dashes"],
)
def test_what_stands_after_two_dashes_is_the_command(
    words: tuple[str, ...], command: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr("tradingbot_infra.operations.live.service.read_service", lambda *_: _Service)
    monkeypatch.setattr("tradingbot_infra.operations.live.service.tasks", lambda *_, **__: ())
    monkeypatch.setattr(shell, "choose_task", lambda *_: _Task)
    monkeypatch.setattr(shell, "plugin_path", lambda: "plugin")

    def run_in_task(*given: Any) -> int:
        ran.append(given[4])
        return 7

    monkeypatch.setattr(shell, "run_in_task", run_in_task)
    result = run("exec", "--env", "development", *words)
    assert result.exit_code == 7, result.output
    assert ran == [command]


class _Definition:
    container = "tradingbot-container"


class _Service:
    task_definition = _Definition


class _Task:
    id = "aa11"


@pytest.mark.local_cloud
def test_production_allows_no_shell(deployed: Deployed, run: Run) -> None:
    result = run("exec", *deployed.options)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("tradingbot-ai-production-service: ECS Exec is off; set enable_execute_command=true")
