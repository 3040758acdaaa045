"""OTLP's spans as the events of the log group `aws/spans`. Source: CloudWatch User Guide, "Transaction Search", "Spans"."""

import json
from collections.abc import Iterator
from typing import Any

from tradingbot_infra.local_cloud.services.telemetry.attributes import values_of

_KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
_CODES = ("UNSET", "OK", "ERROR")
_MILLISECOND = 1_000_000
"""In nanoseconds."""


def events(request: Any) -> list[dict[str, Any]]:
    """The log events of an ExportTraceServiceRequest, in order of time: an object of JSON for each span, at its end."""
    found = [
        {"timestamp": span.end_time_unix_nano // _MILLISECOND, "message": json.dumps(_event(resource, scope, span))}
        for resource, scope, span in _spans(request)
    ]
    return sorted(found, key=lambda event: int(event["timestamp"]))


def _spans(request: Any) -> Iterator[tuple[Any, Any, Any]]:
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield resource.resource, scope.scope, span


def _event(resource: Any, scope: Any, span: Any) -> dict[str, Any]:
    return {
        "resource": {"attributes": values_of(resource.attributes)},
        "scope": {"name": scope.name, "version": scope.version},
        "traceId": span.trace_id.hex(),
        "spanId": span.span_id.hex(),
        "parentSpanId": span.parent_span_id.hex(),
        "flags": span.flags,
        "name": span.name,
        "kind": _KINDS[span.kind],
        "startTimeUnixNano": span.start_time_unix_nano,
        "endTimeUnixNano": span.end_time_unix_nano,
        "durationNano": span.end_time_unix_nano - span.start_time_unix_nano,
        "attributes": values_of(span.attributes),
        "status": {"code": _CODES[span.status.code], **({"message": span.status.message} if span.status.message else {})},
        **({"events": [_happening(each) for each in span.events]} if span.events else {}),
        **({"links": [_link(each) for each in span.links]} if span.links else {}),
    }


def _happening(event: Any) -> dict[str, Any]:
    return {"timeUnixNano": event.time_unix_nano, "name": event.name, "attributes": values_of(event.attributes)}


def _link(link: Any) -> dict[str, Any]:
    return {"traceId": link.trace_id.hex(), "spanId": link.span_id.hex(), "attributes": values_of(link.attributes)}
