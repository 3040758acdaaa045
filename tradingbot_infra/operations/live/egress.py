"""The elastic addresses of an environment, by which exchanges know it: also those that a deleted stack left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import AddressTypeDef

_GONE = ("deleting", "deleted", "failed")


@dataclass(frozen=True, kw_only=True)
class EgressAddress:
    """One elastic address. `zone` is that which it serves, `used_by` the NAT gateway or instance; each empty where there is none."""

    allocation_id: str
    address: str
    zone: str
    used_by: str


def read_egress(session: Session, config: EnvironmentConfig) -> tuple[EgressAddress, ...]:
    """Those with the environment's tags, and those that `nat_allocation_ids` names: by zone, used ones first."""
    users = _gateways(session)
    found = [each for each in session.ec2.describe_addresses()["Addresses"] if _is_of(each, config)]
    made = [_address(each, _zone(each, config), users) for each in found]
    return tuple(sorted(made, key=lambda each: (not each.zone, each.zone, not each.used_by, each.allocation_id)))


def to_adopt(addresses: tuple[EgressAddress, ...]) -> tuple[str, ...]:
    """The value of `nat_allocation_ids` that makes NAT use them: the first of each zone, without a gap."""
    first: dict[str, str] = {}
    for each in addresses:
        first.setdefault(each.zone, each.allocation_id)
    return tuple(allocation_id for zone, allocation_id in first.items() if zone)


def _gateways(session: Session) -> Mapping[str, str]:
    pages = session.ec2.get_paginator("describe_nat_gateways").paginate()
    living = (gateway for page in pages for gateway in page["NatGateways"] if gateway.get("State") not in _GONE)
    return {
        address["AllocationId"]: gateway["NatGatewayId"]
        for gateway in living
        for address in gateway.get("NatGatewayAddresses", [])
        if "AllocationId" in address
    }


def _is_of(address: "AddressTypeDef", config: EnvironmentConfig) -> bool:
    wanted = {"Project": config.names.tags["Project"], "Environment": config.names.tags["Environment"]}
    return address["AllocationId"] in config.network.nat_allocation_ids or wanted.items() <= _tags(address).items()


def _zone(address: "AddressTypeDef", config: EnvironmentConfig) -> str:
    network = config.network
    names = {config.names.egress_address(number): zone for number, zone in enumerate(network.availability_zones, start=1)}
    adopted = dict(zip(network.nat_allocation_ids, network.availability_zones, strict=False))
    return adopted.get(address["AllocationId"]) or names.get(_tags(address).get("Name", ""), "")


def _address(address: "AddressTypeDef", zone: str, users: Mapping[str, str]) -> EgressAddress:
    allocation_id = address["AllocationId"]
    return EgressAddress(
        allocation_id=allocation_id,
        address=address["PublicIp"],
        zone=zone,
        used_by=users.get(allocation_id, "") or address.get("InstanceId") or "",
    )


def _tags(address: "AddressTypeDef") -> dict[str, str]:
    return {tag.get("Key", ""): tag.get("Value", "") for tag in address.get("Tags", [])}
