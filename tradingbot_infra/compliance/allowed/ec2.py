"""What templates may hold of Amazon EC2 and VPC: one network, of which the settings decide every part.

Groups, ACLs and routes are judged by the rules of flows; rows say here what else stands beside them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tradingbot_infra.compliance.allowed.placement import route_table_of, subnet_of
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    Count,
    Row,
    allowed,
    chosen,
    either,
    exactly,
    follows,
    free,
    judged,
    one,
    refers_to,
    refers_to_the,
    required,
    setting,
)
from tradingbot_infra.compliance.observe import listed
from tradingbot_infra.compliance.reading.flows import parties, party_of
from tradingbot_infra.compliance.reading.networks import INSTANCE, SUBNET, VPC, VPC_ENDPOINT, tier, zone
from tradingbot_infra.compliance.reading.routes import INTERNET_GATEWAY, NAT_GATEWAY, ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION
from tradingbot_infra.compliance.reading.security_group_rules import RuleDirection
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.subnets import TIERS
from tradingbot_infra.design.connections import egress, ingress
from tradingbot_infra.design.nat_script import nat_script
from tradingbot_infra.design.network_acls import DEFAULT_ACL, tier_acls
from tradingbot_infra.templates import Assembly, Resource

_ADDRESS = "AWS::EC2::EIP"
_ACL = "AWS::EC2::NetworkAcl"

_TAGS = free("names and owners: no route, rule or policy depends on them", "Tags.**")
_IN_THE_VPC = required(refers_to("VpcId", VPC))

_IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
"""The public parameter with Amazon's own image, which CloudFormation resolves (EC2 User Guide, "Reference AMIs using SSM parameters")."""

_NAT_GROUP = "Security Group for NAT instances"
"""The description that the CDK's NAT provider gives its group."""

_PURPOSE = "the purpose of a connection of the design"

_INTERFACES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")


def _zones(config: EnvironmentConfig) -> int:
    return len(config.network.availability_zones)


def _one_per_subnet(config: EnvironmentConfig) -> int:
    return len(TIERS) * _zones(config)


def _routes(config: EnvironmentConfig) -> int:
    return _zones(config) * (2 if config.network.nat_gateways else 1)


def _gateways(config: EnvironmentConfig) -> int:
    return config.network.nat_gateways if config.network.nat_type == "gateway" else 0


def _instances(config: EnvironmentConfig) -> int:
    return config.network.nat_gateways - _gateways(config)


def _addresses(config: EnvironmentConfig) -> int:
    """Those of constructs/elastic_addresses.py, without the adopted ones."""
    wanted = _zones(config) if config.retention.retain_data else max(config.network.nat_gateways, 1)
    return max(wanted - len(config.network.nat_allocation_ids), 0)


def _endpoints(config: EnvironmentConfig) -> int:
    return 1 + len(_INTERFACES) if config.network.enable_vpc_endpoints else 0


def _policy(attribute: str, kept: str) -> Row:
    return chosen(attribute, lambda config: kept if config.retention.retain_data else "Delete", f"{kept}, or Delete with retain_data=false")


def _block_of_its_zone(subnet: Resource, config: EnvironmentConfig) -> Sequence[str]:
    zones, blocks = config.network.availability_zones, config.network.subnets.get(str(tier(subnet)), ())
    return [block for zone, block in zip(zones, blocks, strict=False) if zone == subnet.properties.get("AvailabilityZone")]


def _service_names(_: Resource, config: EnvironmentConfig) -> Sequence[str]:
    return ["com.amazonaws.${AWS::Region}.s3", *(f"com.amazonaws.{config.network.region}.{name}" for name in _INTERFACES)]


def _is_flow_log_group(value: Any, _: Resource, assembly: Assembly) -> TriState:
    group = assembly.referred(value)
    if group is None or assembly.config is None:
        return None
    return group.properties.get("LogGroupName") == assembly.config.names.flow_log_group


def _is_in_its_zone(value: Any, instance: Resource, assembly: Assembly) -> TriState:
    subnet = assembly.referred(value)
    return None if subnet is None else tier(subnet) == "public" and zone(subnet) == instance.properties.get("AvailabilityZone")


def _group_descriptions(group: Resource, config: EnvironmentConfig) -> Sequence[str]:
    party = party_of(group, config)
    return [party.description or _NAT_GROUP] if party else []


def _rule_descriptions(_: Resource, config: EnvironmentConfig) -> Sequence[str]:
    return ["Disallow all traffic", *(row.purpose for row in config.connections)]


def _separate_rules(direction: RuleDirection) -> Count:
    """The rules between two groups; those for addresses stand inside the group."""
    rows_of = ingress if direction == "Ingress" else egress

    def count(config: EnvironmentConfig) -> int:
        rows = [row for party in parties(config) for row in rows_of(config.connections, party)]
        return sum(bool((row.source if direction == "Ingress" else row.target).security_group) for row in rows)

    return count


def _acl_entries(config: EnvironmentConfig) -> int:
    acls = [*tier_acls(config.network.subnets, config.connections).values(), DEFAULT_ACL]
    return sum(len(acl.inbound) + len(acl.outbound) for acl in acls)


def _is_amazons_image(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    parameters = assembly.templates[resource.stack].get("Parameters", {})
    named = [parameter for name, parameter in parameters.items() if value == f"${{{resource.stack}.{name}}}"]
    return bool(named) and named[0] == {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": _IMAGE}


def _is_nat_script(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    stack = assembly.stacks[resource.stack]
    return bool(value == {"Fn::Base64": nat_script(stack=stack.deployed_name, resource=resource.logical_id, region=stack.region)})


def _is_complete_endpoint(value: Any, endpoint: Resource, assembly: Assembly) -> TriState:
    """S3 has a gateway for the route tables of every zone, the other services an interface in every zone."""
    if assembly.config is None:
        return None
    kind, places = (
        ("Gateway", "RouteTableIds") if str(endpoint.properties.get("ServiceName")).endswith(".s3") else ("Interface", "SubnetIds")
    )
    return bool(value == kind) and len(listed(endpoint.properties.get(places))) == _zones(assembly.config)


def _some(path: str) -> Row:
    """A list of objects that other rows judge: where it is required, it has one or more."""
    return Row(path=path, expected="one or more objects", check=lambda *_: False)


_ADDRESS_OF_NAT = either(
    "AllocationId",
    refers_to("", _ADDRESS),
    follows("", lambda _, config: config.network.nat_allocation_ids, "one of setting nat_allocation_ids"),
)

ALLOWED: Mapping[str, AllowedType] = {
    _ADDRESS: allowed(
        *required(exactly("Domain", "vpc"), _policy("@DeletionPolicy", "RetainExceptOnCreate"), _policy("@UpdateReplacePolicy", "Retain")),
        *_TAGS,
        exact=True,
        NetworkStack=_addresses,
    ),
    "AWS::EC2::EIPAssociation": allowed(
        *required(_ADDRESS_OF_NAT, refers_to("InstanceId", INSTANCE)),
        exact=True,
        NetworkStack=_instances,
    ),
    VPC: allowed(
        *required(setting("CidrBlock", "vpc_cidr"), exactly("EnableDnsHostnames", True), exactly("EnableDnsSupport", True)),
        exactly("InstanceTenancy", "default"),
        *_TAGS,
        exact=True,
        NetworkStack=one,
    ),
    SUBNET: allowed(
        *required(
            follows("AvailabilityZone", lambda _, config: config.network.availability_zones, "one of setting availability_zones"),
            follows("CidrBlock", _block_of_its_zone, "the block of its tier and zone, by the settings of subnets"),
        ),
        exactly("MapPublicIpOnLaunch", False),
        *_IN_THE_VPC,
        *_TAGS,
        exact=True,
        NetworkStack=_one_per_subnet,
    ),
    ROUTE_TABLE: allowed(*_IN_THE_VPC, *_TAGS, exact=True, NetworkStack=_one_per_subnet),
    ROUTE_TABLE_ASSOCIATION: allowed(
        *required(refers_to("RouteTableId", ROUTE_TABLE), refers_to("SubnetId", SUBNET)),
        exact=True,
        NetworkStack=_one_per_subnet,
    ),
    ROUTE: allowed(
        *required(exactly("DestinationCidrBlock", "0.0.0.0/0"), refers_to("RouteTableId", ROUTE_TABLE)),
        *judged("net.routes", "GatewayId", "NatGatewayId", "InstanceId"),
        exact=True,
        NetworkStack=_routes,
    ),
    NAT_GATEWAY: allowed(*required(_ADDRESS_OF_NAT, subnet_of("SubnetId", "public")), *_TAGS, exact=True, NetworkStack=_gateways),
    INTERNET_GATEWAY: allowed(*_TAGS, exact=True, NetworkStack=one),
    "AWS::EC2::VPCGatewayAttachment": allowed(
        *required(refers_to("InternetGatewayId", INTERNET_GATEWAY)),
        *_IN_THE_VPC,
        exact=True,
        NetworkStack=one,
    ),
    INSTANCE: allowed(
        *required(
            Row(path="ImageId", expected=f"Amazon Linux, by {_IMAGE}", check=_is_amazons_image),
            Row(path="UserData", expected="the script of design/nat_script.py", check=_is_nat_script),
            setting("InstanceType", "nat_instance_type"),
            refers_to("IamInstanceProfile", "AWS::IAM::InstanceProfile"),
            exactly("MetadataOptions.HttpTokens", "required"),
            _some("BlockDeviceMappings[]"),
            _some("NetworkInterfaces[]"),
            exactly("BlockDeviceMappings[].DeviceName", "/dev/xvda"),
            exactly("BlockDeviceMappings[].Ebs.Encrypted", True),
            exactly("SourceDestCheck", False),
            Row(path="NetworkInterfaces[].SubnetId", expected="the public subnet of its zone", check=_is_in_its_zone),
            exactly("NetworkInterfaces[].AssociatePublicIpAddress", True),
            exactly("@CreationPolicy.ResourceSignal.Count", 1),
            exactly("@CreationPolicy.ResourceSignal.Timeout", "PT10M"),
            exactly("BlockDeviceMappings[].Ebs.VolumeType", "gp3"),
            exactly("NetworkInterfaces[].DeviceIndex", 0),
            follows("AvailabilityZone", lambda _, config: config.network.availability_zones, "one of setting availability_zones"),
        ),
        *judged("net.sg_members", "NetworkInterfaces[].GroupSet[]"),
        *_TAGS,
        exact=True,
        NetworkStack=_instances,
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
        *_TAGS,
        exact=True,
        NetworkStack=one,
    ),
    _ACL: allowed(*_IN_THE_VPC, *_TAGS, exact=True, NetworkStack=lambda _: len(TIERS)),
    "AWS::EC2::NetworkAclEntry": allowed(
        *required(refers_to("NetworkAclId", _ACL, VPC)),
        *judged(
            "net.nacl_entries",
            "CidrBlock",
            "Egress",
            "Icmp.Code",
            "Icmp.Type",
            "PortRange.From",
            "PortRange.To",
            "Protocol",
            "RuleAction",
            "RuleNumber",
        ),
        exact=True,
        NetworkStack=_acl_entries,
    ),
    "AWS::EC2::SubnetNetworkAclAssociation": allowed(
        *required(refers_to("NetworkAclId", _ACL), refers_to("SubnetId", SUBNET)),
        exact=True,
        NetworkStack=_one_per_subnet,
    ),
    "AWS::EC2::SecurityGroup": allowed(
        *required(follows("GroupDescription", _group_descriptions, "the description of its party")),
        *(follows(f"SecurityGroup{way}[].Description", _rule_descriptions, _PURPOSE) for way in ("Egress", "Ingress")),
        *judged(
            "net.sg_flows",
            *(f"SecurityGroup{way}[].{name}" for way in ("Egress", "Ingress") for name in ("CidrIp", "FromPort", "IpProtocol", "ToPort")),
        ),
        *_IN_THE_VPC,
        *_TAGS,
        exact=True,
        NetworkStack=lambda config: len(parties(config)),
    ),
    "AWS::EC2::SecurityGroupEgress": allowed(
        follows("Description", _rule_descriptions, _PURPOSE),
        *judged("net.sg_flows", "DestinationSecurityGroupId", "FromPort", "GroupId", "IpProtocol", "ToPort"),
        exact=True,
        NetworkStack=_separate_rules("Egress"),
    ),
    "AWS::EC2::SecurityGroupIngress": allowed(
        follows("Description", _rule_descriptions, _PURPOSE),
        *judged("net.sg_flows", "FromPort", "GroupId", "IpProtocol", "SourceSecurityGroupId", "ToPort"),
        exact=True,
        NetworkStack=_separate_rules("Ingress"),
    ),
    VPC_ENDPOINT: allowed(
        *required(
            follows("ServiceName", _service_names, "S3, ECR, CloudWatch Logs or Secrets Manager of this region"),
            Row(path="VpcEndpointType", expected="a gateway for S3, otherwise an interface, in every zone", check=_is_complete_endpoint),
        ),
        exactly("PrivateDnsEnabled", True),
        route_table_of("RouteTableIds[]", "private"),
        subnet_of("SubnetIds[]", "private"),
        *judged("net.sg_members", "SecurityGroupIds[]"),
        *_IN_THE_VPC,
        *_TAGS,
        exact=True,
        NetworkStack=_endpoints,
    ),
}
