"""The process of a local cloud, as its state directory records it, and the port that it listens on.

`server.json` names the process by its number and start time. `server.log` is what it printed.
"""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from tradingbot_infra.local_cloud.place import IMAGES_VARIABLE, images_file

HOST = "127.0.0.1"
MODULE = "tradingbot_infra.local_cloud"
"""What the server's process runs."""
PORT_VARIABLE = "GATEWAY_PORT"
"""Environment variable of the server's process that holds its port."""
STOP_SECONDS = 15.0
"""How long a process gets to end by itself before it is killed."""

_HEALTH_PATH = "/_ministack/health"
_HEALTH_SECONDS = 5.0
_SAME_START_SECONDS = 1.0


def log_file(state_directory: Path) -> Path:
    """What the server printed."""
    return state_directory / "server.log"


def record_file(state_directory: Path) -> Path:
    """What names the process."""
    return state_directory / "server.json"


def record(state_directory: Path, pid: int, port: int) -> None:
    """Makes the running process `pid` the one of this directory."""
    content = {"pid": pid, "port": port, "created": psutil.Process(pid).create_time()}
    record_file(state_directory).write_text(json.dumps(content), encoding="utf-8")


def forget(state_directory: Path) -> None:
    """Removes the record; what is no file stays."""
    with suppress(OSError):
        record_file(state_directory).unlink(missing_ok=True)


def recorded(state_directory: Path) -> tuple[psutil.Process, int] | None:
    """The process of this directory and its port.

    A record that names no such process is removed. Without one the process is searched among those of this machine by its
    environment, so that a damaged or missing record neither hides a local cloud nor lets a second one start beside it.
    """
    found = _read(state_directory)
    if found is None:
        forget(state_directory)
        found = next(_running(state_directory), None)
        if found:
            with suppress(OSError):
                record(state_directory, found[0].pid, found[1])
    return found


def _read(state_directory: Path) -> tuple[psutil.Process, int] | None:
    with suppress(OSError, KeyError, TypeError, ValueError, OverflowError, psutil.Error):
        content = json.loads(record_file(state_directory).read_text(encoding="utf-8"))
        process = psutil.Process(int(content["pid"]))
        same = abs(process.create_time() - float(content["created"])) < _SAME_START_SECONDS
        if same and _is_of(process, state_directory):
            return process, int(content["port"])
    return None


def _running(state_directory: Path) -> Iterator[tuple[psutil.Process, int]]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, KeyError, ValueError):
            if MODULE in process.cmdline() and _is_of(process, state_directory):
                yield process, int(process.environ()[PORT_VARIABLE])


def _is_of(process: psutil.Process, state_directory: Path) -> bool:
    """Whether it runs, for this directory. Its own children have its environment too, but not its command."""
    if process.status() == psutil.STATUS_ZOMBIE:
        return False
    return process.environ().get(IMAGES_VARIABLE) == str(images_file(state_directory))


def end(process: psutil.Process) -> None:
    """Ends a process and waits for its children, which its watchdog ends.

    They are not asked to end before it has: as long as it runs, it replaces tasks that end.
    """
    children = process.children(recursive=True)
    with suppress(psutil.NoSuchProcess):
        process.terminate()
    for family in ([process], children):
        _wait_or_kill(family)


def answers(port: int) -> bool:
    """Whether a local cloud answers on this port."""
    connection = HTTPConnection(HOST, port, timeout=_HEALTH_SECONDS)
    try:
        connection.request("GET", _HEALTH_PATH)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Some port on which nothing listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether nothing listens on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of an ended server linger for a minute and would refuse the port without this.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def last_line(log: Path) -> str:
    """The last line of a log that is not empty; empty when there is none."""
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _wait_or_kill(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    for one in alive:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(alive, timeout=STOP_SECONDS)
