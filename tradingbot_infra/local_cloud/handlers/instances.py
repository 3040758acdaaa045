"""EC2 instances, as far as NAT instances need them. No machine runs."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.ec2_tags import retag, specifications
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring, is_true
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import records


def _create(properties: Properties, _name: str) -> Created:
    optional = {
        "IamInstanceProfile": {"Name": properties["IamInstanceProfile"]} if "IamInstanceProfile" in properties else None,
        "SubnetId": properties.get("SubnetId", _first_interface(properties).get("SubnetId")),
        "SecurityGroupIds": _security_groups(properties),
    }
    parameters = given(properties, "ImageId", "InstanceType", "KeyName", "PrivateIpAddress", "UserData")
    parameters |= {name: value for name, value in optional.items() if value}
    instance: str = call(
        "ec2", "RunInstances", MinCount=1, MaxCount=1, **parameters, TagSpecifications=specifications("instance", properties)
    )["Instances"][0]["InstanceId"]
    _write(instance, properties)
    return _created(instance)


def _change(instance_id: str, old: Properties, new: Properties) -> Created:
    _write(instance_id, new)
    retag(instance_id, old, new)
    return _created(instance_id)


def _delete(instance_id: str, _properties: Properties) -> None:
    with ignoring("InvalidInstanceID.NotFound"):
        call("ec2", "TerminateInstances", InstanceIds=[instance_id])


def _write(instance_id: str, properties: Properties) -> None:
    records.write_instance(
        instance_id,
        source_dest_check=is_true(properties.get("SourceDestCheck", True)),
        instance_type=properties.get("InstanceType"),
        security_group_ids=_security_groups(properties),
    )


def _first_interface(properties: Properties) -> Mapping[str, Any]:
    interfaces: list[Mapping[str, Any]] = properties.get("NetworkInterfaces", [])
    return interfaces[0] if interfaces else {}


def _security_groups(properties: Properties) -> list[str]:
    groups: list[str] = properties.get("SecurityGroupIds") or _first_interface(properties).get("GroupSet", [])
    return list(groups)


def _created(instance_id: str) -> Created:
    reservations = call("ec2", "DescribeInstances", InstanceIds=[instance_id])["Reservations"]
    if not reservations:
        raise LocalApiError("InvalidInstanceID.NotFound", instance_id)
    instance = reservations[0]["Instances"][0]
    return instance_id, {
        "InstanceId": instance_id,
        "AvailabilityZone": instance.get("Placement", {}).get("AvailabilityZone", ""),
        "PrivateIp": instance.get("PrivateIpAddress", ""),
        "PublicIp": instance.get("PublicIpAddress", ""),
        **{name: instance.get(name, "") for name in ("PrivateDnsName", "PublicDnsName", "VpcId")},
    }


RESOURCES: Mapping[str, Resource] = {
    "AWS::EC2::Instance": Resource(
        create=_create, change=_change, in_place=frozenset({"Tags", "SourceDestCheck", "InstanceType", "SecurityGroupIds"}), delete=_delete
    )
}
