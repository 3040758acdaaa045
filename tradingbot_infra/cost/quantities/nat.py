"""NAT: gateways with the data that they process, or instances."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.cost.quantities.vpc_endpoints import has_endpoint
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::EC2::NatGateway", "AWS::EC2::Instance")

SERVICE = "NAT"

ROOT_VOLUME_GIB = Decimal(8)
"""Root volume of an instance whose template gives no size (Amazon Linux 2023 User Guide, the AMI's own snapshot)."""

_INSTANCES = "NAT instances process data at no charge. CPU beyond the credits of a t4g is billed on top."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Gateways with their data, and instances with their volumes."""
    gateways = assembly.of_type("AWS::EC2::NatGateway")
    if gateways:
        yield _gateways(gateways)
        yield _data(assembly, gateways, usage)
    yield from _instances(nat_instances(assembly))


def nat_instances(assembly: Assembly) -> tuple[Resource, ...]:
    """Instances that forward traffic of others."""
    return tuple(instance for instance in assembly.of_type("AWS::EC2::Instance") if instance.properties.get("SourceDestCheck") is False)


def unassumed(assembly: Assembly) -> tuple[Resource, ...]:
    """Instances that are not NAT."""
    known = nat_instances(assembly)
    return tuple(instance for instance in assembly.of_type("AWS::EC2::Instance") if instance not in known)


def data_gib(assembly: Assembly, usage: UsageConfig) -> Decimal:
    """Data through NAT in a month: to the internet, and to AWS services without an endpoint in the VPC."""
    # Image layers come from S3; ECR itself only lists them.
    pulls = Decimal(0) if has_endpoint(assembly, "s3") else usage.expected_image_pull_gib
    logs = Decimal(0) if has_endpoint(assembly, "logs") else usage.expected_log_gib
    return usage.expected_nat_gib + pulls + logs


def _gateways(gateways: tuple[Resource, ...]) -> BilledItem:
    hours = Quantity(
        id="nat.hours", what=plural(len(gateways), "NAT gateway"), price="nat_gateway.hour", amount=Decimal(len(gateways)) * HOURS
    )
    return counted(Part.DOCUMENT, SERVICE, hours, of=gateways)


def _data(assembly: Assembly, gateways: tuple[Resource, ...], usage: UsageConfig) -> BilledItem:
    gib = data_gib(assembly, usage)
    what = f"{shown(gib)} GB through NAT"
    return counted(
        Part.DOCUMENT,
        SERVICE,
        Quantity(id="nat.data", what=what, price="nat_gateway.data_lump", amount=gib),
        Quantity(id="nat.data", what=what, price="nat_gateway.gb", amount=gib),
        of=gateways,
    )


def _instances(instances: tuple[Resource, ...]) -> Iterator[BilledItem]:
    sizes = Counter(str(instance.properties["InstanceType"]) for instance in instances)
    for size, number in sizes.items():
        of = [instance for instance in instances if instance.properties["InstanceType"] == size]
        what = plural(number, f"{size} instance")
        yield counted(
            Part.DOCUMENT,
            SERVICE,
            Quantity(id=f"ec2.{size}", what=what, price=f"ec2.{size}.month", amount=Decimal(number)),
            Quantity(id=f"ec2.{size}", what=what, price=f"ec2.{size}.hour", amount=number * HOURS),
            of=of,
            note=_INSTANCES,
        )
    if instances:
        gib = sum((_volume_gib(instance) for instance in instances), Decimal(0))
        volume = Quantity(id="ebs.root", what=f"Volumes of {plural(len(instances), 'instance')}", price="ebs.gp3.gb_month", amount=gib)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, volume, of=instances)


def _volume_gib(instance: Resource) -> Decimal:
    volumes = [mapping.get("Ebs", {}) for mapping in instance.properties.get("BlockDeviceMappings", [])]
    return sum((Decimal(volume.get("VolumeSize", ROOT_VOLUME_GIB)) for volume in volumes), Decimal(0)) or ROOT_VOLUME_GIB
