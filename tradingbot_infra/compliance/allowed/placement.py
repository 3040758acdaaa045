"""Rows that the tables of the network share: its VPC, its tags, and what belongs to a tier of subnets."""

from typing import Any

from tradingbot_infra.compliance.allowed.row import Row, free, refers_to, required
from tradingbot_infra.compliance.reading.networks import SUBNET, VPC, tier, tiers
from tradingbot_infra.compliance.reading.routes import ROUTE_TABLE, subnets_of
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.subnets import TIERS
from tradingbot_infra.templates import Assembly, Resource

TAGS = free("names and owners: no route, rule or policy depends on them", "Tags.**")
IN_THE_VPC = required(refers_to("VpcId", VPC))


def zones(config: EnvironmentConfig) -> int:
    """How many zones the settings name."""
    return len(config.network.availability_zones)


def one_per_subnet(config: EnvironmentConfig) -> int:
    """How many subnets there are: one of each tier in each zone."""
    return len(TIERS) * zones(config)


def subnet_of(path: str, name: str) -> Row:
    """A reference to a subnet of a tier."""

    def check(value: Any, _: Resource, assembly: Assembly) -> TriState:
        subnet = assembly.referred(value)
        return None if subnet is None else subnet.type == SUBNET and tier(subnet) == name

    return Row(path=path, expected=f"a subnet of the {name} tier", check=check)


def route_table_of(path: str, name: str) -> Row:
    """A reference to a route table that subnets of one tier use."""

    def check(value: Any, _: Resource, assembly: Assembly) -> TriState:
        table = assembly.referred(value)
        return None if table is None else table.type == ROUTE_TABLE and set(tiers(subnets_of(table, assembly), assembly)) == {name}

    return Row(path=path, expected=f"the route table of subnets of the {name} tier", check=check)
