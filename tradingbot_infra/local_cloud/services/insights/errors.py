"""A query that is not read here, so that nobody takes an empty answer for none."""

from tradingbot_infra.local_cloud.api.errors import LocalApiError


def malformed(message: str) -> LocalApiError:
    """What StartQuery answers."""
    return LocalApiError("MalformedQueryException", message)
