"""The queries of metrics: Prometheus's HTTP API with CloudWatch's signature, rights and limits.

Source: CloudWatch User Guide, "Query metrics with PromQL". Of the limits those are there that one request shows: 500 series, 7 days,
20 seconds; none of those by the second or by what is scanned.
"""

import asyncio
import json
import math
import re
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response
from tradingbot_infra.local_cloud.prometheus.errors import QueryError
from tradingbot_infra.local_cloud.prometheus.names import escaped, rewritten, selects_by_name, unescaped
from tradingbot_infra.local_cloud.prometheus.samples import NAME
from tradingbot_infra.local_cloud.services.telemetry import signed, store

MOST_SERIES = 500
MOST_SECONDS = 7 * 86400
_QUERY = ("cloudwatch:GetMetricData", "cloudwatch:ListMetrics")
_DISCOVERY = ("cloudwatch:ListMetrics",)
_ACCEPTED = {"query": ("query", "time"), "query_range": ("query", "start", "end", "step")}
_REFUSED = ("timeout", "lookback_delta")
"""Parameters of Prometheus that CloudWatch's pages do not name."""
_UNPROCESSABLE, _NOT_ALLOWED, _TIMED_OUT = 422, 405, 503
_DURATION = re.compile(r"(\d+)(ms|[smhdwy])")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
_LOOKBACKS = re.compile(r"\[((?:\d+(?:ms|[smhdwy]))+)(?::[^\]]*)?\]|offset\s+((?:\d+(?:ms|[smhdwy]))+)")
_TEXTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`", re.S)


async def answer(request: HttpRequest, ask: Ask) -> Response:
    """The answer of Prometheus to a request that is signed and allowed."""
    operation = request.path.removeprefix("/api/v1/")
    is_query = operation in _ACCEPTED
    await signed.require(request, "monitoring", _QUERY if is_query else _DISCOVERY, ask)
    if request.method not in (("GET",) if operation.startswith("label/") else ("GET", "POST")):
        return _failed(_NOT_ALLOWED, "bad_data", f"{request.method} is not allowed for {request.path}")
    try:
        parameters = _parameters(request)
        limit = _limit(parameters)
        data = await asyncio.to_thread(_ask, operation, parameters)
    except QueryError as error:
        return _failed(_UNPROCESSABLE if error.status == _TIMED_OUT else error.status, error.kind, str(error))
    except LocalApiError as error:
        return _failed(error.status, "bad_data", error.message)
    most = min(limit, MOST_SERIES) if is_query else limit
    cut = _cut(data["result"] if is_query and data["resultType"] in ("vector", "matrix") else [] if is_query else data, most)
    warnings = {"warnings": [f"results truncated to {most} series" if is_query else "results truncated due to limit"]} if cut else {}
    return 200, {"Content-Type": "application/json"}, json.dumps({"status": "success", "data": data, **warnings}).encode()


def vector(query: str, at: float) -> list[tuple[dict[str, str], float]]:
    """Labels and value of each series that an expression returns at a moment. Blocks; raises QueryError and LocalApiError."""
    found = _ask("query", {"query": [query], "time": [str(at)]})
    if found["resultType"] != "vector":
        raise QueryError(400, "bad_data", f"the query must return a vector, not a {found['resultType']}")
    return [(each["metric"], float(each["value"][1]) if "value" in each else math.nan) for each in found["result"]]


def check(query: str) -> None:
    """Raises LocalApiError for an expression that names no metric; CloudWatch has no selectors by labels alone."""
    if not selects_by_name(query):
        raise LocalApiError("ValidationError", "Every selector of the query must name a metric, and there must be one")


def _ask(operation: str, parameters: Mapping[str, list[str]]) -> Any:
    if operation in _ACCEPTED:
        query = parameters.get("query", [""])[0]
        check(query)
        _check_range(query, parameters)
        own = {name: values for name, values in parameters.items() if name in _ACCEPTED[operation]}
        data = store.server().ask(operation, **{**own, "query": rewritten(query)})
        if data["resultType"] in ("vector", "matrix"):
            for each in data["result"]:
                each["metric"] = {
                    unescaped(name): unescaped(value) if name == "__name__" else value for name, value in each["metric"].items()
                }
        return data
    if operation.startswith("label/"):
        name = unquote(operation.split("/")[1])
        operation = f"label/{escaped(name)}/values"
    selectors = {"match[]": [rewritten(each) for each in parameters.get("match[]", [])]}
    found = store.server().ask(operation, **{**parameters, **selectors})
    if operation == "series":
        return [_labels(each) for each in found]
    return [unescaped(each) for each in found]


def _labels(stored: Mapping[str, str]) -> dict[str, str]:
    return {unescaped(name): unescaped(value) if name == NAME else value for name, value in stored.items()}


def _check_range(query: str, parameters: Mapping[str, list[str]]) -> None:
    start, end = (_moment(parameters.get(name, ["0"])[0]) for name in ("start", "end"))
    span = max(end - start, 0) + sum(_seconds(found[1] or found[2]) for found in _LOOKBACKS.finditer(_TEXTS.sub('""', query)))
    if span > MOST_SECONDS:
        raise LocalApiError(
            "ValidationError", "the query reads more than 7 days, its range and how far it looks back taken together", _UNPROCESSABLE
        )


def _limit(parameters: dict[str, list[str]]) -> int:
    """How many series or names are wanted; removed from the parameters, because older servers do not know it. Raises LocalApiError."""
    refused = [name for name in _REFUSED if name in parameters]
    if refused:
        raise LocalApiError("ValidationError", f"{', '.join(refused)}: no parameter of CloudWatch")
    text = parameters.pop("limit", ["0"])[0] or "0"
    if not text.isdecimal():
        raise LocalApiError("ValidationError", f"cannot parse {text!r} to a valid limit")
    return int(text) or sys.maxsize


def _cut(found: list[Any], most: int) -> bool:
    """Cuts a list; whether there was more."""
    more = len(found) > most
    del found[most:]
    return more


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise LocalApiError("ValidationError", f"cannot parse {text!r} to a valid timestamp") from None


def _seconds(duration: str) -> float:
    return sum(int(number) * _SECONDS[unit] for number, unit in _DURATION.findall(duration))


def _parameters(request: HttpRequest) -> dict[str, list[str]]:
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    given = {**request.query, **(parse_qs(request.body.decode()) if is_form else {})}
    if request.path == "/api/v1/query" and "time" not in given:
        given["time"] = [str(time.time())]
    return given


def _failed(status: int, kind: str, words: str) -> Response:
    content = {"status": "error", "errorType": kind, "error": words}
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()
