"""Who takes part in network connections: where each party is, and behind which security group."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side of a connection. `name` is for people.

    `tier` is the subnet tier, None outside the VPC. `security_group` is the CDK id of its group and the beginning of the group's
    logical id, None for a party that is known by its addresses only. `description` is the group's.
    """

    name: str
    tier: str | None
    security_group: str | None = None
    description: str = ""


ANYONE = Party(name="anyone", tier=None)

LOAD_BALANCER = Party(
    name="load balancer",
    tier="public",
    security_group="AlbSecurityGroup",
    description="Load balancer: HTTP and HTTPS from anywhere, out to the tasks only",
)

TASKS = Party(
    name="tasks",
    tier="private",
    security_group="EcsSecurityGroup",
    description="Tasks: from the load balancer only, out to HTTPS, PostgreSQL and Redis",
)

POSTGRES = Party(name="PostgreSQL", tier="database", security_group="RdsSecurityGroup", description="PostgreSQL: from the tasks only")

REDIS = Party(name="Redis", tier="cache", security_group="RedisSecurityGroup", description="Redis: from the tasks only")

VPC_ENDPOINTS = Party(
    name="VPC endpoints",
    tier="private",
    security_group="EndpointsSecurityGroup",
    description="VPC endpoints: HTTPS from the tasks only",
)

NAT_INSTANCES = Party(name="NAT instances", tier="public", security_group="VpcNatSecurityGroup")
"""The CDK's NAT provider creates their group, inside the VPC."""

PRIVATE_SUBNETS = Party(name="private subnets", tier="private")
"""Whatever is in the private subnets, by address: what NAT instances serve."""
