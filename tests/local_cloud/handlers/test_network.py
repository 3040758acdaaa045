"""Elastic IP addresses, NAT gateways and flow logs of stacks."""

from typing import Any

import pytest
from ministack.services.cloudformation import provisioners

from tests.local_cloud.handlers.resources import NEW_TAGS, TAGS, create, delete, tags_of, update
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


def addresses() -> dict[str, dict[str, Any]]:
    return {found["PublicIp"]: found for found in call("ec2", "DescribeAddresses")["Addresses"]}


def nat_gateway(gateway: str) -> dict[str, Any]:
    found: dict[str, Any] = call("ec2", "DescribeNatGateways", NatGatewayIds=[gateway])["NatGateways"][0]
    return found


def flow_logs() -> dict[str, dict[str, Any]]:
    return {found["FlowLogId"]: found for found in call("ec2", "DescribeFlowLogs")["FlowLogs"]}


def test_an_address_is_known_by_its_ip_and_carries_its_tags() -> None:
    ip, attributes = create("AWS::EC2::EIP", {"Domain": "vpc", "Tags": TAGS})
    address = addresses()[ip]
    assert attributes == {"AllocationId": address["AllocationId"], "PublicIp": ip}
    assert tags_of(address) == {"Project": "tradingbot", "Owner": "ops"}


def test_new_tags_of_an_address_replace_the_old_ones_and_keep_the_address() -> None:
    old = {"Domain": "vpc", "Tags": TAGS}
    ip, _ = create("AWS::EC2::EIP", old)
    assert update("AWS::EC2::EIP", ip, old, {"Domain": "vpc", "Tags": NEW_TAGS}) == ip
    assert tags_of(addresses()[ip]) == {"Project": "renamed"}


def test_a_deleted_address_is_released_and_deleting_it_again_succeeds() -> None:
    ip, _ = create("AWS::EC2::EIP", {"Domain": "vpc"})
    delete("AWS::EC2::EIP", ip, {"Domain": "vpc"})
    assert ip not in addresses()
    delete("AWS::EC2::EIP", ip, {"Domain": "vpc"})


def test_a_nat_gateway_takes_its_address_and_carries_its_tags(subnet: str) -> None:
    ip, address = create("AWS::EC2::EIP", {})
    gateway, attributes = create("AWS::EC2::NatGateway", {"SubnetId": subnet, "AllocationId": address["AllocationId"], "Tags": TAGS})
    assert attributes == {"NatGatewayId": gateway}
    described = nat_gateway(gateway)
    assert (described["State"], described["SubnetId"]) == ("available", subnet)
    assert tags_of(described) == {"Project": "tradingbot", "Owner": "ops"}
    assert addresses()[ip]["AssociationId"]


def test_a_second_nat_gateway_cannot_have_the_same_address(subnet: str) -> None:
    _, address = create("AWS::EC2::EIP", {})
    properties = {"SubnetId": subnet, "AllocationId": address["AllocationId"]}
    create("AWS::EC2::NatGateway", properties)
    with pytest.raises(LocalApiError) as raised:
        create("AWS::EC2::NatGateway", properties)
    assert raised.value.code == "Resource.AlreadyAssociated"


def an_instance(subnet: str) -> str:
    return create("AWS::EC2::Instance", {"SubnetId": subnet, "InstanceType": "t4g.micro", "ImageId": "ami-0123456789abcdef0"})[0]


def test_an_address_moves_to_the_instance_that_takes_the_place_of_another_and_stays_there(subnet: str) -> None:
    ip, address = create("AWS::EC2::EIP", {})
    old = {"AllocationId": address["AllocationId"], "InstanceId": an_instance(subnet)}
    association, attributes = create("AWS::EC2::EIPAssociation", old)
    assert attributes == {"Id": association}
    new = {**old, "InstanceId": an_instance(subnet)}
    replacement = update("AWS::EC2::EIPAssociation", association, old, new)
    assert (addresses()[ip]["InstanceId"], addresses()[ip]["AssociationId"]) == (new["InstanceId"], replacement)
    delete("AWS::EC2::EIPAssociation", replacement, new)
    assert "AssociationId" not in addresses()[ip]


def test_no_instance_takes_an_address_from_a_nat_gateway_and_no_gateway_from_an_instance(subnet: str) -> None:
    _, address = create("AWS::EC2::EIP", {})
    gateway = {"SubnetId": subnet, "AllocationId": address["AllocationId"]}
    instance = {"AllocationId": address["AllocationId"], "InstanceId": an_instance(subnet)}
    made, _ = create("AWS::EC2::NatGateway", gateway)
    with pytest.raises(LocalApiError, match="AlreadyAssociated"):
        create("AWS::EC2::EIPAssociation", instance)
    delete("AWS::EC2::NatGateway", made, gateway)
    create("AWS::EC2::EIPAssociation", instance)
    with pytest.raises(LocalApiError, match="AlreadyAssociated"):
        create("AWS::EC2::NatGateway", gateway)


def test_an_address_that_does_not_exist_cannot_be_associated(subnet: str) -> None:
    with pytest.raises(LocalApiError, match="NotFound"):
        create("AWS::EC2::EIPAssociation", {"AllocationId": "eipalloc-0123456789abcdef0", "InstanceId": an_instance(subnet)})


def test_a_nat_gateway_keeps_its_id_when_only_tags_change(subnet: str) -> None:
    old = {"SubnetId": subnet, "ConnectivityType": "private", "Tags": TAGS}
    gateway, _ = create("AWS::EC2::NatGateway", old)
    assert update("AWS::EC2::NatGateway", gateway, old, {**old, "Tags": NEW_TAGS}) == gateway
    assert tags_of(nat_gateway(gateway)) == {"Project": "renamed"}


def test_a_nat_gateway_with_another_address_is_another_gateway_and_the_first_is_deleted(subnet: str) -> None:
    old_ip, old_address = create("AWS::EC2::EIP", {})
    new_ip, new_address = create("AWS::EC2::EIP", {})
    old = {"SubnetId": subnet, "AllocationId": old_address["AllocationId"]}
    gateway, _ = create("AWS::EC2::NatGateway", old)
    replacement = update("AWS::EC2::NatGateway", gateway, old, {"SubnetId": subnet, "AllocationId": new_address["AllocationId"]})
    assert replacement != gateway
    assert nat_gateway(gateway)["State"] == "deleted"
    assert nat_gateway(replacement)["State"] == "available"
    assert "AssociationId" not in addresses()[old_ip]
    assert addresses()[new_ip]["AssociationId"]


def test_a_replaced_gateway_stays_until_the_stacks_cleanup_so_that_a_rollback_finds_it(subnet: str) -> None:
    old = {"SubnetId": subnet, "ConnectivityType": "private"}
    gateway, _ = create("AWS::EC2::NatGateway", old)
    cleanup: list[Any] = []
    deferred = provisioners.__dict__["_DEFERRED_PREDECESSOR_DELETES"]
    token = deferred.set(cleanup)
    try:
        update("AWS::EC2::NatGateway", gateway, old, {**old, "SubnetId": "subnet-0123456789abcdef0"})
    finally:
        deferred.reset(token)
    assert nat_gateway(gateway)["State"] == "available"
    for delete_predecessor, arguments, options in cleanup:
        delete_predecessor(*arguments, **options)
    assert nat_gateway(gateway)["State"] == "deleted"


def test_a_deleted_nat_gateway_leaves_no_available_gateway_and_frees_its_address(subnet: str) -> None:
    ip, address = create("AWS::EC2::EIP", {})
    properties = {"SubnetId": subnet, "AllocationId": address["AllocationId"]}
    gateway, _ = create("AWS::EC2::NatGateway", properties)
    delete("AWS::EC2::NatGateway", gateway, properties)
    assert nat_gateway(gateway)["State"] == "deleted"
    assert "AssociationId" not in addresses()[ip]


def test_deleting_a_nat_gateway_twice_leaves_the_address_to_its_next_gateway(subnet: str) -> None:
    ip, address = create("AWS::EC2::EIP", {})
    properties = {"SubnetId": subnet, "AllocationId": address["AllocationId"]}
    first, _ = create("AWS::EC2::NatGateway", properties)
    delete("AWS::EC2::NatGateway", first, properties)
    create("AWS::EC2::NatGateway", properties)
    delete("AWS::EC2::NatGateway", first, properties)
    assert addresses()[ip]["AssociationId"]


def test_a_flow_log_shows_what_it_watches_where_it_writes_and_its_tags(vpc: str) -> None:
    flow_log, attributes = create("AWS::EC2::FlowLog", flow_log_of(vpc))
    assert attributes == {"Id": flow_log}
    described = flow_logs()[flow_log]
    assert (described["ResourceId"], described["TrafficType"]) == (vpc, "ALL")
    assert described["LogDestination"] == "/aws/vpc/test"
    assert tags_of(described) == {"Project": "tradingbot", "Owner": "ops"}


def test_a_flow_log_is_retagged_in_place_and_replaced_for_other_traffic(vpc: str) -> None:
    old = flow_log_of(vpc)
    flow_log, _ = create("AWS::EC2::FlowLog", old)
    retagged = {**old, "Tags": NEW_TAGS}
    assert update("AWS::EC2::FlowLog", flow_log, old, retagged) == flow_log
    assert tags_of(flow_logs()[flow_log]) == {"Project": "renamed"}
    replacement = update("AWS::EC2::FlowLog", flow_log, retagged, {**retagged, "TrafficType": "REJECT"})
    assert flow_log not in flow_logs()
    assert flow_logs()[replacement]["TrafficType"] == "REJECT"


def test_a_deleted_flow_log_is_gone_and_deleting_it_again_succeeds(vpc: str) -> None:
    flow_log, _ = create("AWS::EC2::FlowLog", flow_log_of(vpc))
    delete("AWS::EC2::FlowLog", flow_log, {})
    assert flow_log not in flow_logs()
    delete("AWS::EC2::FlowLog", flow_log, {})


def flow_log_of(vpc: str) -> dict[str, Any]:
    return {
        "ResourceId": vpc,
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogDestinationType": "cloud-watch-logs",
        "LogGroupName": "/aws/vpc/test",
        "DeliverLogsPermissionArn": "arn:aws:iam::000000000000:role/flow-log",
        "Tags": TAGS,
    }
