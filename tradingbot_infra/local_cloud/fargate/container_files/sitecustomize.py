"""Python imports this at its start inside a container of the local cloud: "all addresses" become the task's own address.

On Fargate a task has a network of its own. Here all tasks share this machine's, so two that listen on 0.0.0.0 would collide.
A port that the container says it listens on is the task's own on 127.0.0.1 too, as a health check command expects.
Works with every Python from 3.8, and needs nothing but the standard library.
"""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import ipaddress
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

_ADDRESS = os.environ.get("LOCAL_CLOUD_TASK_ADDRESS", "")
_PORTS = frozenset(int(port) for port in os.environ.get("LOCAL_CLOUD_TASK_PORTS", "").split())
_HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - this runs at every start, and pathlib is slow to import


def _is(kind: str, host: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address("0.0.0.0" if host in ("", "0") else host), kind))  # noqa: S104 - compared, not bound
    except ValueError:
        return False


def _bound(sock: socket.socket, address: Any) -> Any:
    """The address to bind instead. A port that the system chooses stays: it is that of a client."""
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple) or len(address) < 2:
        return address
    host, port = address[:2]
    if not port or isinstance(host, bytes) or not _is("is_unspecified", host):
        return address
    if sock.family == socket.AF_INET:
        return (_ADDRESS, port)
    if sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
        return ("::1", 0)  # a task has no IPv6 address, so nobody reaches it there
    return ("::ffff:" + _ADDRESS, port, *address[2:])


def _reached(sock: socket.socket, address: Any) -> Any:
    """The address to connect to instead."""
    if sock.family != socket.AF_INET or not isinstance(address, tuple) or len(address) != 2 or address[1] not in _PORTS:
        return address
    own = address[0] in ("localhost", "127.0.0.1") or _is("is_unspecified", address[0])
    return (_ADDRESS, address[1]) if own else address


def _wrap(name: str, changed: Callable[[socket.socket, Any], Any]) -> None:
    original = getattr(socket.socket, name)

    @functools.wraps(original)
    def wrapped(self: socket.socket, address: Any, *rest: Any) -> Any:
        return original(self, changed(self, address), *rest)

    setattr(socket.socket, name, wrapped)


def _run_the_programs_own() -> None:
    """Runs the sitecustomize that Python would have found without this one."""
    elsewhere = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HERE]  # noqa: PTH100 - as above
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if _ADDRESS:
    _wrap("bind", _bound)
    _wrap("connect", _reached)
    _wrap("connect_ex", _reached)
_run_the_programs_own()
