"""Starts, finds and stops the local cloud, and what it takes to reach it: a client, or the environment of a child process.

What is deployed exists only in the memory of the server's process, so stopping it loses everything.
"""

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from botocore.config import Config
from botocore.session import Session as BotocoreSession

from tradingbot_infra.endpoints import know_promql, reach_s3_control
from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud import process
from tradingbot_infra.local_cloud.clock import DEFAULT_SCALE, SCALE_VARIABLE
from tradingbot_infra.local_cloud.data_stores import programs, switch
from tradingbot_infra.local_cloud.place import DEFAULT_STATE_DIRECTORY, IMAGES_VARIABLE, PROJECT_ROOT, images_file
from tradingbot_infra.local_cloud.process import HOST

START_SECONDS = 60.0
"""How long `start` waits for the server's first answer."""
DEFAULT_REGION = "ap-southeast-2"
ACCOUNT = "000000000000"
"""The account of everything in the local cloud; no AWS account has this number."""

_POLL_SECONDS = 0.1
_DUMMY_KEY = "local-cloud"
_PROXY_VARIABLES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
_NEEDED_BY_ANY_PROCESS = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")

_session_lock = threading.Lock()
_started: dict[int, subprocess.Popen[bytes]] = {}


class LocalCloudError(UserError):
    """A failure of the local cloud; the message is one line for people."""


@dataclass(frozen=True)
class LocalCloud:
    """A running local cloud."""

    endpoint: str
    """The one address of all its services, such as http://127.0.0.1:4566."""
    pid: int
    port: int
    state_directory: Path


def find(state_directory: Path = DEFAULT_STATE_DIRECTORY) -> LocalCloud | None:
    """The local cloud of this directory; None when it does not run.

    Raises:
        LocalCloudError: the process runs but does not answer.
    """
    found = process.recorded(state_directory)
    if found is None:
        return None
    server, port = found
    if not process.answers(port):
        log = process.log_file(state_directory)
        if time.time() - server.create_time() < START_SECONDS:
            raise LocalCloudError(f"The local cloud (process {server.pid}) is starting: try again in some seconds")
        raise LocalCloudError(f"The local cloud (process {server.pid}) does not answer on port {port}; see {log}")
    return LocalCloud(f"http://{HOST}:{port}", server.pid, port, state_directory)


def start(
    state_directory: Path = DEFAULT_STATE_DIRECTORY,
    port: int | None = None,
    region: str = DEFAULT_REGION,
    *,
    time_scale: float | None = None,
    data_stores: bool = False,
) -> LocalCloud:
    """Starts the local cloud of this directory and waits until it answers; if it runs already, that one is returned.

    It listens on 127.0.0.1 only, on a free port unless `port` is given, and outlives this process. `region` is that of requests
    that name none. Every waiting time of AWS is divided by `time_scale`, DEFAULT_SCALE unless given. With `data_stores`, RDS
    instances are PostgreSQL servers and replication groups Redis servers.

    Raises:
        LocalCloudError: the port is taken, PostgreSQL or Redis is not installed, it runs already on another port, with another time
            scale or without data stores, the directory cannot be written, or the server ended or did not answer within START_SECONDS.
    """
    existing = find(state_directory)
    if existing is not None:
        _refuse_other(existing, port, time_scale, data_stores=data_stores)
        return existing
    lacking = programs.missing() if data_stores else ""
    if lacking:
        raise LocalCloudError(lacking)
    chosen = process.free_port() if port is None else port
    if port is not None and not process.is_free(port):
        raise LocalCloudError(f"Port {port} on {HOST} is taken: choose another or end what listens there")
    prepare(state_directory)
    settings = _settings(time_scale or DEFAULT_SCALE, data_stores=data_stores)
    with process.log_file(state_directory).open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", process.MODULE],
            cwd=PROJECT_ROOT,
            env={**_server_environment(state_directory, chosen, region), **settings},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _started[child.pid] = child
    process.record(state_directory, child.pid, chosen)
    _await_answer(child, chosen, state_directory)
    return LocalCloud(f"http://{HOST}:{chosen}", child.pid, chosen, state_directory)


def prepare(state_directory: Path) -> None:
    """Creates the directory.

    Raises LocalCloudError if what the server and this project write there cannot be written.
    """
    try:
        (state_directory / "tmp").mkdir(parents=True, exist_ok=True)
        process.log_file(state_directory).open("ab").close()
        if process.record_file(state_directory).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(process.record_file(state_directory)))
    except OSError as error:
        where = error.filename or state_directory
        raise LocalCloudError(f"{where}: cannot be written: {error.strerror}; allowed: another --state-directory") from None


def stop(state_directory: Path = DEFAULT_STATE_DIRECTORY) -> bool:
    """Stops the local cloud of this directory and waits for its end; False when it does not run.

    Ends only the process that the directory records, by number and start time, and what it started.
    """
    found = process.recorded(state_directory)
    if found is None:
        return False
    server, _ = found
    process.end(server)
    child = _started.pop(server.pid, None)
    if child is not None:
        child.wait()
    process.forget(state_directory)
    return True


@contextmanager
def running(state_directory: Path, *, time_scale: float = DEFAULT_SCALE, data_stores: bool = False) -> Iterator[LocalCloud]:
    """A local cloud that is stopped at the end of the block."""
    try:
        yield start(state_directory, time_scale=time_scale, data_stores=data_stores)
    finally:
        stop(state_directory)


def environment(endpoint: str, region: str = DEFAULT_REGION) -> dict[str, str]:
    """The whole environment of a child process that may reach the local cloud and no AWS account.

    Contains nothing of the caller's AWS configuration: no AWS_* variable, no profile, no credentials file, no instance metadata.
    The keys are dummies, so AWS would refuse them.
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
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
    }


def client(endpoint: str, region: str, service: str) -> Any:
    """A boto3 client of one service of the local cloud; the caller's AWS variables, profiles and files do not reach it."""
    # botocore reads the proxy variables unless it is given a proxy: this one is for https, which the local cloud does not use.
    settings = Config(proxies={"https": ""}, retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    with _session_lock:  # a session is not thread-safe, its clients are
        made = _session().create_client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=_DUMMY_KEY,
            aws_secret_access_key=_DUMMY_KEY,
            config=settings,
        )
    reach_s3_control(made)
    return made


def regions() -> list[str]:
    """Every region of AWS, in any of which the local cloud may hold stacks."""
    found: list[str] = _session().get_available_regions("cloudformation")
    return found


@cache
def _session() -> BotocoreSession:
    """One for all clients: reading botocore's models of a service costs ten times what the client does."""
    made = BotocoreSession(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
        }
    )
    know_promql(made)
    return made


def _inherited() -> dict[str, str]:
    """This process's environment without what points at AWS or at a proxy."""
    return {
        name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_") and name.upper() not in _PROXY_VARIABLES
    }


def _server_environment(state_directory: Path, port: int, region: str) -> dict[str, str]:
    temporary = state_directory.resolve() / "tmp"
    return {
        # ministack reads settings from dozens of variables, so only what a process needs to run passes.
        **{name: os.environ[name] for name in _NEEDED_BY_ANY_PROCESS if name in os.environ},
        "PYTHONUNBUFFERED": "1",
        "BIND_HOST": HOST,
        process.PORT_VARIABLE: str(port),
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": region,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "TMPDIR": str(temporary),
        IMAGES_VARIABLE: str(images_file(state_directory)),
        "S3_DATA_DIR": str(temporary / "s3"),
        "STATE_DIR": str(temporary / "state"),
        # Listeners on ports of their own that nothing here needs.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Where Docker is installed, ministack would start real databases and tasks in it.
        "DOCKER_HOST": f"unix://{temporary / 'no-docker.sock'}",
    }


def _settings(time_scale: float, *, data_stores: bool) -> dict[str, str]:
    return {SCALE_VARIABLE: str(time_scale), switch.VARIABLE: "1" if data_stores else "0"}


def _refuse_other(running: LocalCloud, port: int | None, time_scale: float | None, *, data_stores: bool) -> None:
    """A local cloud keeps what it was started with: another choice would be ignored."""
    variables = psutil.Process(running.pid).environ()
    scale = float(variables.get(SCALE_VARIABLE, DEFAULT_SCALE))
    other = [
        f"on port {running.port}, not {port}" if port not in (None, running.port) else "",
        f"with --time-scale {scale:g}, not {time_scale:g}" if time_scale not in (None, scale) else "",
        "without data stores" if data_stores and variables.get(switch.VARIABLE) != "1" else "",
    ]
    if any(other):
        raise LocalCloudError(f"The local cloud runs {' and '.join(filter(None, other))}: stop it with `make down` and start it again")


def _await_answer(child: subprocess.Popen[bytes], port: int, state_directory: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not process.answers(port) or child.poll() is not None:
        if child.poll() is not None or time.monotonic() > deadline:
            log = process.log_file(state_directory)
            reason = process.last_line(log) or f"no answer within {START_SECONDS:.0f} seconds"
            stop(state_directory)
            process.forget(state_directory)
            raise LocalCloudError(f"The local cloud did not start: {reason} (see {log})")
        time.sleep(_POLL_SECONDS)
