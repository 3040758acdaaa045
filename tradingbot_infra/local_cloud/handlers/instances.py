"""EC2 instances, as far as NAT instances need them: a record without a machine behind it."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.ec2_tags import retag, specifications
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring, is_true
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import records


def _create(_logical_id: str, properties: Properties, _stack_name: str) -> Created:
    parameters = given(properties, "ImageId", "InstanceType", "KeyName", "PrivateIpAddress", "UserData")
    if "IamInstanceProfile" in properties:
        parameters["IamInstanceProfile"] = {"Name": properties["IamInstanceProfile"]}
    interface = _first_interface(properties)
    subnet = properties.get("SubnetId", interface.get("SubnetId"))
    if subnet:
        parameters["SubnetId"] = subnet
    groups = _security_groups(properties)
    if groups:
        parameters["SecurityGroupIds"] = groups
    instance: str = call(
        "ec2",
        "RunInstances",
        MinCount=1,
        MaxCount=1,
        **parameters,
        TagSpecifications=specifications("instance", properties),
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
        raise LocalApiError("DescribeInstances", "InvalidInstanceID.NotFound", instance_id)
    instance = reservations[0]["Instances"][0]
    return instance_id, {
        "InstanceId": instance_id,
        "AvailabilityZone": instance.get("Placement", {}).get("AvailabilityZone", ""),
        "PrivateDnsName": instance.get("PrivateDnsName", ""),
        "PrivateIp": instance.get("PrivateIpAddress", ""),
        "PublicDnsName": instance.get("PublicDnsName", ""),
        "PublicIp": instance.get("PublicIpAddress", ""),
        "VpcId": instance.get("VpcId", ""),
    }


RESOURCES: Mapping[str, Resource] = {
    "AWS::EC2::Instance": Resource(
        create=_create,
        change=_change,
        in_place=frozenset({"Tags", "SourceDestCheck", "InstanceType", "SecurityGroupIds"}),
        delete=_delete,
    ),
}
