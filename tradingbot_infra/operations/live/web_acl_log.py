"""Requests that the web ACL blocked, summed by rule and path, from its log (AWS WAF Developer Guide, "Log fields for web ACL traffic").

Query strings are never read. Parts of a path that may be secret, such as the token in a webhook's address, are cut: so are all that are
long or have a colon, as Telegram's have.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.logs import LogLine, Wanted, lines
from tradingbot_infra.operations.session import Session

OVER = timedelta(hours=3)
"""How far back blocked requests count: longer than a deployment, shorter than a night."""

AT_MOST = 10_000
"""How many requests are read; a flood has more, and the first ones show it as well."""

_CLIENTS = 3
_LONG = 24
_BLOCKED = '{ $.action = "BLOCK" }'


@dataclass(frozen=True)
class Blocked:
    """Requests to one path that one rule blocked. `clients` are some of their addresses, each with its country."""

    rule: str
    path: str
    requests: int
    newest: datetime
    clients: tuple[str, ...]

    def __str__(self) -> str:
        times = "1 request" if self.requests == 1 else f"{self.requests} requests"
        return f"{self.rule} {self.path}: {times}, newest {self.newest:%Y-%m-%d %H:%M:%S} UTC, from {', '.join(self.clients)}"


def read_blocked(session: Session, names: Names, *, until: datetime) -> tuple[Blocked, ...]:
    """What was blocked within OVER of a moment, the newest first.

    Raises UserError when there is no such log group.
    """
    found: defaultdict[tuple[str, str], list[tuple[LogLine, Mapping[str, Any]]]] = defaultdict(list)
    for line in islice(lines(session, Wanted(names.web_acl_log_group, (_BLOCKED,)), since=until - OVER), AT_MOST):
        record = json.loads(line.message)
        request = record.get("httpRequest", {})
        found[_rule(record), _shown(str(request.get("uri", "")))].append((line, request))
    blocked = [_summed(rule, path, requests) for (rule, path), requests in found.items()]
    return tuple(sorted(blocked, key=lambda each: each.newest, reverse=True))


def _summed(rule: str, path: str, requests: list[tuple[LogLine, Mapping[str, Any]]]) -> Blocked:
    newest_first = sorted(requests, key=lambda each: each[0].at, reverse=True)
    clients = dict.fromkeys(_printable(f"{request.get('clientIp', '?')} ({request.get('country', '?')})") for _, request in newest_first)
    return Blocked(rule, path, len(requests), newest_first[0][0].at, tuple(clients)[:_CLIENTS])


def _rule(record: Mapping[str, Any]) -> str:
    """The rule that ended a request: inside a group the group's own rule, else the web ACL's."""
    inside = [group["terminatingRule"]["ruleId"] for group in record.get("ruleGroupList") or () if group.get("terminatingRule")]
    return str(inside[0] if inside else record.get("terminatingRuleId", "?"))


def _shown(path: str) -> str:
    parts = _printable(path.partition("?")[0]).split("/")
    return "/".join(f"{part[:4]}..." if len(part) > _LONG or ":" in part or "%3a" in part.lower() else part for part in parts)[:120] or "/"


def _printable(text: str) -> str:
    return "".join(character if character.isascii() and character.isprintable() else "?" for character in text)
