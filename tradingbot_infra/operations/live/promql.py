"""Questions to CloudWatch's metrics in PromQL, and their answers as values.

CloudWatch answers as Prometheus does (CloudWatch User Guide, "QueryMetrics"), and so does the local cloud. One question reads at most
7 days and returns at most 500 series ("PromQL limits and restrictions"); a longer time is asked in parts.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.missing import NOT_AWS
from tradingbot_infra.operations.session import Session

LONGEST = timedelta(days=7)
"""How much one question may read, what it looks back included (CloudWatch User Guide, "PromQL limits and restrictions")."""

_MOST_SERIES = 500
_MOST_STEPS = 11_000
"""What Prometheus returns for a series at most; CloudWatch's pages name no number."""
_REFUSES, _SERVER_FAILED = 400, 500
_REFUSED = {403: "AccessDenied", 404: "404", 429: "TooManyRequestsException", 501: "501"}
"""Statuses that mean the same whatever the body says."""


@dataclass(frozen=True)
class Sample:
    """The value of a series at a moment."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Series:
    """The values of a series over a time, oldest first."""

    labels: Mapping[str, str]
    values: tuple[tuple[datetime, float], ...]


def query(session: Session, text: str, at: datetime) -> tuple[Sample, ...]:
    """What an expression is at a moment, a sample for each series. A series without a number, such as 0/0, is left out.

    Raises ClientError as every API does, and NotAnswered where the answer is not whole or not one of PromQL.
    """
    data = _asked(session, "query", query=text, time=_moment(at))
    with _understood():
        if data["resultType"] == "scalar":
            return _samples(({"metric": {}, "value": data["result"]},))
        return _samples(data["result"])


def query_range(session: Session, text: str, start: datetime, end: datetime, step: timedelta, *, back: timedelta) -> tuple[Series, ...]:
    """What an expression is at each step of a time, in as many questions as CloudWatch's limit needs; each moment counts once.

    `back` is how far `text` looks back from each moment. Raises as `query` does.
    """
    found: dict[tuple[tuple[str, str], ...], list[tuple[datetime, float]]] = {}
    for first, last in _parts(start, end, step, back):
        words = {"query": text, "start": _moment(first), "end": _moment(last), "step": f"{step.total_seconds():g}"}
        data = _asked(session, "query_range", **words)
        with _understood():
            for item in data["result"]:
                values = ((datetime.fromtimestamp(float(at), UTC), float(value)) for at, value in item["values"])
                found.setdefault(tuple(sorted(item["metric"].items())), []).extend(each for each in values if math.isfinite(each[1]))
    return tuple(Series(dict(labels), tuple(values)) for labels, values in found.items())


def _parts(start: datetime, end: datetime, step: timedelta, back: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The time in pieces that begin one step after the piece before ends, because both ends of a range are evaluated."""
    steps = min(_MOST_STEPS - 1, (LONGEST - back) // step)
    while start <= end:
        last = min(start + steps * step, end)
        yield start, last
        start = last + step


def _moment(at: datetime) -> str:
    return f"{at.timestamp():.3f}"


def _samples(items: Any) -> tuple[Sample, ...]:
    samples = (Sample(dict(item["metric"]), float(item["value"][1])) for item in items)
    return tuple(sample for sample in samples if math.isfinite(sample.value))


def _asked(session: Session, operation: str, **words: str) -> Mapping[str, Any]:
    client = session.promql
    client.meta.events.register("before-parse", _tell_errors, unique_id="promql-errors")
    answer = getattr(client, operation)(**words)
    with _understood():
        if answer["status"] != "success":
            raise NotAnswered(NOT_AWS)
        data: Mapping[str, Any] = answer["data"]
        if len(data["result"]) >= _MOST_SERIES:
            raise NotAnswered(f"CloudWatch returns {_MOST_SERIES} series at most, and this question has more: {words['query']}")
        return data


class _understood:  # noqa: N801 - reads as a word in `with`
    """An answer of another form than PromQL's is none."""

    def __enter__(self) -> None:
        """Nothing to open."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind and issubclass(kind, KeyError | TypeError | ValueError | IndexError | AttributeError):
            raise NotAnswered(NOT_AWS) from None


def _tell_errors(response_dict: Mapping[str, Any], model: Any = None, **_: Any) -> None:
    """Raises what an answer says is wrong: botocore does not know the body of PromQL's errors. A failing server is asked again first."""
    status: int = response_dict["status_code"]
    if status < _REFUSES or (status >= _SERVER_FAILED and status not in _REFUSED):
        return
    name = model.name if model is not None else "Query"
    body = _body(response_dict.get("body", b""))
    message = str(body.get("error") or body.get("message") or body.get("Message") or "")
    code = _REFUSED.get(status) or str(body.get("errorType") or body.get("__type") or status).rpartition("#")[2]
    raise ClientError({"Error": {"Code": code, "Message": message}}, name)


def _body(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
