"""Metric filters of log groups, read where a page of DescribeMetricFilters for every batch of log lines would cost too much."""

from collections.abc import Mapping
from typing import Any

from ministack.services.cloudwatch_logs import _metric_filters


def of_group(name: str) -> list[Mapping[str, Any]]:
    """The metric filters of a log group, as DescribeMetricFilters shows them."""
    return [one for (group, _), one in _metric_filters.items() if group == name]
