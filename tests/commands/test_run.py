"""`run`: a command in a task of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import Run
from tests.small_service import NAMES, SmallService

pytestmark = pytest.mark.local_cloud

MIGRATION = """#!/usr/bin/env python3
import psycopg
with psycopg.connect() as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS migrated (version text)")
    connection.execute("INSERT INTO migrated VALUES ('1')")
    seen = "SELECT migrated.version, current_user, ssl FROM migrated, pg_stat_ssl WHERE pid = pg_backend_pid()"
    print(connection.execute(seen).fetchone())
"""


def test_a_migration_of_the_image_runs_against_the_database_over_tls(small_service: SmallService, run: Run, tmp_path: Path) -> None:
    script = tmp_path / "migrate.py"
    script.write_text(MIGRATION)
    result = run("run", "--command-file", str(script), *small_service.options)
    assert (result.exit_code, result.stdout) == (0, "('1', 'tradingbot', True)\n"), result.output
    assert result.stderr.splitlines()[-1].strip() == "stopped", "states in between may be too short to be seen"


def test_a_module_of_the_image_runs_with_its_words_as_they_are_and_the_exit_code_is_the_commands(
    small_service: SmallService, run: Run
) -> None:
    program = "import sys, trading_api; print(trading_api.__name__, sys.argv[1:]); sys.exit(7)"
    result = run("run", *small_service.options, "--", "python", "-c", program, "two words", "$HOME")
    assert (result.exit_code, result.stdout) == (7, "trading_api ['two words', '$HOME']\n"), result.output
    assert "Exit code 7: Essential container in task exited" in result.stderr


def test_one_argument_is_split_as_a_shell_splits_it(small_service: SmallService, run: Run) -> None:
    result = run("run", "python -c 'print(\"a  b\")'", *small_service.options)
    assert (result.exit_code, result.stdout) == (0, "a  b\n"), result.output


def test_the_task_is_none_of_the_service_and_says_whose_it_is(small_service: SmallService, run: Run) -> None:
    result = run("run", "sleep 60", "--detach", "--cpu", "512", "--memory", "1024", *small_service.options)
    assert result.exit_code == 0, result.output
    task = result.stdout.strip()
    assert f"`tradingbot logs --follow --task {task} --env production --local` reads its log" in result.stderr
    ecs = small_service.session.ecs
    assert ecs.list_tasks(cluster=NAMES.cluster, serviceName=NAMES.service)["taskArns"] == []
    (found,) = ecs.describe_tasks(cluster=NAMES.cluster, tasks=[task], include=["TAGS"])["tasks"]
    assert (found["cpu"], found["memory"], found["group"]) == ("512", "1024", f"family:{NAMES.family('')}")
    assert found["startedBy"].startswith("tradingbot-")
    assert {"key": "Purpose", "value": "one-off"} in found["tags"]
    ecs.stop_task(cluster=NAMES.cluster, task=task)


def test_another_image_has_a_task_definition_as_long_as_it_takes_to_start(small_service: SmallService, run: Run) -> None:
    result = run("run", "python -c 'import os; print(os.environ[\"PGSSLMODE\"])'", "--image", "v2", *small_service.options)
    assert (result.exit_code, result.stdout) == (0, "require\n"), result.output
    assert f"{NAMES.repository}:v2" in result.stderr
    assert small_service.one_off_definitions() == []


def test_an_image_that_is_not_there_is_one_line_and_leaves_no_definition(small_service: SmallService, run: Run) -> None:
    result = run("run", "true", "--image", "none-such", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith("true did not run: CannotPullContainerError: ")
    assert small_service.one_off_definitions() == []


def test_a_program_that_the_image_lacks_is_one_line(small_service: SmallService, run: Run) -> None:
    result = run("run", "alembik upgrade head", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert '"alembik": executable file not found in $PATH' in result.stderr.splitlines()[-1]


def test_a_task_that_runs_too_long_is_stopped(small_service: SmallService, run: Run) -> None:
    result = run("run", "sleep 60", "--timeout", "1s", *small_service.options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "ran longer than --timeout allows and was stopped" in result.stderr.splitlines()[-1]
    assert small_service.tasks() == []


def test_ctrl_c_stops_the_task(small_service: SmallService) -> None:
    words = [sys.executable, "-m", "tradingbot_infra", "run", "python -uc 'import time; print(1); time.sleep(60)'", *small_service.options]
    command = subprocess.Popen(
        words, cwd=PROJECT_ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "1\n"
    command.send_signal(signal.SIGINT)
    _, errors = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "stops. It gets SIGTERM now, and SIGKILL after 2 s" in errors
    assert "Traceback" not in errors
    assert small_service.tasks() == []


def test_a_task_that_somebody_stops_ends_with_why(small_service: SmallService) -> None:
    words = [sys.executable, "-m", "tradingbot_infra", "run", "sleep 60", *small_service.options]
    command = subprocess.Popen(words, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not small_service.tasks():
        time.sleep(0.1)
    small_service.session.ecs.stop_task(cluster=NAMES.cluster, task=small_service.tasks()[0]["taskArn"], reason="maintenance")
    _, errors = command.communicate(timeout=60)
    assert command.returncode != 0
    assert "maintenance" in errors


def test_no_secret_is_in_what_ecs_shows_of_the_task(small_service: SmallService, run: Run) -> None:
    result = run("run", "true", *small_service.options)
    password = small_service.stores.secret()["password"]
    assert password not in result.output
    assert password not in json.dumps(small_service.tasks("STOPPED"), default=str)
