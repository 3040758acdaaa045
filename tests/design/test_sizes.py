"""What classes and node types allow."""

import pytest

from tradingbot_infra.design.sizes import cache_maxmemory, instance_memory, max_connections

GIB = 1024**3


@pytest.mark.parametrize(
    ("instance_class", "gib"),
    [
        ("db.t3.micro", 1),
        ("db.t4g.small", 2),
        ("db.t3.medium", 4),
        ("db.m6g.large", 8),
        ("db.m5.2xlarge", 32),
        ("db.r6g.large", 16),
        ("db.r5.24xlarge", 768),
    ],
)
def test_the_memory_of_a_class_is_aws_s(instance_class: str, gib: int) -> None:
    assert instance_memory(instance_class) == gib * GIB


@pytest.mark.parametrize(("instance_class", "connections"), [("db.t3.micro", 85), ("db.t3.small", 197), ("db.r5.24xlarge", 5000)])
def test_connections_follow_rds_s_formula_after_its_own_share(instance_class: str, connections: int) -> None:
    assert max_connections(instance_class) == connections


def test_the_smallest_node_holds_the_bytes_that_aws_names() -> None:
    assert cache_maxmemory("cache.t3.micro") == 402_653_184


def test_the_reserved_share_is_not_for_data() -> None:
    assert cache_maxmemory("cache.t3.micro", 0) == 536_870_912
    assert cache_maxmemory("cache.t3.micro", 50) == 268_435_456


@pytest.mark.parametrize("node_type", ["cache.z9.large", "cache", "cache.t3.huge"])
def test_a_type_that_nobody_knows_is_taken_for_a_large_one(node_type: str) -> None:
    assert cache_maxmemory(node_type) > cache_maxmemory("cache.t3.medium")
