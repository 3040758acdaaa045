"""Starts, finds and ends the local cloud, and describes how to reach it and nothing else.

Its state directory holds `server.json`, which names the process, and `server.log`. The cloud itself lives in the
memory of that process: stopping it forgets everything deployed.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil
from botocore.config import Config
from botocore.session import Session as BotocoreSession

from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY, PROJECT_ROOT

DEFAULT_REGION = "ap-southeast-2"
ACCOUNT = "000000000000"
"""The account of everything in the local cloud; no AWS account has this number."""

_HOST = "127.0.0.1"
_HEALTH_PATH = "/_ministack/health"
_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_HEALTH_SECONDS = 5.0
_POLL_SECONDS = 0.1
_SAME_START_SECONDS = 1.0
_DUMMY_KEY = "local-cloud"
_PROXY_VARIABLES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})

_NEEDED_BY_ANY_PROCESS = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

_started: dict[int, subprocess.Popen[bytes]] = {}


class LocalCloudError(UserError):
    """Something about the local cloud that a person has to know; the message is one line."""


@dataclass(frozen=True)
class LocalCloud:
    """A running local cloud."""

    endpoint: str
    """The one address of all its services, as in http://127.0.0.1:4566."""
    pid: int
    port: int
    state_directory: Path


def find(state_directory: Path = DEFAULT_STATE_DIRECTORY) -> LocalCloud | None:
    """The local cloud that this directory belongs to, when it runs and answers.

    A `server.json` whose process is gone, or whose number now belongs to another process, is removed.

    Raises:
        LocalCloudError: the process runs but does not answer.
    """
    process = _process(state_directory)
    if process is None:
        return None
    port = int(_record(state_directory)["port"])
    if not _healthy(port):
        raise LocalCloudError(f"The local cloud (process {process.pid}) does not answer on port {port}; see {_log(state_directory)}")
    return LocalCloud(f"http://{_HOST}:{port}", process.pid, port, state_directory)


def start(state_directory: Path = DEFAULT_STATE_DIRECTORY, port: int | None = None, region: str = DEFAULT_REGION) -> LocalCloud:
    """Starts the local cloud and waits until it answers; the one already running is returned as it is.

    It listens on 127.0.0.1 only, on a free port unless `port` is given, and outlives this process.

    Raises:
        LocalCloudError: the port is taken, or the server ended or did not answer within a minute.
    """
    running_cloud = find(state_directory)
    if running_cloud is not None:
        return running_cloud
    chosen = _free_port() if port is None else port
    if port is not None and not _is_free(port):
        raise LocalCloudError(f"Port {port} on {_HOST} is taken: choose another or end what listens there")
    state_directory.mkdir(parents=True, exist_ok=True)
    with _log(state_directory).open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "tradingbot_infra.local_cloud.launcher"],
            cwd=PROJECT_ROOT,
            env=_server_environment(state_directory, chosen, region),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started[child.pid] = child
    record = {"pid": child.pid, "port": chosen, "created": psutil.Process(child.pid).create_time()}
    _file(state_directory).write_text(json.dumps(record), encoding="utf-8")
    _await_health(child, chosen, state_directory)
    return LocalCloud(f"http://{_HOST}:{chosen}", child.pid, chosen, state_directory)


def stop(state_directory: Path = DEFAULT_STATE_DIRECTORY) -> bool:
    """Ends the local cloud of this directory and waits for its end; False when none was running.

    Only the process that `server.json` describes, by number and start time, and its children are ended.
    """
    process = _process(state_directory)
    if process is None:
        return False
    family = [process, *process.children(recursive=True)]
    for member in family:
        _quietly(member.terminate)
    _, alive = psutil.wait_procs(family, timeout=_STOP_SECONDS)
    for member in alive:
        _quietly(member.kill)
    psutil.wait_procs(alive, timeout=_STOP_SECONDS)
    child = _started.pop(process.pid, None)
    if child is not None:
        child.wait()
    _file(state_directory).unlink(missing_ok=True)
    return True


@contextmanager
def running(state_directory: Path) -> Iterator[LocalCloud]:
    """A local cloud for the length of a test, ended in any case."""
    try:
        yield start(state_directory)
    finally:
        stop(state_directory)


def environment(endpoint: str, region: str = DEFAULT_REGION) -> dict[str, str]:
    """The whole environment of a child process that may reach the local cloud and no AWS account.

    Nothing of the caller's AWS configuration passes: no AWS_* variable, no profile, no credentials file, no
    instance metadata. The keys are dummies, so even a request sent to AWS would be refused.
    """
    return {
        **_inherited(),
        "AWS_ACCESS_KEY_ID": _DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": _DUMMY_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        "CDK_DISABLE_VERSION_CHECK": "1",
        "NO_PROXY": f"{_HOST},localhost",
        "no_proxy": f"{_HOST},localhost",
    }


def client(endpoint: str, region: str, service: str) -> Any:
    """A boto3 client of one service of the local cloud, deaf to the caller's AWS variables, profiles and files."""
    deaf = BotocoreSession(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    # botocore reads the proxy variables unless told of a proxy: this one is for https, which is never spoken here.
    settings = Config(proxies={"https": ""}, retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    return deaf.create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=_DUMMY_KEY,
        aws_secret_access_key=_DUMMY_KEY,
        config=settings,
    )


def _inherited() -> dict[str, str]:
    """This process's environment without what points at AWS or at a proxy."""
    return {
        name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_") and name.upper() not in _PROXY_VARIABLES
    }


def _server_environment(state_directory: Path, port: int, region: str) -> dict[str, str]:
    temporary = state_directory.resolve() / "tmp"
    temporary.mkdir(exist_ok=True)
    return {
        # ministack reads settings from dozens of variables, so only what a process needs to run passes.
        **{name: os.environ[name] for name in _NEEDED_BY_ANY_PROCESS if name in os.environ},
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": _HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": _HOST,
        "MINISTACK_REGION": region,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "TMPDIR": str(temporary),
        "S3_DATA_DIR": str(temporary / "s3"),
        "STATE_DIR": str(temporary / "state"),
        # Listeners on ports of their own that nothing here needs.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Where Docker is installed, ministack would start real databases and tasks in it.
        "DOCKER_HOST": f"unix://{temporary / 'no-docker.sock'}",
    }


def _await_health(child: subprocess.Popen[bytes], port: int, state_directory: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _healthy(port) or child.poll() is not None:
        if child.poll() is not None or time.monotonic() > deadline:
            reason = _last_line(_log(state_directory)) or "no answer within a minute"
            stop(state_directory)
            _file(state_directory).unlink(missing_ok=True)
            raise LocalCloudError(f"The local cloud did not start: {reason} (see {_log(state_directory)})")
        time.sleep(_POLL_SECONDS)


def _process(state_directory: Path) -> psutil.Process | None:
    """The process `server.json` describes, if it still is that one; removes the file otherwise."""
    record = _record(state_directory)
    try:
        process = psutil.Process(int(record["pid"]))
        same = abs(process.create_time() - float(record["created"])) < _SAME_START_SECONDS
        if same and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except (KeyError, TypeError, ValueError, psutil.NoSuchProcess):
        pass
    _file(state_directory).unlink(missing_ok=True)
    return None


def _record(state_directory: Path) -> dict[str, Any]:
    try:
        record = json.loads(_file(state_directory).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _healthy(port: int) -> bool:
    connection = HTTPConnection(_HOST, port, timeout=_HEALTH_SECONDS)
    try:
        connection.request("GET", _HEALTH_PATH)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of an ended server linger for a minute and would refuse the port without this.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _quietly(end: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        end()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _file(state_directory: Path) -> Path:
    return state_directory / "server.json"


def _log(state_directory: Path) -> Path:
    return state_directory / "server.log"
