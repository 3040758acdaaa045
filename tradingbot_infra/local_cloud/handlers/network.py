"""Elastic IP addresses, NAT gateways and flow logs."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.ec2_tags import retag, retagged, specifications
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring
from tradingbot_infra.local_cloud.in_process import call


def _create_address(properties: Properties, _name: str) -> Created:
    address = call(
        "ec2", "AllocateAddress", Domain=properties.get("Domain", "vpc"), TagSpecifications=specifications("elastic-ip", properties)
    )
    if "InstanceId" in properties:
        call("ec2", "AssociateAddress", AllocationId=address["AllocationId"], InstanceId=properties["InstanceId"])
    return _address_created(address)


def _change_address(public_ip: str, old: Properties, new: Properties) -> Created:
    address = _address(PublicIp=public_ip)
    if address is None:
        raise LocalApiError("InvalidAddress.NotFound", public_ip)
    if old.get("InstanceId") != new.get("InstanceId"):
        _disassociate(address)
        if "InstanceId" in new:
            call("ec2", "AssociateAddress", AllocationId=address["AllocationId"], InstanceId=new["InstanceId"])
    retag(address["AllocationId"], old, new)
    return _address_created(address)


def _delete_address(public_ip: str, _properties: Properties) -> None:
    address = _address(PublicIp=public_ip)
    if address is not None:
        call("ec2", "ReleaseAddress", AllocationId=address["AllocationId"])


def _address_created(address: Mapping[str, Any]) -> Created:
    public_ip = address["PublicIp"]
    return public_ip, {"AllocationId": address["AllocationId"], "PublicIp": public_ip}


def _address(**wanted: str) -> Mapping[str, Any] | None:
    """The address with these fields."""
    addresses: list[dict[str, Any]] = call("ec2", "DescribeAddresses").get("Addresses", [])
    return next((found for found in addresses if all(found.get(k) == v for k, v in wanted.items())), None)


def _disassociate(address: Mapping[str, Any]) -> None:
    if address.get("AssociationId"):
        call("ec2", "DisassociateAddress", AssociationId=address["AssociationId"])


def _create_association(properties: Properties, _name: str) -> Created:
    """EC2 moves an address from one instance to another, and takes none from a NAT gateway (EC2 API Reference, AssociateAddress)."""
    allocation = properties["AllocationId"]
    address = _address(AllocationId=allocation)
    if address is None:
        raise LocalApiError("InvalidAllocationID.NotFound", allocation)
    if address.get("AssociationId") and not address.get("InstanceId"):
        raise LocalApiError("Resource.AlreadyAssociated", allocation)
    made: str = call("ec2", "AssociateAddress", AllocationId=allocation, InstanceId=properties["InstanceId"])["AssociationId"]
    return made, {"Id": made}


def _delete_association(association: str, _properties: Properties) -> None:
    address = _address(AssociationId=association)
    if address is not None:
        _disassociate(address)


def _create_nat_gateway(properties: Properties, _name: str) -> Created:
    allocation = properties.get("AllocationId")
    if allocation:
        address = _address(AllocationId=allocation)
        if address is None:
            raise LocalApiError("InvalidAllocationID.NotFound", allocation)
        if address.get("AssociationId"):
            raise LocalApiError("Resource.AlreadyAssociated", allocation)
    wanted, tags = given(properties, "SubnetId", "AllocationId", "ConnectivityType"), specifications("natgateway", properties)
    gateway: str = call("ec2", "CreateNatGateway", **wanted, TagSpecifications=tags)["NatGateway"]["NatGatewayId"]
    if allocation:
        call("ec2", "AssociateAddress", AllocationId=allocation)
    return gateway, {"NatGatewayId": gateway}


def _delete_nat_gateway(gateway_id: str, properties: Properties) -> None:
    states = {gateway["NatGatewayId"]: gateway["State"] for gateway in call("ec2", "DescribeNatGateways")["NatGateways"]}
    if states.get(gateway_id, "deleted") == "deleted":
        return
    call("ec2", "DeleteNatGateway", NatGatewayId=gateway_id)
    address = _address(AllocationId=properties.get("AllocationId", ""))
    if address is not None:
        _disassociate(address)


def _create_flow_log(properties: Properties, _name: str) -> Created:
    destination = ("LogDestinationType", "LogDestination", "LogGroupName", "DeliverLogsPermissionArn")
    names = ("ResourceType", "TrafficType", "LogFormat", "MaxAggregationInterval", *destination)
    wanted, tags = given(properties, *names), specifications("vpc-flow-log", properties)
    flow_log: str = call("ec2", "CreateFlowLogs", ResourceIds=[properties["ResourceId"]], **wanted, TagSpecifications=tags)["FlowLogIds"][0]
    # ministack stores the tags only under a resource type that EC2 does not have.
    retag(flow_log, {}, properties)
    return flow_log, {"Id": flow_log}


def _delete_flow_log(flow_log: str, _properties: Properties) -> None:
    with ignoring("InvalidFlowLogId.NotFound"):
        call("ec2", "DeleteFlowLogs", FlowLogIds=[flow_log])


RESOURCES: Mapping[str, Resource] = {
    "AWS::EC2::EIP": Resource(
        create=_create_address, change=_change_address, in_place=frozenset({"Tags", "InstanceId"}), delete=_delete_address
    ),
    "AWS::EC2::EIPAssociation": Resource(create=_create_association, delete=_delete_association),
    "AWS::EC2::NatGateway": Resource(
        create=_create_nat_gateway,
        change=retagged("NatGatewayId"),
        in_place=frozenset({"Tags", "MaxDrainDurationSeconds"}),
        delete=_delete_nat_gateway,
    ),
    "AWS::EC2::FlowLog": Resource(create=_create_flow_log, change=retagged("Id"), in_place=frozenset({"Tags"}), delete=_delete_flow_log),
}
