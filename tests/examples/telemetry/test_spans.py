"""Spans by hand: what they may carry, who their parents are, and that they are nothing where no trace is kept."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracer, StatusCode

from trading_api.telemetry.spans import Tracing, span, trace_id


@pytest.fixture
def exported(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What was exported; tracing is on for the test, with the share of its parameter."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(Tracing, "tracer", provider.get_tracer("test"))
    monkeypatch.setattr(Tracing, "share", getattr(request, "param", 1.0))
    yield exporter
    provider.shutdown()


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ({"symbol": "BTCUSDT", "http__response__status_code": 200}, {"symbol": "BTCUSDT", "http.response.status_code": 200}),
        ({"http__route": "/api/v1/signals/{symbol}"}, {"http.route": "/api/v1/signals/{symbol}"}),
        ({"api_key": "x", "balance": 7, "http__url": "x"}, {}),
        ({"symbol": "key=secret"}, {}),
        ({"symbol": "x" * 65}, {}),
        ({"symbol": ""}, {}),
        ({"symbol": "a\nb"}, {}),
    ],
)
def test_only_allowed_names_with_plain_values_are_kept(
    exported: InMemorySpanExporter, attributes: dict[str, str | int], kept: dict[str, str | int]
) -> None:
    with span("root", begins=True, **attributes) as made:  # type: ignore[arg-type]
        made.set(**attributes)
    (found,) = exported.get_finished_spans()
    assert dict(found.attributes or {}) == kept


def test_an_error_is_told_by_its_class_and_goes_on(exported: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="password"), span("root", begins=True):
        raise ValueError("password of the database")
    (found,) = exported.get_finished_spans()
    assert (found.status.status_code, found.status.description, found.events) == (StatusCode.ERROR, None, ())
    assert dict(found.attributes or {}) == {"error.type": "ValueError"}


def test_the_first_reason_of_a_failure_counts(exported: InMemorySpanExporter) -> None:
    with suppress(ValueError), span("root", begins=True) as made:
        made.fail("503")
        raise ValueError
    (found,) = exported.get_finished_spans()
    assert dict(found.attributes or {}) == {"error.type": "503"}


def test_a_span_is_below_the_one_around_it_and_one_after_it_is_not(exported: InMemorySpanExporter) -> None:
    with span("root", begins=True):
        with span("first"):
            inside = trace_id()
        with span("second", begins=True):
            pass
    assert trace_id() is None
    by_name = {each.name: each for each in exported.get_finished_spans()}
    root = by_name["root"].context.span_id
    assert {name: each.parent and each.parent.span_id for name, each in by_name.items()} == {"root": None, "first": root, "second": root}
    assert inside == f"{by_name['root'].context.trace_id:032x}"


def test_a_span_without_one_around_it_is_nothing_unless_it_begins_a_trace(exported: InMemorySpanExporter) -> None:
    with span("lonely", symbol="BTCUSDT") as made:
        made.set(side="buy")
        made.rename("other")
        made.fail("x")
    assert exported.get_finished_spans() == ()


@pytest.mark.parametrize("exported", [0.5], indirect=True)
def test_whether_a_trace_is_kept_is_decided_once_and_anew_for_the_next(exported: InMemorySpanExporter) -> None:
    for number in range(400):
        with span(f"request {number}", begins=True), span(f"signal of request {number}", begins=True), span("risk"):
            pass
    found = [each.name for each in exported.get_finished_spans()]
    requests = {name for name in found if name.startswith("request")}
    assert 100 < len(requests) < 300
    assert {name.removeprefix("signal of ") for name in found if name.startswith("signal")} == requests
    assert found.count("risk") == len(requests)


@pytest.mark.parametrize("exported", [0.0], indirect=True)
def test_where_a_trace_is_not_kept_nothing_below_it_is_and_none_begins_in_the_middle_with_its_id(exported: InMemorySpanExporter) -> None:
    with span("root", begins=True), span("below"):
        assert trace_id() is None
    assert exported.get_finished_spans() == ()


def test_with_a_tracer_that_records_nothing_a_span_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tracing, "tracer", NoOpTracer())
    with span("root", begins=True), span("below") as made:
        made.rename("other")
        assert trace_id() is None


def test_with_tracing_off_a_span_is_nothing() -> None:
    assert Tracing.tracer is None
    with span("root", begins=True, symbol="BTCUSDT") as made:
        made.set(side="buy")
        assert trace_id() is None
