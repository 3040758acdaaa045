"""Python programs of a container listen on the address of their task, whatever they listen with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tradingbot_infra.local_cloud import addresses
from tradingbot_infra.local_cloud.fargate.environment import CONTAINER_FILES

pytestmark = pytest.mark.local_cloud

_ASYNCIO = """
import asyncio, sys
async def main():
    server = await asyncio.start_server(print, {host!r}, 18001)
    print(sorted(s.getsockname()[0] for s in server.sockets if s.getsockname()[1] == 18001))
    server.close()
{run}
"""


@pytest.fixture(scope="module")
def address() -> str:
    return addresses.take(addresses.Tier.TASK)


def printed(address: str, source: str, *, before: str = "", **more: str) -> str:
    """What a Python program prints as a task with this address, whose own port is 18001."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CONTAINER_FILES), before])),
        "LOCAL_CLOUD_TASK_ADDRESS": address,
        "LOCAL_CLOUD_TASK_PORTS": "18001",
        **more,
    }
    done = subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("host", ["", "0.0.0.0", "0"])  # noqa: S104 - spellings of all addresses
def test_all_addresses_become_the_tasks_own(address: str, host: str) -> None:
    source = f"import socket; s = socket.socket(); s.bind(({host!r}, 18001)); print(s.getsockname())"
    assert printed(address, source) == f"('{address}', 18001)"


@pytest.mark.parametrize("bound", ["('127.0.0.1', 18001)", "('', 0)"])
def test_loopback_and_ports_that_the_system_chooses_stay(address: str, bound: str) -> None:
    assert address not in printed(address, f"import socket; s = socket.socket(); s.bind({bound}); print(s.getsockname())")


def test_a_socket_for_both_versions_is_the_tasks_own(address: str) -> None:
    source = "import socket; print(socket.create_server(('', 18001), family=socket.AF_INET6, dualstack_ipv6=True).getsockname()[0])"
    assert printed(address, source) == f"::ffff:{address}"


@pytest.mark.parametrize("host", [None, "", "0.0.0.0"])  # noqa: S104 - as above
def test_servers_of_asyncio_listen_on_it(address: str, host: str | None) -> None:
    assert printed(address, _ASYNCIO.format(host=host, run="asyncio.run(main())")) == f"['{address}']"


@pytest.mark.parametrize("host", [None, "", "0.0.0.0"])  # noqa: S104 - as above
def test_servers_of_uvloop_listen_on_it(address: str, host: str | None) -> None:
    assert printed(address, _ASYNCIO.format(host=host, run="import uvloop; uvloop.run(main())")) == f"['{address}']"


def test_the_tasks_own_port_is_reached_on_localhost_and_others_are_not_touched(address: str) -> None:
    source = """
import socket
own = socket.socket(); own.bind(("", 18001)); own.listen()
print(socket.create_connection(("localhost", 18001)).getpeername()[0])
other = socket.socket(); other.bind(("127.0.0.1", 0)); other.listen()
print(socket.create_connection(other.getsockname()).getpeername()[0])
"""
    assert printed(address, source).split() == [address, "127.0.0.1"]


def test_unix_sockets_work_as_ever(address: str, tmp_path: Path) -> None:
    source = f"import socket; s = socket.socket(socket.AF_UNIX); s.bind({str(tmp_path / 's')!r}); print(s.getsockname())"
    assert printed(address, source) == str(tmp_path / "s")


def test_a_sitecustomize_of_the_program_runs_too(address: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.mine = 'mine'", encoding="utf-8")
    assert printed(address, "import builtins; print(builtins.mine)", before=str(tmp_path)) == "mine"


def test_one_that_fails_does_not_stop_python_as_without_ours(address: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise ValueError('mine')", encoding="utf-8")
    assert printed(address, "print('runs')", before=str(tmp_path)) == "runs"


def test_children_of_a_program_have_the_same_address(address: str) -> None:
    child = "import socket; s = socket.socket(); s.bind(('', 18001)); print(s.getsockname()[0])"
    assert printed(address, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])") == address
