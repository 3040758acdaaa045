"""EC2 instances of stacks."""

from typing import Any

from tests.local_cloud.handlers.resources import NEW_TAGS, TAGS, create, delete, tags_of, update
from tradingbot_infra.local_cloud.in_process import call


def instance(instance_id: str) -> dict[str, Any]:
    found: dict[str, Any] = call("ec2", "DescribeInstances", InstanceIds=[instance_id])["Reservations"][0]
    described: dict[str, Any] = found["Instances"][0]
    return described


def nat_instance(subnet: str, group: str) -> dict[str, Any]:
    return {
        "SubnetId": subnet,
        "SecurityGroupIds": [group],
        "InstanceType": "t4g.nano",
        "ImageId": "ami-0123456789abcdef0",
        "SourceDestCheck": False,
        "UserData": "IyEvYmluL2Jhc2g=",
        "Tags": TAGS,
    }


def test_a_nat_instance_runs_in_its_subnet_without_a_source_check(subnet: str, group: str) -> None:
    instance_id, attributes = create("AWS::EC2::Instance", nat_instance(subnet, group))
    found = instance(instance_id)
    assert (found["State"]["Name"], found["SubnetId"]) == ("running", subnet)
    assert found["InstanceType"] == "t4g.nano"
    assert found["SourceDestCheck"] is False
    assert [item["GroupId"] for item in found["SecurityGroups"]] == [group]
    assert tags_of(found) == {"Project": "tradingbot", "Owner": "ops"}
    assert attributes["InstanceId"] == instance_id
    assert attributes["PrivateIp"] == found["PrivateIpAddress"]


def test_an_instance_changes_type_groups_and_tags_in_place(subnet: str, group: str, peer: str) -> None:
    old = nat_instance(subnet, group)
    instance_id, _ = create("AWS::EC2::Instance", old)
    new = {**old, "InstanceType": "t4g.micro", "SecurityGroupIds": [peer], "SourceDestCheck": "true", "Tags": NEW_TAGS}
    assert update("AWS::EC2::Instance", instance_id, old, new) == instance_id
    found = instance(instance_id)
    assert (found["InstanceType"], found["SourceDestCheck"]) == ("t4g.micro", True)
    assert [item["GroupId"] for item in found["SecurityGroups"]] == [peer]
    assert tags_of(found) == {"Project": "renamed"}


def test_another_image_replaces_the_instance_and_terminates_the_old_one(subnet: str, group: str) -> None:
    old = nat_instance(subnet, group)
    instance_id, _ = create("AWS::EC2::Instance", old)
    new = {**old, "ImageId": "ami-0fedcba9876543210"}
    replacement = update("AWS::EC2::Instance", instance_id, old, new)
    assert instance(instance_id)["State"]["Name"] == "terminated"
    assert instance(replacement)["State"]["Name"] == "running"


def test_a_deleted_instance_is_terminated_and_an_unknown_one_deletes_quietly(subnet: str, group: str) -> None:
    instance_id, _ = create("AWS::EC2::Instance", nat_instance(subnet, group))
    delete("AWS::EC2::Instance", instance_id, {})
    assert instance(instance_id)["State"]["Name"] == "terminated"
    delete("AWS::EC2::Instance", "i-0123456789abcdef0", {})
