"""Waiting times of AWS, short enough for tests."""

import pytest


@pytest.fixture(autouse=True)
def twenty_times_as_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scale of `make up`."""
    monkeypatch.setattr("tradingbot_infra.local_cloud.clock._scale", 20.0)
