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
    "Recent errors": error_lines(100),
    "Slow requests": ["fields @timestamp, @message, duration_ms", "filter duration_ms > 1000", "sort duration_ms desc", "limit 50"],
    "Trading activity": [
        "fields @timestamp, @message",
        "filter @message like /SIGNAL|ORDER|POSITION/",
        "sort @timestamp desc",
        "limit 100",
    ],
}


class LogQueries(Construct):
    """Saves each query against the container's log group."""

    def __init__(self, scope: Construct, construct_id: str, *, names: Names, log_group: logs.ILogGroup) -> None:
        super().__init__(scope, construct_id)
        for title, lines in _QUERIES.items():
            logs.CfnQueryDefinition(
                self,
                title.title().replace(" ", ""),
                name=names.query(title),
                query_string="\n| ".join(lines),
                log_group_names=[log_group.log_group_name],
            )
