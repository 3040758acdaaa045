"""The headers that a target gets ("HTTP headers and Application Load Balancers", "Request tracing")."""

import re
import secrets
import time
from collections.abc import Mapping

from aiohttp import hdrs
from multidict import CIMultiDict

from tradingbot_infra.local_cloud.load_balancing.requests import Asked, host_name

_VALID_NAME = re.compile(r"[-A-Za-z0-9]+")
_FOR_ONE_CONNECTION = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"})
_FOR, _PROTO, _PORT, _TRACE = "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id"
_OWN = frozenset(name.lower() for name in (_FOR, _PROTO, _PORT, _TRACE, hdrs.HOST))
_USUAL_PORTS = (80, 443)
_MOST_FORWARDERS = 30


def has_too_many_forwarders(asked: Asked) -> bool:
    """Whether X-Forwarded-For names more than 30 addresses, which is answered with 463."""
    return len(",".join(asked.request.headers.getall(_FOR, [])).split(",")) > _MOST_FORWARDERS


def for_target(asked: Asked, attributes: Mapping[str, str]) -> "CIMultiDict[str]":
    """The headers of a request as the target gets them, by the load balancer's attributes."""
    drops = attributes.get("routing.http.drop_invalid_header_fields.enabled") == "true"
    named = {name.strip().lower() for name in asked.request.headers.get(hdrs.CONNECTION, "").split(",")}
    headers = CIMultiDict(
        (name, value)
        for name, value in asked.request.headers.items()
        if name.lower() not in _FOR_ONE_CONNECTION | _OWN | named and (not drops or _VALID_NAME.fullmatch(name))
    )
    headers[hdrs.HOST] = _host(asked, attributes)
    forwarded_for = _forwarded_for(asked, attributes)
    if forwarded_for:
        headers[_FOR] = forwarded_for
    headers[_PROTO], headers[_PORT] = asked.at.protocol.lower(), str(asked.at.port)
    headers[_TRACE] = _trace(asked.request.headers.get(_TRACE, ""))
    return headers


def _host(asked: Asked, attributes: Mapping[str, str]) -> str:
    """The Host header ("Host header preservation"); the load balancer's own name has a port here, which stays."""
    given = asked.request.headers.get(hdrs.HOST, "")
    if given == asked.at.dns_name or attributes.get("routing.http.preserve_host_header.enabled") == "true":
        return given
    return host_name(given) if asked.at.port in _USUAL_PORTS else f"{host_name(given)}:{asked.at.port}"


def _forwarded_for(asked: Asked, attributes: Mapping[str, str]) -> str:
    given = ", ".join(asked.request.headers.getall(_FOR, []))
    mode = attributes.get("routing.http.xff_header_processing.mode", "append")
    if mode != "append":
        return given if mode == "preserve" else ""
    address, port = asked.client
    client = f"{address}:{port}" if attributes.get("routing.http.xff_client_port.enabled") == "true" else str(address)
    return f"{given}, {client}" if given else client


def _trace(given: str) -> str:
    """Root is added when there is none, Self otherwise."""
    fields = [field for field in given.split(";") if field and not field.startswith("Self=")]
    own = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    if any(field.startswith("Root=") for field in fields):
        return ";".join([f"Self={own}", *fields])
    return ";".join([f"Root={own}", *fields])
