"""Data transfer: out to the internet, and between zones."""

from collections.abc import Iterator

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.cost.quantities.nat import data_gib, nat_instances
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::EC2::InternetGateway",)

SERVICE = "Data transfer"

SIDES = 2
"""Both network interfaces pay where both are in EC2 (Amazon EC2 pricing, "Data transfer within the same AWS Region")."""

_OUT = "AWS gives every account 100 GB a month, not deducted here."
_ZONES = "RDS and ElastiCache do not pay their side. Replication of a Multi-AZ database is free."
_NAT = "Tasks of a zone without its own NAT; both sides pay."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Data out through the internet gateway, and data between zones."""
    gateways = assembly.of_type("AWS::EC2::InternetGateway")
    if gateways:
        yield counted(
            Part.DOCUMENT,
            SERVICE,
            Quantity(id="transfer.out", what="Out to the internet", price="data_transfer.out_lump", amount=usage.expected_transfer_out_gib),
            Quantity(id="transfer.out", what="Out to the internet", price="data_transfer.out_gb", amount=usage.expected_transfer_out_gib),
            of=gateways,
            note=_OUT,
        )
    yield from _to_data(assembly, usage)
    yield from _to_nat(assembly, usage)


def _to_data(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    services = assembly.of_type("AWS::ECS::Service")
    if services:
        between = Quantity(
            id="transfer.zones",
            what="Between tasks and RDS or Redis in another zone",
            price="data_transfer.cross_zone_gb",
            amount=usage.expected_cross_zone_gib,
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, between, of=services, note=_ZONES)


def _to_nat(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    ways_out = [*assembly.of_type("AWS::EC2::NatGateway"), *nat_instances(assembly)]
    zones = len({subnet for service in assembly.of_type("AWS::ECS::Service") for subnet in _subnets(service)})
    without = zones - len(ways_out)
    if ways_out and without > 0:
        crossing = Quantity(
            id="transfer.nat",
            what=f"To NAT in another zone, {without} of {zones} zones",
            price="data_transfer.cross_zone_gb",
            amount=data_gib(assembly, usage) * without / zones * SIDES,
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, crossing, of=ways_out, note=_NAT)


def _subnets(service: Resource) -> list[str]:
    found: list[str] = service.properties.get("NetworkConfiguration", {}).get("AwsvpcConfiguration", {}).get("Subnets", [])
    return found
