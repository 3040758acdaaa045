"""What deleting may ignore."""

import pytest

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.resource import ignoring


def test_only_the_errors_for_missing_resources_are_ignored() -> None:
    with ignoring("Gone", "Missing"):
        raise LocalApiError("Missing", "")
    with pytest.raises(LocalApiError, match="AccessDenied"), ignoring("Gone"):
        raise LocalApiError("AccessDenied", "")
