"""What Prometheus stores: values and native histograms of labelled series."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NAME = "__name__"
"""The label that holds a metric's name."""
FINEST_SCHEMA = 8
"""The finest resolution of a native histogram: 256 buckets for each power of two (Prometheus, "Native Histograms", Schema)."""
COARSEST_SCHEMA = -4


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """A native histogram: bucket i counts the observations above base**(i - 1) and up to base**i, base = 2**2**-schema."""

    count: int
    sum: float
    schema: int
    zero_threshold: float = 0.0
    zero_count: int = 0
    positive: Mapping[int, int] = field(default_factory=dict)
    """Index of a bucket -> its count; an index that is not there counts nothing."""
    negative: Mapping[int, int] = field(default_factory=dict)
    """The same of observations below zero, by their absolute values."""


@dataclass(frozen=True)
class Sample:
    """One value of one series. `labels` have the metric's name under NAME; `at` is in seconds since the epoch."""

    labels: Mapping[str, str]
    at: float
    value: float | Histogram


def at_schema(buckets: Mapping[int, int], *, finer_by: int) -> dict[int, int]:
    """Buckets joined so that their resolution is lower by so many steps, of which each halves the number of buckets."""
    joined: dict[int, int] = {}
    for index, count in buckets.items():
        coarse = ((index - 1) >> finer_by) + 1
        joined[coarse] = joined.get(coarse, 0) + count
    return joined
