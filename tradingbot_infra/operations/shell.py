"""A shell or one command in a running container, through ECS Exec and the Session Manager plugin."""

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.service import Service, Task
from tradingbot_infra.operations.session import Session

PLUGIN = "session-manager-plugin"
_VARIABLE = "AWS_SSM_START_SESSION_RESPONSE"
_TOO_OLD = (1, 2, 497, 0)
"""The last plugin that takes the session, which holds a token, from its arguments only, where the process list shows it
(aws/aws-cli, sessionmanager.py)."""


def plugin_path() -> str:
    """The path of the Session Manager plugin.

    Raises UserError when it is missing, or so old that it would put the session's token into the process list.
    """
    path = shutil.which(PLUGIN)
    if path is None:
        raise UserError(f'{PLUGIN}: is not installed; the Systems Manager User Guide, "Install the Session Manager plugin", explains how')
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    version = tuple(int(part) for part in re.findall(r"\d+", answer)[:4])
    if version <= _TOO_OLD:
        raise UserError(f"{PLUGIN} {answer or '(no version)'}: is too old; allowed: newer than {'.'.join(map(str, _TOO_OLD))}")
    return path


def choose_task(service: Service, running: Sequence[Task], wanted: str | None) -> Task:
    """The task whose id begins with `wanted`, or the first that runs.

    Raises UserError when ECS Exec is off, no task runs, or the id matches none or several.
    """
    if not service.execute_command:
        raise UserError(f"{service.name}: ECS Exec is off; set enable_execute_command=true and deploy (off in production on purpose)")
    ready = [task for task in running if task.status == "RUNNING"]
    if not ready:
        raise UserError(f"{service.name}: no task runs; `doctor tasks-pending` says why")
    found = [task for task in ready if task.id.startswith(wanted or "")]
    if not found or (wanted and len(found) > 1):
        wrong = "no running task has an id that begins with this" if not found else "several tasks have an id that begins with this"
        raise UserError(f"--task {wanted}: {wrong}; allowed: {', '.join(task.id for task in ready)}")
    return found[0]


def run_in_task(session: Session, names: Names, task: Task, container: str, command: str, plugin: str) -> int:
    """Runs a command in the task's container, this terminal attached to it; returns the plugin's exit code."""
    started = session.ecs.execute_command(cluster=names.cluster, task=task.arn, container=container, interactive=True, command=command)
    target = {"Target": f"ecs:{names.cluster}_{task.id}_{task.runtime_id}"}
    words = [plugin, _VARIABLE, session.region, "StartSession", "", json.dumps(target), session.ecs.meta.endpoint_url]
    response = {"SessionId": "sessionId", "StreamUrl": "streamUrl", "TokenValue": "tokenValue"}
    described = {name: started["session"].get(key, "") for name, key in response.items()}
    with _signals_reach_the_container():
        return subprocess.run(words, env={**os.environ, _VARIABLE: json.dumps(described)}, check=False).returncode


@contextmanager
def _signals_reach_the_container() -> Iterator[None]:
    """Ctrl-C and similar keys end the command in the container, not this program, which would end the plugin too.

    A handler and not SIG_IGN, which the plugin would inherit.
    """
    keys = [getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGTSTP") if hasattr(signal, name)]
    before = {key: signal.signal(key, lambda *_: None) for key in keys}
    try:
        yield
    finally:
        for key, handler in before.items():
            signal.signal(key, handler)
