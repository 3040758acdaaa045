"""Public IPv4 addresses: AWS bills each by the hour, in use or not."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::EC2::EIP",)

SERVICE = "Public IPv4 addresses"

_BALANCER = "One a zone; the load balancer uses more while it scales."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Elastic addresses, passing ones of instances, and one for each zone of an internet-facing load balancer."""
    addresses = assembly.of_type("AWS::EC2::EIP")
    yield from _of("elastic", "of NAT", len(addresses) + len(_adopted(assembly)), [*addresses, *_adopted(assembly)])
    associated = {each.properties.get("InstanceId") for each in assembly.of_type("AWS::EC2::EIPAssociation")}
    instances = [each for each in assembly.of_type("AWS::EC2::Instance") if _is_public(each) and _reference(each) not in associated]
    yield from _of("instances", "of NAT instances", len(instances), instances)
    balancers = [
        balancer
        for balancer in assembly.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
        if balancer.properties.get("Scheme") == "internet-facing"
    ]
    zones = sum(len(balancer.properties["Subnets"]) for balancer in balancers)
    yield from _of("load_balancer", "of the load balancer", zones, balancers, _BALANCER)


def _of(kind: str, whose: str, number: int, resources: Sequence[Resource], note: str = "") -> Iterator[BilledItem]:
    if number:
        what = f"{plural(number, 'address', 'addresses')} {whose}"
        hours = Quantity(id=f"public_ipv4.{kind}", what=what, price="public_ipv4.hour", amount=Decimal(number) * HOURS)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, hours, of=resources, note=note)


def _adopted(assembly: Assembly) -> list[Resource]:
    """What uses an address of no stack: it is named by its id."""
    users = assembly.of_type("AWS::EC2::NatGateway", "AWS::EC2::EIPAssociation")
    return [each for each in users if str(each.properties.get("AllocationId", "")).startswith("eipalloc-")]


def _reference(resource: Resource) -> str:
    return f"${{{resource.stack}.{resource.logical_id}}}"


def _is_public(instance: Resource) -> bool:
    return any(interface.get("AssociatePublicIpAddress") for interface in instance.properties.get("NetworkInterfaces", []))
