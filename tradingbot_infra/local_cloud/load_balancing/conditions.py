"""Conditions of listener rules ("Listener rules for your Application Load Balancer", User Guide for Application Load Balancers)."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import ip_network
from typing import Any

from tradingbot_infra.local_cloud.load_balancing.requests import Asked

_Condition = Mapping[str, Any]


def meets(asked: Asked, conditions: list[_Condition]) -> bool:
    """Whether a request meets every condition; a condition of an unknown kind is met by none."""
    return all(_KINDS[each["Field"]](asked, each) if each["Field"] in _KINDS else False for each in conditions)


def _path(asked: Asked, condition: _Condition) -> bool:
    return any(_pattern(value).fullmatch(asked.path) for value in condition["Values"])


def _host(asked: Asked, condition: _Condition) -> bool:
    return any(_pattern(value.lower()).fullmatch(asked.host) for value in condition["Values"])


def _method(asked: Asked, condition: _Condition) -> bool:
    return asked.request.method in condition["Values"]


def _header(asked: Asked, condition: _Condition) -> bool:
    wanted = condition["HttpHeaderConfig"]
    found = asked.request.headers.getall(wanted["HttpHeaderName"], [])
    return any(_pattern(value.lower()).fullmatch(each.lower()) for value in wanted["Values"] for each in found)


def _query(asked: Asked, condition: _Condition) -> bool:
    wanted = condition.get("QueryStringConfig", {}).get("Values", [])
    return any(_is_pair(pair, name, value) for pair in wanted for name, value in asked.arguments)


def _is_pair(wanted: Mapping[str, str], name: str, value: str) -> bool:
    names_fit = "Key" not in wanted or _pattern(wanted["Key"].lower()).fullmatch(name.lower())
    return bool(names_fit and _pattern(wanted["Value"].lower()).fullmatch(value.lower()))


def _source(asked: Asked, condition: _Condition) -> bool:
    networks = [ip_network(value, strict=False) for value in condition["Values"]]
    return any(asked.client[0] in network for network in networks)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """`*` stands for any characters, `?` for one."""
    return re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in text), re.DOTALL)


_KINDS: Mapping[str, Callable[[Asked, _Condition], bool]] = {
    "host-header": _host,
    "http-header": _header,
    "http-request-method": _method,
    "path-pattern": _path,
    "query-string": _query,
    "source-ip": _source,
}
