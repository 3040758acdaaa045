"""One request to an address, as anyone in the world could make it."""

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

_SECONDS = 10.0

_HEADERS = {"User-Agent": "tradingbot-infra-verify"}
"""AWS WAF's common rules block requests that name no agent (AWS WAF Developer Guide, "Baseline rule groups")."""


@dataclass(frozen=True)
class HttpAnswer:
    """The status of what came back; None when nothing did, and then `problem` says why."""

    status: int | None
    problem: str


def ask(address: str, port: int, path: str, *, certificate_of: str | None) -> HttpAnswer:
    """GETs a path. `certificate_of` is the host that the server's certificate must name; None for plain HTTP.

    The host may differ from the address: no certificate has a load balancer's own name.
    """
    connection = HTTPConnection(certificate_of or address, port, timeout=_SECONDS)
    try:
        connection.sock = socket.create_connection((address, port), _SECONDS)
        if certificate_of:
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=certificate_of)
        connection.request("GET", path, headers=_HEADERS)
        return HttpAnswer(connection.getresponse().status, "")
    except (OSError, HTTPException) as error:
        return HttpAnswer(None, " ".join(str(error).split()) or type(error).__name__)
    finally:
        connection.close()


def is_in_dns(name: str) -> bool:
    """Whether DNS has an address of a name."""
    try:
        socket.getaddrinfo(name, None)
    except OSError:
        return False
    return True
