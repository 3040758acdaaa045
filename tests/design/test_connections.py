"""Who reaches whom on which port."""

import pytest

from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.connections import Connection, egress, ingress
from tradingbot_infra.design.parties import ANYONE, LOAD_BALANCER, POSTGRES, REDIS, TASKS


def ends(rows: tuple[Connection, ...]) -> set[tuple[str, str, int]]:
    """Source, target and port of each connection."""
    return {(row.source.name, row.target.name, row.port) for row in rows}


def test_connections_of_production_are_those_of_the_design_document() -> None:
    rows = load_config("production").connections
    assert ends(ingress(rows, LOAD_BALANCER)) == {("anyone", "load balancer", 80), ("anyone", "load balancer", 443)}
    assert ends(egress(rows, LOAD_BALANCER)) == {("load balancer", "tasks", 8001)}
    assert ends(ingress(rows, TASKS)) == {("load balancer", "tasks", 8001)}
    stores = {("tasks", "PostgreSQL", 5432), ("tasks", "Redis", 6379)}
    assert ends(egress(rows, TASKS)) == {("tasks", ANYONE.name, port) for port in (443, 8443, 9443)} | stores
    assert (ends(egress(rows, POSTGRES)), ends(egress(rows, REDIS))) == (set(), set())


@pytest.mark.parametrize(
    ("settings", "gone", "new"),
    [
        ({"enable_redis": "false"}, {("tasks", "Redis", 6379)}, set()),
        ({"enable_vpc_endpoints": "true"}, set(), {("tasks", "VPC endpoints", 443)}),
        ({"egress_ports": "443,587"}, {("tasks", "anyone", 8443), ("tasks", "anyone", 9443)}, {("tasks", "anyone", 587)}),
        (
            {"nat_type": "instance", "egress_ports": "443,8443,9443"},
            set(),
            {row for port in (443, 8443, 9443) for row in (("private subnets", "NAT instances", port), ("NAT instances", "anyone", port))},
        ),
    ],
)
def test_settings_add_and_remove_whole_connections(settings: dict[str, str], gone: set[object], new: set[object]) -> None:
    before, after = ends(load_config("production").connections), ends(load_config("production", settings).connections)
    assert (before - after, after - before) == (gone, new)
