"""The saved Logs Insights queries of the design document (Monitoring, "Log Insights Queries")."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from tradingbot_infra.design.log_lines import ERROR_QUERY
from tradingbot_infra.design.names import Names

RECENT_ERRORS_SHOWN = 20
"""Number of error lines on the dashboard."""


def error_lines(limit: int) -> list[str]:
    """The lines of a query for the newest error lines."""
    return ["fields @timestamp, @message, level, request_id", ERROR_QUERY, "sort @timestamp desc", f"limit {limit}"]


_QUERIES = {
    "Trace by id": [
        "fields @timestamp, level, message, strategy, client_order_id, @message",
        'filter trace_id = "PUT-THE-TRACE-ID-HERE"',
        "sort @timestamp asc",
        "limit 1000",
    ],
    "Order by id": [
        "fields @timestamp, level, message, trace_id, request_id, @message",
        'filter client_order_id = "PUT-THE-ORDER-ID-HERE"',
        "sort @timestamp asc",
        "limit 1000",
    ],
    "Heartbeats": [
        'filter event = "heartbeat"',
        "stats max(@timestamp) as last, count(*) as heartbeats by strategy, bin(1h)",
        "sort last desc",
    ],
    "Recent errors": error_lines(100),
    "Slow requests": ["fields @timestamp, @message, duration_ms", "filter duration_ms > 1000", "sort duration_ms desc", "limit 50"],
    "Trading activity": [
        "fields @timestamp, @message",
        "filter @message like /SIGNAL|ORDER|POSITION/",
        "sort @timestamp desc",
        "limit 100",
    ],
}

_SPAN_QUERIES = {
    "Slow spans": [
        "fields @timestamp, name, durationNano / 1000000 as milliseconds, attributes.exchange, traceId",
        'filter resource.attributes.service.name = "{service}" and durationNano > 1000000000',
        "sort durationNano desc",
        "limit 100",
    ],
}


class LogQueries(Construct):
    """Saves each query against the container's log group, and those about spans against that of X-Ray where the application sends any."""

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, log_group: logs.ILogGroup, spans: str | None) -> None:
        super().__init__(scope, construct_id)
        for title, lines in _QUERIES.items():
            self._save(names, title, lines, log_group.log_group_name)
        for title, lines in _SPAN_QUERIES.items() if spans else ():
            self._save(names, title, [line.format(service=names.service) for line in lines], spans or "")

    def _save(self, names: Names, title: str, lines: list[str], group: str) -> None:
        logs.CfnQueryDefinition(
            self,
            title.title().replace(" ", ""),
            name=names.query(title),
            query_string="\n| ".join(lines),
            log_group_names=[group],
        )
