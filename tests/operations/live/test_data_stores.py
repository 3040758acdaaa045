"""In which statuses a database or a cache serves."""

import pytest

from tradingbot_infra.operations.live.data_stores import serves


@pytest.mark.parametrize("status", ["available", "backing-up", "configuring-iam-database-auth", "snapshotting", "storage-optimization"])
def test_work_that_clients_do_not_notice_serves(status: str) -> None:
    assert serves(status)


@pytest.mark.parametrize("status", ["", "stopped", "creating", "modifying", "create-failed", "storage-full", "Available"])
def test_any_other_status_does_not_serve(status: str) -> None:
    assert not serves(status)
