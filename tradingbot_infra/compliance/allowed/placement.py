"""Rows for references to what belongs to a tier of subnets."""

from typing import Any

from tradingbot_infra.compliance.allowed.row import Row
from tradingbot_infra.compliance.reading.networks import SUBNET, tier, tiers
from tradingbot_infra.compliance.reading.routes import ROUTE_TABLE, subnets_of
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.templates import Assembly, Resource


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
