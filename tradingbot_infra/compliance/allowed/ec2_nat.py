"""What templates may hold of Amazon EC2 for NAT: the addresses that exchanges know, and gateways or instances behind them."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.placement import TAGS, subnet_of, zones
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    Row,
    allowed,
    chosen,
    either,
    exactly,
    follows,
    judged,
    refers_to,
    required,
    setting,
)
from tradingbot_infra.compliance.reading.networks import INSTANCE, tier, zone
from tradingbot_infra.compliance.reading.routes import NAT_GATEWAY
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.nat_script import nat_script
from tradingbot_infra.templates import Assembly, Resource

_ADDRESS = "AWS::EC2::EIP"

_IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
"""The public parameter with Amazon's own image, which CloudFormation resolves (EC2 User Guide, "Reference AMIs using SSM parameters")."""


def _gateways(config: EnvironmentConfig) -> int:
    return config.network.nat_gateways if config.network.nat_type == "gateway" else 0


def _instances(config: EnvironmentConfig) -> int:
    return config.network.nat_gateways - _gateways(config)


def _addresses(config: EnvironmentConfig) -> int:
    """Those of constructs/elastic_addresses.py, without the adopted ones."""
    wanted = zones(config) if config.retention.retain_data else max(config.network.nat_gateways, 1)
    return max(wanted - len(config.network.nat_allocation_ids), 0)


def _policy(attribute: str, kept: str) -> Row:
    return chosen(attribute, lambda config: kept if config.retention.retain_data else "Delete", f"{kept}, or Delete with retain_data=false")


def _is_in_its_zone(value: Any, instance: Resource, assembly: Assembly) -> TriState:
    subnet = assembly.referred(value)
    return None if subnet is None else tier(subnet) == "public" and zone(subnet) == instance.properties.get("AvailabilityZone")


def _is_amazons_image(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    parameters = assembly.templates[resource.stack].get("Parameters", {})
    named = [parameter for name, parameter in parameters.items() if value == f"${{{resource.stack}.{name}}}"]
    return bool(named) and named[0] == {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": _IMAGE}


def _is_nat_script(value: Any, resource: Resource, assembly: Assembly) -> TriState:
    stack = assembly.stacks[resource.stack]
    return bool(value == {"Fn::Base64": nat_script(stack=stack.deployed_name, resource=resource.logical_id, region=stack.region)})


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
        *TAGS,
        exact=True,
        NetworkStack=_addresses,
    ),
    "AWS::EC2::EIPAssociation": allowed(
        *required(_ADDRESS_OF_NAT, refers_to("InstanceId", INSTANCE)),
        exact=True,
        NetworkStack=_instances,
    ),
    NAT_GATEWAY: allowed(*required(_ADDRESS_OF_NAT, subnet_of("SubnetId", "public")), *TAGS, exact=True, NetworkStack=_gateways),
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
        *TAGS,
        exact=True,
        NetworkStack=_instances,
    ),
}
