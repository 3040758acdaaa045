"""Who gets into a container, into which, and how the plugin is started."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.deployed import Deployed
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.failures import in_one_line
from tradingbot_infra.operations.live.service import Service, Task, TaskDefinition, tasks
from tradingbot_infra.operations.shell import PLUGIN, choose_task, plugin_path, run_in_task

STARTED = datetime(2026, 11, 24, tzinfo=UTC)


def service(*, execute_command: bool) -> Service:
    """A service that lets people in, or not."""
    definition = TaskDefinition("arn:td", "image:v1", "tradingbot-container", "X86_64", "arn:execution", "arn:task", "/ecs/x", {})
    return Service("api", "ACTIVE", 2, 2, 0, "COMPLETED", "", 0, execute_command, (), (), "", definition, (), None)


def task(identifier: str, status: str = "RUNNING") -> Task:
    """A task of it."""
    return Task(identifier, f"arn:{identifier}", status, "ap-southeast-2a", "UNKNOWN", "image:v1", "runtime", STARTED, None, "", "")


def test_the_first_running_task_is_taken_or_the_one_that_is_meant() -> None:
    running = (task("aa11", "PENDING"), task("ab22"), task("cd33"))
    assert choose_task(service(execute_command=True), running, None).id == "ab22"
    assert choose_task(service(execute_command=True), running, "cd").id == "cd33"


@pytest.mark.parametrize(
    ("open_to_people", "running", "wanted", "told"),
    [
        (False, (task("aa11"),), None, r"^api: ECS Exec is off; set enable_execute_command=true and deploy"),
        (True, (task("aa11", "PENDING"),), None, r"^api: no task runs; `doctor tasks-pending` says why$"),
        (True, (task("aa11"),), "bb", r"^--task bb: no running task has an id that begins with this; allowed: aa11$"),
        (True, (task("aa11"), task("aa22")), "aa", r"^--task aa: several tasks have an id that begins with this; allowed: aa11, aa22$"),
    ],
)
def test_whoever_cannot_get_in_is_told_why(open_to_people: bool, running: tuple[Task, ...], wanted: str | None, told: str) -> None:
    with pytest.raises(UserError, match=told):
        choose_task(service(execute_command=open_to_people), running, wanted)


MakePlugin = Callable[[str], Path]


@pytest.fixture
def make_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakePlugin:
    """A stand-in for the Session Manager plugin, alone on the path, which writes down how it was started and ends with 7."""

    def make(version: str) -> Path:
        record = tmp_path / "record.json"
        program = (
            f"#!{sys.executable}\nimport json, os, sys\n"
            f"if sys.argv[1:] == ['--version']:\n    print({version!r})\n    sys.exit(0)\n"
            f"open({str(record)!r}, 'w').write(json.dumps([sys.argv[1:], os.environ.get('AWS_SSM_START_SESSION_RESPONSE')]))\nsys.exit(7)\n"
        )
        plugin = tmp_path / PLUGIN
        plugin.write_text(program, encoding="utf-8")
        plugin.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return record

    return make


@pytest.mark.parametrize("version", ["1.2.497.0", "1.1.0.0", "", "no version"])
def test_a_plugin_that_would_show_the_sessions_token_to_every_user_is_refused(make_plugin: MakePlugin, version: str) -> None:
    make_plugin(version)
    with pytest.raises(UserError, match=r"is too old; allowed: newer than 1\.2\.497\.0$"):
        plugin_path()


def test_a_newer_plugin_is_taken(make_plugin: MakePlugin, tmp_path: Path) -> None:
    make_plugin("1.2.650.0")
    assert plugin_path() == str(tmp_path / PLUGIN)


def test_a_missing_plugin_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"^session-manager-plugin: is not installed; "):
        plugin_path()


def test_the_plugin_gets_the_session_in_a_variable_and_its_exit_code_is_ours(make_plugin: MakePlugin) -> None:
    record = make_plugin("1.2.650.0")
    names = load_config("development").names
    with boto3_client("ecs") as (client, stubber):
        wanted = {"cluster": names.cluster, "task": "arn:aa11", "container": "tradingbot-container", "interactive": True, "command": "ls"}
        started = {"session": {"sessionId": "s-1", "streamUrl": "wss://stream", "tokenValue": "made-up-token"}}
        stubber.add_response("execute_command", started, wanted)
        code = run_in_task(session_over(ecs=client), names, task("aa11"), "tradingbot-container", "ls", plugin_path())
        endpoint = client.meta.endpoint_url
    assert code == 7
    words, response = json.loads(record.read_text(encoding="utf-8"))
    assert json.loads(response) == {"SessionId": "s-1", "StreamUrl": "wss://stream", "TokenValue": "made-up-token"}
    target = json.dumps({"Target": f"ecs:{names.cluster}_aa11_runtime"})
    assert words == ["AWS_SSM_START_SESSION_RESPONSE", "ap-southeast-2", "StartSession", "", target, endpoint]


@pytest.mark.local_cloud
def test_an_agent_that_does_not_answer_is_told_as_ecs_tells_it(deployed: Deployed) -> None:
    first = tasks(deployed.session, deployed.names, status="RUNNING")[0]
    with pytest.raises(deployed.session.ecs.exceptions.InvalidParameterException) as raised:
        run_in_task(deployed.session, deployed.names, first, "tradingbot-container", "ls", "no-plugin")
    assert str(in_one_line(raised.value)).startswith(
        "ExecuteCommand failed: InvalidParameterException: The execute command failed because "
    )
