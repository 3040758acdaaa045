"""The messages of Prometheus's remote write, as far as this project writes them. Source: prometheus/prompb of Prometheus 2.42."""

from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tradingbot_infra.local_cloud.prometheus.samples import Histogram, Sample

_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "prometheus"
_REPEATED, _SINGLE = _Field.LABEL_REPEATED, _Field.LABEL_OPTIONAL
_Row = tuple[str, int, "_Field.Type.ValueType", "_Field.Label.ValueType", str]
_MESSAGES: Mapping[str, tuple[_Row, ...]] = {
    "WriteRequest": (("timeseries", 1, _Field.TYPE_MESSAGE, _REPEATED, "TimeSeries"),),
    "TimeSeries": (
        ("labels", 1, _Field.TYPE_MESSAGE, _REPEATED, "Label"),
        ("samples", 2, _Field.TYPE_MESSAGE, _REPEATED, "Sample"),
        ("histograms", 4, _Field.TYPE_MESSAGE, _REPEATED, "Histogram"),
    ),
    "Label": (("name", 1, _Field.TYPE_STRING, _SINGLE, ""), ("value", 2, _Field.TYPE_STRING, _SINGLE, "")),
    "Sample": (("value", 1, _Field.TYPE_DOUBLE, _SINGLE, ""), ("timestamp", 2, _Field.TYPE_INT64, _SINGLE, "")),
    "BucketSpan": (("offset", 1, _Field.TYPE_SINT32, _SINGLE, ""), ("length", 2, _Field.TYPE_UINT32, _SINGLE, "")),
    "Histogram": (
        ("count_int", 1, _Field.TYPE_UINT64, _SINGLE, ""),
        ("sum", 3, _Field.TYPE_DOUBLE, _SINGLE, ""),
        ("schema", 4, _Field.TYPE_SINT32, _SINGLE, ""),
        ("zero_threshold", 5, _Field.TYPE_DOUBLE, _SINGLE, ""),
        ("zero_count_int", 6, _Field.TYPE_UINT64, _SINGLE, ""),
        ("negative_spans", 8, _Field.TYPE_MESSAGE, _REPEATED, "BucketSpan"),
        ("negative_deltas", 9, _Field.TYPE_SINT64, _REPEATED, ""),
        ("positive_spans", 11, _Field.TYPE_MESSAGE, _REPEATED, "BucketSpan"),
        ("positive_deltas", 12, _Field.TYPE_SINT64, _REPEATED, ""),
        ("timestamp", 15, _Field.TYPE_INT64, _SINGLE, ""),
    ),
}
_ALTERNATIVES = {"count_int": "count", "zero_count_int": "zero_count"}
"""Field -> the `oneof` that it belongs to: it is written even if it is zero."""


def write_request(samples: Iterable[Sample]) -> bytes:
    """One remote write of these samples; those of a series are in the order given."""
    series: dict[tuple[tuple[str, str], ...], list[Sample]] = {}
    for sample in samples:
        series.setdefault(tuple(sorted(sample.labels.items())), []).append(sample)
    request = _WRITE_REQUEST()
    for labels, of_series in series.items():
        added = request.timeseries.add()
        for name, value in labels:
            added.labels.add(name=name, value=value)
        for sample in of_series:
            milliseconds = round(sample.at * 1000)
            if isinstance(sample.value, Histogram):
                _fill(added.histograms.add(timestamp=milliseconds), sample.value)
            else:
                added.samples.add(value=sample.value, timestamp=milliseconds)
    written: bytes = request.SerializeToString()
    return written


def _fill(message: Any, histogram: Histogram) -> None:
    message.count_int, message.sum, message.schema = histogram.count, histogram.sum, histogram.schema
    message.zero_threshold, message.zero_count_int = histogram.zero_threshold, histogram.zero_count
    _fill_buckets(message.positive_spans, message.positive_deltas, histogram.positive)
    _fill_buckets(message.negative_spans, message.negative_deltas, histogram.negative)


def _fill_buckets(spans: Any, deltas: Any, buckets: Mapping[int, int]) -> None:
    """Runs of buckets that follow each other: how far after the one before, how many, and how each count differs from the last."""
    follows: int | None = None
    last = 0
    for index, count in sorted(buckets.items()):
        if follows is None or index != follows:
            spans.add(offset=index - (follows or 0), length=0)
        spans[-1].length += 1
        deltas.append(count - last)
        follows, last = index + 1, count


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="tradingbot/remote_write.proto", package=_PACKAGE, syntax="proto3")
    for name, rows in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, label, of in rows:
            added = message.field.add(name=field, number=number, type=kind, label=label)
            if of:
                added.type_name = f".{_PACKAGE}.{of}"
            if field in _ALTERNATIVES:
                added.oneof_index = len(message.oneof_decl)
                message.oneof_decl.add(name=_ALTERNATIVES[field])
    return file


def _message_class(name: str) -> Any:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_file())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


_WRITE_REQUEST = _message_class("WriteRequest")
