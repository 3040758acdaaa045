"""A client's request, as rules and actions look at it."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from urllib.parse import parse_qsl

from aiohttp import hdrs, web


@dataclass(frozen=True)
class Listening:
    """Where a listener is served."""

    listener_arn: str
    balancer_arn: str
    protocol: str
    port: int
    """The port of the listener, which clients of AWS use."""
    served_port: int
    """The port of this machine that stands for it."""
    dns_name: str


@dataclass(frozen=True)
class Asked:
    """One request that arrived at a listener."""

    request: web.BaseRequest
    at: Listening

    @property
    def path(self) -> str:
        """The path as the client wrote it."""
        return self.request.raw_path.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the question mark, as the client wrote it."""
        return self.request.raw_path.partition("?")[2]

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The parts of the query, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def host(self) -> str:
        """The Host header without its port, in small letters."""
        return host_name(self.request.headers.get(hdrs.HOST, "")).lower()

    @property
    def client(self) -> tuple[IPv4Address, int]:
        """Address and port of the client."""
        assert self.request.transport is not None  # noqa: S101 - a request that is being answered has its connection
        address, port = self.request.transport.get_extra_info("peername")[:2]
        return IPv4Address(address), port


def host_name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
