"""What can go wrong between this project and Prometheus."""

from tradingbot_infra.errors import UserError


class PrometheusError(UserError):
    """Prometheus is not installed, does not start, or did not take what was written; one line for people."""


class QueryError(PrometheusError):
    """Prometheus refused a query."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        """HTTP's status: 400 for a query that cannot be read, 422 for one that cannot be executed, 503 for one that took too long."""
        self.kind = kind
        """Prometheus's own word, such as `bad_data`."""
