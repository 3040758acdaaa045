"""Settings of the section cache."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.config.refusals import assert_refused, is_accepted


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"redis_automatic_failover": "true"}, "redis_automatic_failover=true", "allowed: true with redis_nodes of 2 or more, or false"),
        ({"redis_engine_version": "5.0.6"}, "redis_engine_version=5.0.6", "allowed: 7.0, 7.1"),
        ({"redis_parameters": "appendonly=yes"}, "redis_parameters=appendonly=yes", "allowed: leave appendonly out"),
        ({"redis_parameters": "maxmemory-policy=random"}, "redis_parameters=maxmemory-policy=random", "allkeys-lru"),
        ({"redis_parameters": "cluster-enabled=yes"}, "redis_parameters=", "allowed: activedefrag"),
        ({"redis_parameters": "nonsense"}, "redis_parameters=nonsense", "allowed: name=value pairs"),
        ({"redis_parameters": "timeout=abc"}, "redis_parameters=timeout=abc", "allowed: timeout from 0 to 2147483647"),
        ({"redis_parameters": "slowlog-log-slower-than=-1"}, "redis_parameters=", "allowed: slowlog-log-slower-than from 0 to 1000000"),
        ({"redis_parameters": "slowlog-max-len=0"}, "redis_parameters=", "allowed: slowlog-max-len from 1 to"),
        ({"redis_parameters": "reserved-memory-percent=101"}, "redis_parameters=", "allowed: reserved-memory-percent from 0 to 100"),
        ({"redis_snapshot_window": "03:00-03:59"}, "redis_snapshot_window=03:00-03:59", "is shorter than 60 minutes"),
        ({"redis_maintenance_window": "sun:04:00-sun:04:30"}, "redis_maintenance_window=", "is shorter than 60 minutes"),
        ({"redis_snapshot_window": "03:30-04:30"}, "redis_maintenance_window=", "overlaps the snapshot window 03:30-04:30"),
        (
            {"redis_snapshot_window": "23:30-00:30", "redis_maintenance_window": "mon:00:00-mon:01:00"},
            "redis_maint",
            "overlaps the snapshot",
        ),
        ({"redis_maintenance_window": "sunday 4am"}, "redis_maintenance_window=sunday 4am", "allowed: ddd:hh:mm-ddd:hh:mm"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@given(nodes=st.integers(1, 6), failover=st.booleans())
def test_failover_is_accepted_exactly_with_a_replica(nodes: int, failover: bool) -> None:
    assert is_accepted(redis_nodes=nodes, redis_automatic_failover=failover) == (nodes > 1 or not failover)
