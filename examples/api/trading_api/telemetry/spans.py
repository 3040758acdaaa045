"""Spans of traces, made by hand.

The instrumentations of OpenTelemetry for FastAPI, httpx, psycopg and redis are pre-releases, cost a request more than all spans here,
and record what must not leave: paths with their values, statements, texts of errors. Here an attribute is sent only if its name is
known and its value is short and plain, and of an error only its class.

Whether a trace is kept is decided once, when it begins, and without OpenTelemetry: a sampler that says no makes that span some five
times as expensive. Where a trace is not kept, or tracing is off, a span costs about a microsecond.
"""

import random
from collections.abc import Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, Tracer, set_span_in_context

from trading_api.metrics.contract import PLAIN

ALLOWED = frozenset(
    {
        "strategy",
        "exchange",
        "symbol",
        "order_id",
        "side",
        "status",
        "decision",
        "model",
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "db.system.name",
        "db.operation.name",
        "db.collection.name",
        "error.type",
    }
)
"""The attributes that a span may have."""

_DOTTED = {name.replace(".", "__"): name for name in ALLOWED}

_ROOT = Context()

_current: ContextVar[Span | None] = ContextVar("current_span", default=None)
"""The span that runs. INVALID_SPAN where it was decided that the trace is not kept: nothing within it begins another.

OpenTelemetry's own context would be asked several times a request, also of those that are not kept, and is much slower.
"""

INTERNAL, SERVER, CLIENT = SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT


class Tracing:
    """The tracer of this process; None while tracing is off."""

    tracer: Tracer | None = None
    share: float = 1.0
    """The share of traces that is kept, 0 to 1."""


class span:  # noqa: N801 - it is used like a function: `with span("risk", symbol=symbol):`
    """A span below the current one, for a `with` block. Without a current one it is nothing, unless it begins a trace.

    Attributes are given with __ for a dot: `http__route`.
    """

    __slots__ = ("_attributes", "_begins", "_kind", "_name", "_span", "_token")

    def __init__(self, name: str, kind: SpanKind = INTERNAL, *, begins: bool = False, **attributes: str | int) -> None:
        self._name = name
        self._kind = kind
        self._begins = begins
        self._attributes = attributes
        self._span: Span | None = None
        self._token: Token[Span | None] | None = None

    def __enter__(self) -> Self:
        tracer, current = Tracing.tracer, _current.get()
        if tracer is None or current is INVALID_SPAN or (current is None and not self._begins):
            return self
        if current is None and random.random() >= Tracing.share:  # noqa: S311 - a sample, no secret
            self._token = _current.set(INVALID_SPAN)
            return self
        within = _ROOT if current is None else set_span_in_context(current, _ROOT)
        made = tracer.start_span(self._name, within, self._kind)
        if made.is_recording():  # it does not where OTEL_SDK_DISABLED says so
            self._span = made
        self._token = _current.set(made if made.is_recording() else INVALID_SPAN)
        return self

    def set(self, **attributes: str | int) -> None:
        """Adds attributes. Those that are not allowed, or not plain, are left out."""
        self._attributes.update(attributes)

    def rename(self, name: str) -> None:
        """Names it anew, when its name is known at its end only."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, error_type: str) -> None:
        """Marks it as failed, with the class of the error or its code. The first word counts: what it leads to says less."""
        if self._span is not None and "error__type" not in self._attributes:
            self.set(error__type=error_type)
            self._span.set_status(StatusCode.ERROR)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._token is not None:
            _current.reset(self._token)
        if self._span is None:
            return
        if kind is not None:
            self.fail(kind.__name__)
        # All at once: each call checks and copies anew.
        self._span.set_attributes(_allowed(self._attributes))
        self._span.end()


def _allowed(attributes: Mapping[str, str | int]) -> dict[str, str | int]:
    """Those whose name is known, and whose value is a number or plain."""
    return {
        dotted: value
        for name, value in attributes.items()
        if (dotted := _DOTTED.get(name)) is not None and (isinstance(value, int) or PLAIN.fullmatch(value))
    }


def trace_id() -> str | None:
    """The id of the trace that is being kept, for the log."""
    current = _current.get()
    return None if current is None or current is INVALID_SPAN else f"{current.get_span_context().trace_id:032x}"
