"""Commands that remove an obstacle. No deployment removes what is not in the template, such as an added network ACL entry."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from tradingbot_infra.operations.live.network import AclEntry, NatGateway, NetworkAcl, Route, RouteTable, Subnet
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.network.traffic import WORLD, Traffic
from tradingbot_infra.operations.printed_commands import AwsCli, Chain, Revert, chain, revert

REVERT = revert("network")
"""Restores everything that the network stack's template contains."""

_HIGHEST_NUMBER = 32766


def authorize(group_id: str, *, egress: bool, port: int, groups: Iterable[str], blocks: Iterable[IPv4Network]) -> AwsCli:
    """A rule of a security group for one port: with the first of the peer's groups where it has one, else with its blocks."""
    group = next(iter(groups), None)
    ranges = ",".join(f"{{CidrIp={block}}}" for block in blocks)
    peer = f"UserIdGroupPairs=[{{GroupId={group}}}]" if group else f"IpRanges=[{ranges}]"
    direction = "egress" if egress else "ingress"
    return AwsCli(
        f"ec2 authorize-security-group-{direction} --group-id {group_id} "
        f"--ip-permissions 'IpProtocol=tcp,FromPort={port},ToPort={port},{peer}'"
    )


def remove_acl_entry(acl: NetworkAcl, entry: AclEntry) -> AwsCli:
    """Deletes an entry of a network ACL."""
    direction = "--egress" if entry.egress else "--ingress"
    return AwsCli(f"ec2 delete-network-acl-entry --network-acl-id {acl.id} --rule-number {entry.number} {direction}")


def add_acl_entries(acl: NetworkAcl, traffic: Iterable[Traffic], *, egress: bool) -> Chain:
    """Allows traffic that no entry decides about, under free rule numbers."""
    taken = {entry.number for entry in acl.entries if entry.egress == egress}
    free = (number for number in range(100, _HIGHEST_NUMBER + 1) if number not in taken)
    direction = "--egress" if egress else "--ingress"
    return chain(
        *(
            AwsCli(
                f"ec2 create-network-acl-entry --network-acl-id {acl.id} {direction} --rule-number {number} --protocol 6 "
                f"--port-range From={each.ports[0]},To={each.ports[1]} --cidr-block {each.addresses} --rule-action allow"
            )
            for number, each in zip(free, dict.fromkeys(traffic), strict=False)
        )
    )


def delete_route(table: RouteTable, route: Route) -> AwsCli:
    """Deletes a route, so that the next less specific one applies."""
    return AwsCli(f"ec2 delete-route --route-table-id {table.id} --destination-cidr-block {route.block}")


def lead_to_nat(state: NetworkState, subnet: Subnet, table: RouteTable) -> AwsCli | Revert:
    """A default route to a NAT gateway that works, of the same zone where there is one."""
    gateway = _working_nat_gateway(state, subnet.zone)
    return AwsCli(f"{_default_route(table)} --nat-gateway-id {gateway.id}") if gateway else REVERT


def lead_to_internet_gateway(state: NetworkState, table: RouteTable) -> AwsCli | Revert:
    """A default route to the VPC's internet gateway."""
    return AwsCli(f"{_default_route(table)} --gateway-id {state.internet_gateways[0]}") if state.internet_gateways else REVERT


def _default_route(table: RouteTable) -> str:
    verb = "replace-route" if any(route.block == WORLD for route in table.routes) else "create-route"
    return f"ec2 {verb} --route-table-id {table.id} --destination-cidr-block {WORLD}"


def _working_nat_gateway(state: NetworkState, zone: str) -> NatGateway | None:
    working = [gateway for gateway in state.nat_gateways if gateway.state == "available" and gateway.public]
    near = (gateway for gateway in working if (subnet := state.subnet(gateway.subnet)) and subnet.zone == zone)
    return next(near, next(iter(working), None))
