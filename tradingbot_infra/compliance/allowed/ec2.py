"""What templates may hold of Amazon EC2 for the VPC itself: one network, of which the settings decide every part."""

from collections.abc import Mapping, Sequence
from typing import Any

from tradingbot_infra.compliance.allowed.placement import IN_THE_VPC, TAGS, one_per_subnet, route_table_of, subnet_of, zones
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    Row,
    allowed,
    exactly,
    follows,
    judged,
    one,
    refers_to,
    refers_to_the,
    required,
    setting,
)
from tradingbot_infra.compliance.observe import listed
from tradingbot_infra.compliance.reading.networks import SUBNET, VPC, VPC_ENDPOINT, tier
from tradingbot_infra.compliance.reading.routes import INTERNET_GATEWAY, ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

_INTERFACES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")


def _interfaces(config: EnvironmentConfig) -> tuple[str, ...]:
    """Services with an interface; those of telemetry only where it is sent to them."""
    sent = {"xray": config.telemetry.tracing == "xray", "monitoring": config.telemetry.metrics == "otlp"}
    return (*_INTERFACES, *(name for name, wanted in sent.items() if wanted))


def _routes(config: EnvironmentConfig) -> int:
    return zones(config) * (2 if config.network.nat_gateways else 1)


def _endpoints(config: EnvironmentConfig) -> int:
    return 1 + len(_interfaces(config)) if config.network.enable_vpc_endpoints else 0


def _block_of_its_zone(subnet: Resource, config: EnvironmentConfig) -> Sequence[str]:
    zones, blocks = config.network.availability_zones, config.network.subnets.get(str(tier(subnet)), ())
    return [block for zone, block in zip(zones, blocks, strict=False) if zone == subnet.properties.get("AvailabilityZone")]


def _service_names(_: Resource, config: EnvironmentConfig) -> Sequence[str]:
    return ["com.amazonaws.${AWS::Region}.s3", *(f"com.amazonaws.{config.network.region}.{name}" for name in _interfaces(config))]


def _is_flow_log_group(value: Any, _: Resource, assembly: Assembly) -> TriState:
    group = assembly.referred(value)
    if group is None or assembly.config is None:
        return None
    return group.properties.get("LogGroupName") == assembly.config.names.flow_log_group


def _is_complete_endpoint(value: Any, endpoint: Resource, assembly: Assembly) -> TriState:
    """S3 has a gateway for the route tables of every zone, the other services an interface in every zone."""
    if assembly.config is None:
        return None
    kind, places = (
        ("Gateway", "RouteTableIds") if str(endpoint.properties.get("ServiceName")).endswith(".s3") else ("Interface", "SubnetIds")
    )
    return bool(value == kind) and len(listed(endpoint.properties.get(places))) == zones(assembly.config)


ALLOWED: Mapping[str, AllowedType] = {
    VPC: allowed(
        *required(setting("CidrBlock", "vpc_cidr"), exactly("EnableDnsHostnames", True), exactly("EnableDnsSupport", True)),
        exactly("InstanceTenancy", "default"),
        *TAGS,
        exact=True,
        NetworkStack=one,
    ),
    SUBNET: allowed(
        *required(
            follows("AvailabilityZone", lambda _, config: config.network.availability_zones, "one of setting availability_zones"),
            follows("CidrBlock", _block_of_its_zone, "the block of its tier and zone, by the settings of subnets"),
        ),
        exactly("MapPublicIpOnLaunch", False),
        *IN_THE_VPC,
        *TAGS,
        exact=True,
        NetworkStack=one_per_subnet,
    ),
    ROUTE_TABLE: allowed(*IN_THE_VPC, *TAGS, exact=True, NetworkStack=one_per_subnet),
    ROUTE_TABLE_ASSOCIATION: allowed(
        *required(refers_to("RouteTableId", ROUTE_TABLE), refers_to("SubnetId", SUBNET)),
        exact=True,
        NetworkStack=one_per_subnet,
    ),
    ROUTE: allowed(
        *required(exactly("DestinationCidrBlock", "0.0.0.0/0"), refers_to("RouteTableId", ROUTE_TABLE)),
        *judged("net.routes", "GatewayId", "NatGatewayId", "InstanceId"),
        exact=True,
        NetworkStack=_routes,
    ),
    INTERNET_GATEWAY: allowed(*TAGS, exact=True, NetworkStack=one),
    "AWS::EC2::VPCGatewayAttachment": allowed(
        *required(refers_to("InternetGatewayId", INTERNET_GATEWAY)),
        *IN_THE_VPC,
        exact=True,
        NetworkStack=one,
    ),
    "AWS::EC2::FlowLog": allowed(
        *required(
            exactly("TrafficType", "ALL"),
            exactly("ResourceType", "VPC"),
            refers_to("ResourceId", VPC),
            exactly("LogDestinationType", "cloud-watch-logs"),
            Row(path="LogGroupName", expected="the log group of the flow log", check=_is_flow_log_group),
            refers_to_the("DeliverLogsPermissionArn", "NetworkStack/Vpc/FlowLogRole/Role/Resource"),
        ),
        *TAGS,
        exact=True,
        NetworkStack=one,
    ),
    VPC_ENDPOINT: allowed(
        *required(
            follows("ServiceName", _service_names, "S3, ECR, CloudWatch Logs, Secrets Manager or what receives telemetry, of this region"),
            Row(path="VpcEndpointType", expected="a gateway for S3, otherwise an interface, in every zone", check=_is_complete_endpoint),
        ),
        exactly("PrivateDnsEnabled", True),
        route_table_of("RouteTableIds[]", "private"),
        subnet_of("SubnetIds[]", "private"),
        *judged("net.sg_members", "SecurityGroupIds[]"),
        *IN_THE_VPC,
        *TAGS,
        exact=True,
        NetworkStack=_endpoints,
    ),
}
