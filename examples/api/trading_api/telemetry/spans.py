"""Spans of traces, made by hand.

The instrumentations of OpenTelemetry for FastAPI, httpx, psycopg and redis are pre-releases, cost a request more than all spans here,
and record what must not leave: paths with their values, statements, texts of errors. Here an attribute is sent only if its name is
known and its value is short and plain, and of an error only its class.

Whether a trace is kept is decided once, when it begins. Where it is not, or tracing is off, a span costs less than a microsecond.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span, set_span_in_context

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

_PLAIN = re.compile(r"[A-Za-z0-9_.:/{}-]{1,64}")
_ROOT = Context()

_left_out: ContextVar[bool] = ContextVar("left_out", default=False)
"""Whether it was decided that the trace is not kept: nothing within it begins another."""

INTERNAL, SERVER, CLIENT = SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT


class Tracing:
    """The tracer of this process; None while tracing is off."""

    tracer: Tracer | None = None


class span:  # noqa: N801 - it is used like a function: `with span("risk", symbol=symbol):`
    """A span below the current one, for a `with` block. Without a current one it is nothing, unless it begins a trace.

    Attributes are given with __ for a dot: `http__route`.
    """

    __slots__ = ("_attributes", "_begins", "_failed", "_kind", "_name", "_span", "_token")

    def __init__(self, name: str, kind: SpanKind = INTERNAL, *, begins: bool = False, **attributes: str | int) -> None:
        self._name = name
        self._kind = kind
        self._begins = begins
        self._attributes = attributes
        self._span: Span | None = None
        self._token: Any = None
        self._failed = False

    def __enter__(self) -> Self:
        tracer = Tracing.tracer
        if tracer is None:
            return self
        if get_current_span().is_recording():
            made = tracer.start_span(self._name, kind=self._kind, attributes=_allowed(self._attributes))
        elif self._begins and not _left_out.get():
            made = tracer.start_span(self._name, _ROOT, self._kind, _allowed(self._attributes))
            if not made.is_recording():
                self._token = _left_out.set(True)
                return self
        else:
            return self
        self._span, self._token = made, attach(set_span_in_context(made))
        return self

    def set(self, **attributes: str | int) -> None:
        """Adds attributes. Those that are not allowed, or not plain, are left out."""
        if self._span is not None:
            self._span.set_attributes(_allowed(attributes))

    def rename(self, name: str) -> None:
        """Names it anew, when its name is known at its end only."""
        if self._span is not None:
            self._span.update_name(name)

    def fail(self, error_type: str) -> None:
        """Marks it as failed, with the class of the error or its code. The first word counts: what it leads to says less."""
        if self._span is not None and not self._failed:
            self._failed = True
            self.set(error__type=error_type)
            self._span.set_status(StatusCode.ERROR)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._span is None:
            if self._token is not None:
                _left_out.reset(self._token)
            return
        if kind is not None:
            self.fail(kind.__name__)
        detach(self._token)
        self._span.end()


def _allowed(attributes: Mapping[str, str | int]) -> dict[str, str | int]:
    """Those whose name is known, and whose value is a number or plain."""
    return {
        dotted: value
        for name, value in attributes.items()
        if (dotted := name.replace("__", ".")) in ALLOWED and (isinstance(value, int) or _PLAIN.fullmatch(value))
    }


def trace_id() -> str | None:
    """The id of the trace that is being kept, for the log."""
    current = get_current_span()
    return f"{current.get_span_context().trace_id:032x}" if current.is_recording() else None
