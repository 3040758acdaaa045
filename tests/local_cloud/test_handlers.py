"""Each handler against ministack's own services in this process: no server, no mocks."""

import re
import uuid
from typing import Any

import pytest
from ministack.services.cloudformation import provisioners

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers import RESOURCES, register
from tradingbot_infra.local_cloud.handlers.resource import ignoring
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack.registries import UnexpectedMinistackError

STACK = "lab"
TAGS = [{"Key": "Project", "Value": "tradingbot"}, {"Key": "Owner", "Value": "ops"}]
NEW_TAGS = [{"Key": "Project", "Value": "renamed"}]


def create(resource_type: str, properties: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    created: tuple[str, dict[str, Any]] = RESOURCES[resource_type].handler()["create"]("Logical", properties, STACK)
    return created


def update(resource_type: str, physical_id: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    updated: tuple[str, dict[str, Any]] = RESOURCES[resource_type].handler()["update"](physical_id, old, new, STACK, "Logical")
    return updated[0]


def delete(resource_type: str, physical_id: str, properties: dict[str, Any]) -> None:
    RESOURCES[resource_type].handler()["delete"](physical_id, properties)


def tags_of(described: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}


def addresses() -> dict[str, dict[str, Any]]:
    return {found["PublicIp"]: found for found in call("ec2", "DescribeAddresses")["Addresses"]}


def nat_gateway(gateway: str) -> dict[str, Any]:
    found: dict[str, Any] = call("ec2", "DescribeNatGateways", NatGatewayIds=[gateway])["NatGateways"][0]
    return found


def rules(group: str, *, egress: bool) -> list[dict[str, Any]]:
    found = call("ec2", "DescribeSecurityGroupRules", Filters=[{"Name": "group-id", "Values": [group]}])
    return [rule for rule in found["SecurityGroupRules"] if rule["IsEgress"] == egress]


def flow_logs() -> dict[str, dict[str, Any]]:
    return {found["FlowLogId"]: found for found in call("ec2", "DescribeFlowLogs")["FlowLogs"]}


def acl(acl_id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = call("ec2", "DescribeNetworkAcls", NetworkAclIds=[acl_id])["NetworkAcls"]
    return found[0] if found else {}


def instance(instance_id: str) -> dict[str, Any]:
    found: dict[str, Any] = call("ec2", "DescribeInstances", InstanceIds=[instance_id])["Reservations"][0]
    described: dict[str, Any] = found["Instances"][0]
    return described


def test_registering_adds_every_type_to_ministacks_own_registry() -> None:
    registry = dict(provisioners.__dict__["_RESOURCE_HANDLERS"])
    before = set(registry)
    register(registry)
    assert set(registry) - before == set(RESOURCES)


def test_registering_refuses_a_type_that_ministack_knows_and_adds_nothing() -> None:
    registry: dict[str, dict[str, Any]] = {"AWS::EC2::EIP": {}}
    with pytest.raises(UnexpectedMinistackError, match=r"it handles AWS::EC2::EIP itself"):
        register(registry)
    assert list(registry) == ["AWS::EC2::EIP"]


def test_registering_refuses_a_ministack_without_the_handler_to_complete() -> None:
    registry: dict[str, dict[str, Any]] = {}
    with pytest.raises(
        UnexpectedMinistackError,
        match=r"it does not handle AWS::CloudWatch::Alarm, AWS::ECS::Service, AWS::ECS::TaskDefinition, AWS::RDS::DBInstance",
    ):
        register(registry)
    assert registry == {}


def test_only_the_errors_of_what_is_gone_are_ignored() -> None:
    with ignoring("Gone", "Missing"):
        raise LocalApiError("Delete", "Missing", "")
    with pytest.raises(LocalApiError, match="AccessDenied"), ignoring("Gone"):
        raise LocalApiError("Delete", "AccessDenied", "")


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


def ingress(group: str, peer: str, port: int | str = 5432) -> dict[str, Any]:
    return {
        "GroupId": group,
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "SourceSecurityGroupId": peer,
        "Description": "from the application",
    }


def test_a_rule_between_groups_is_visible_with_its_description(group: str, peer: str) -> None:
    rule, attributes = create("AWS::EC2::SecurityGroupIngress", ingress(group, peer, "5432"))
    assert attributes == {"Id": rule}
    (found,) = rules(group, egress=False)
    assert found["SecurityGroupRuleId"] == rule
    assert (found["IpProtocol"], found["FromPort"], found["ToPort"]) == ("tcp", 5432, 5432)
    assert found["ReferencedGroupInfo"]["GroupId"] == peer
    assert found["Description"] == "from the application"


def test_a_rule_that_exists_already_is_refused_as_on_aws_even_under_another_description(group: str, peer: str) -> None:
    create("AWS::EC2::SecurityGroupIngress", ingress(group, peer))
    with pytest.raises(LocalApiError) as raised:
        create("AWS::EC2::SecurityGroupIngress", {**ingress(group, peer), "Description": "again"})
    assert raised.value.code == "InvalidPermission.Duplicate"
    assert len(rules(group, egress=False)) == 1


@pytest.mark.parametrize("description", ["reworded", None])
def test_another_description_changes_the_rule_in_place(group: str, peer: str, description: str | None) -> None:
    old = ingress(group, peer)
    rule, _ = create("AWS::EC2::SecurityGroupIngress", old)
    new = {name: value for name, value in old.items() if name != "Description"}
    if description:
        new["Description"] = description
    assert update("AWS::EC2::SecurityGroupIngress", rule, old, new) == rule
    (found,) = rules(group, egress=False)
    assert found.get("Description") == description


def test_another_port_replaces_the_rule_and_leaves_its_neighbour_alone(group: str, peer: str) -> None:
    old = ingress(group, peer, 5432)
    rule, _ = create("AWS::EC2::SecurityGroupIngress", old)
    neighbour, _ = create("AWS::EC2::SecurityGroupIngress", ingress(group, peer, 6379))
    replacement = update("AWS::EC2::SecurityGroupIngress", rule, old, ingress(group, peer, 5433))
    assert {found["SecurityGroupRuleId"] for found in rules(group, egress=False)} == {neighbour, replacement}


def test_deleting_a_rule_revokes_exactly_that_rule_and_succeeds_twice(group: str, peer: str) -> None:
    doomed, _ = create("AWS::EC2::SecurityGroupIngress", ingress(group, peer, 5432))
    kept, _ = create("AWS::EC2::SecurityGroupIngress", ingress(group, group, 5432))
    for _ in range(2):
        delete("AWS::EC2::SecurityGroupIngress", doomed, ingress(group, peer, 5432))
        assert [found["SecurityGroupRuleId"] for found in rules(group, egress=False)] == [kept]


def test_deleting_a_rule_of_a_group_that_is_gone_succeeds() -> None:
    delete("AWS::EC2::SecurityGroupIngress", "sgr-0123456789abcdef0", ingress("sg-0123456789abcdef0", "sg-0"))


def egress(group: str, cidr: str = "10.0.0.0/16") -> dict[str, Any]:
    return {"GroupId": group, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": cidr}


def test_the_first_egress_rule_takes_the_place_of_the_rule_that_allows_everything(group: str) -> None:
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["0.0.0.0/0"]
    rule, _ = create("AWS::EC2::SecurityGroupEgress", egress(group))
    (found,) = rules(group, egress=True)
    assert (found["SecurityGroupRuleId"], found["CidrIpv4"], found["FromPort"]) == (rule, "10.0.0.0/16", 443)


def test_an_egress_rule_leaves_a_described_rule_that_allows_everything(group: str) -> None:
    create("AWS::EC2::SecurityGroupEgress", egress(group))
    everything = {"GroupId": group, "IpProtocol": "-1", "CidrIp": "0.0.0.0/0", "Description": "all outbound"}
    create("AWS::EC2::SecurityGroupEgress", everything)
    create("AWS::EC2::SecurityGroupEgress", egress(group, "10.1.0.0/16"))
    assert {found["CidrIpv4"] for found in rules(group, egress=True)} == {"10.0.0.0/16", "0.0.0.0/0", "10.1.0.0/16"}


def test_a_replaced_and_then_deleted_egress_rule_leaves_nothing(group: str) -> None:
    rule, _ = create("AWS::EC2::SecurityGroupEgress", egress(group))
    new = egress(group, "10.1.0.0/16")
    replacement = update("AWS::EC2::SecurityGroupEgress", rule, egress(group), new)
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["10.1.0.0/16"]
    delete("AWS::EC2::SecurityGroupEgress", replacement, new)
    assert rules(group, egress=True) == []


def test_a_rule_to_a_prefix_list_carries_it(group: str) -> None:
    properties = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    create("AWS::EC2::SecurityGroupEgress", {**properties, "DestinationPrefixListId": "pl-0123456789abcdef0"})
    assert [found["PrefixListId"] for found in rules(group, egress=True)] == ["pl-0123456789abcdef0"]
    (described,) = call("ec2", "DescribeSecurityGroups", GroupIds=[group])["SecurityGroups"]
    (permission,) = described["IpPermissionsEgress"]
    assert [found["PrefixListId"] for found in permission["PrefixListIds"]] == ["pl-0123456789abcdef0"]


def test_a_restricted_default_group_has_no_rules_until_the_restriction_is_deleted(group: str) -> None:
    create("AWS::EC2::SecurityGroupIngress", ingress(group, group))
    properties = {"DefaultSecurityGroupId": group, "Account": "000000000000", "ServiceToken": "arn:of:a:function"}
    physical_id, _ = create("Custom::VpcRestrictDefaultSG", properties)
    assert rules(group, egress=False) == rules(group, egress=True) == []
    delete("Custom::VpcRestrictDefaultSG", physical_id, properties)
    assert [found["ReferencedGroupInfo"]["GroupId"] for found in rules(group, egress=False)] == [group]
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["0.0.0.0/0"]


def test_a_restriction_moves_to_another_group(group: str, peer: str) -> None:
    old = {"DefaultSecurityGroupId": group, "Account": "000000000000"}
    physical_id, _ = create("Custom::VpcRestrictDefaultSG", old)
    moved = update("Custom::VpcRestrictDefaultSG", physical_id, old, {**old, "DefaultSecurityGroupId": peer})
    assert moved == physical_id
    assert rules(peer, egress=True) == []
    assert [found["CidrIpv4"] for found in rules(group, egress=True)] == ["0.0.0.0/0"]


def test_lifting_the_restriction_of_a_group_that_is_gone_succeeds() -> None:
    delete("Custom::VpcRestrictDefaultSG", "any", {"DefaultSecurityGroupId": "sg-0123456789abcdef0"})


def test_a_network_acl_is_tagged_retagged_and_deleted(vpc: str) -> None:
    old = {"VpcId": vpc, "Tags": TAGS}
    acl_id, attributes = create("AWS::EC2::NetworkAcl", old)
    assert attributes == {"Id": acl_id}
    assert tags_of(acl(acl_id)) == {"Project": "tradingbot", "Owner": "ops"}
    assert update("AWS::EC2::NetworkAcl", acl_id, old, {"VpcId": vpc, "Tags": NEW_TAGS}) == acl_id
    assert tags_of(acl(acl_id)) == {"Project": "renamed"}
    for _ in range(2):
        delete("AWS::EC2::NetworkAcl", acl_id, old)
        assert acl(acl_id) == {}


def test_an_entry_changes_in_place_and_deleting_it_leaves_the_other_direction(vpc: str) -> None:
    acl_id, _ = create("AWS::EC2::NetworkAcl", {"VpcId": vpc})
    old = {
        "NetworkAclId": acl_id,
        "RuleNumber": "100",
        "Protocol": 6,
        "RuleAction": "allow",
        "CidrBlock": "10.0.0.0/8",
        "PortRange": {"From": "443", "To": "443"},
    }
    name, _ = create("AWS::EC2::NetworkAclEntry", old)
    create("AWS::EC2::NetworkAclEntry", {**old, "Egress": "true"})
    new = {**old, "RuleAction": "deny"}
    assert update("AWS::EC2::NetworkAclEntry", name, old, new) == name
    actions = {entry["Egress"]: entry["RuleAction"] for entry in entries(acl_id)}
    assert actions == {False: "deny", True: "allow"}
    assert [entry["PortRange"] for entry in entries(acl_id)] == [{"From": 443, "To": 443}] * 2
    for _ in range(2):
        delete("AWS::EC2::NetworkAclEntry", name, new)
        assert [entry["Egress"] for entry in entries(acl_id)] == [True]


def entries(acl_id: str) -> list[dict[str, Any]]:
    """All but the last rule in each direction, which every ACL has."""
    return [entry for entry in acl(acl_id)["Entries"] if entry["RuleNumber"] != 32767]


def test_a_subnet_moves_between_network_acls_and_back_to_the_default_one(vpc: str, subnet: str) -> None:
    first, _ = create("AWS::EC2::NetworkAcl", {"VpcId": vpc})
    second, _ = create("AWS::EC2::NetworkAcl", {"VpcId": vpc})
    old, new = ({"NetworkAclId": found, "SubnetId": subnet} for found in (first, second))
    association, attributes = create("AWS::EC2::SubnetNetworkAclAssociation", old)
    assert attributes == {"AssociationId": association}
    assert [found["SubnetId"] for found in acl(first)["Associations"]] == [subnet]
    moved = update("AWS::EC2::SubnetNetworkAclAssociation", association, old, new)
    assert acl(first)["Associations"] == []
    assert [found["SubnetId"] for found in acl(second)["Associations"]] == [subnet]
    for _ in range(2):
        delete("AWS::EC2::SubnetNetworkAclAssociation", moved, new)
        assert acl(second)["Associations"] == []
        default = next(found for found in call("ec2", "DescribeNetworkAcls")["NetworkAcls"] if found["IsDefault"] and found["VpcId"] == vpc)
        assert [found["SubnetId"] for found in default["Associations"]] == [subnet]


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


def new_secret() -> str:
    made: str = call("secretsmanager", "CreateSecret", Name=uuid.uuid4().hex, SecretString="s")["ARN"]
    return made


def secret_description(secret: str) -> dict[str, Any]:
    return call("secretsmanager", "DescribeSecret", SecretId=secret)


def test_a_secret_rotates_on_its_schedule_until_the_schedule_is_deleted() -> None:
    secret = new_secret()
    old = {
        "SecretId": secret,
        "RotationLambdaARN": "arn:aws:lambda:us-east-1:000000000000:function:rotate",
        "RotationRules": {"AutomaticallyAfterDays": "30"},
    }
    schedule, attributes = create("AWS::SecretsManager::RotationSchedule", old)
    assert schedule == attributes["Id"] == secret
    assert secret_description(secret)["RotationEnabled"] is True
    assert secret_description(secret)["RotationRules"] == {"AutomaticallyAfterDays": 30}
    new = {**old, "RotationRules": {"AutomaticallyAfterDays": 7}}
    assert update("AWS::SecretsManager::RotationSchedule", schedule, old, new) == secret
    assert secret_description(secret)["RotationRules"] == {"AutomaticallyAfterDays": 7}
    for _ in range(2):
        delete("AWS::SecretsManager::RotationSchedule", schedule, new)
        assert secret_description(secret)["RotationEnabled"] is False


def test_the_schedule_of_a_secret_that_is_gone_deletes_quietly() -> None:
    delete("AWS::SecretsManager::RotationSchedule", "arn:aws:secretsmanager:us-east-1:000000000000:secret:no-AAAAAA", {})


def new_web_acl() -> str:
    made: str = call(
        "wafv2",
        "CreateWebACL",
        Name=uuid.uuid4().hex,
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"},
    )["Summary"]["ARN"]
    return made


def web_acl_of(resource: str) -> str | None:
    try:
        arn: str = call("wafv2", "GetWebACLForResource", ResourceArn=resource)["WebACL"]["ARN"]
    except LocalApiError:
        return None
    return arn


def test_a_web_acl_association_is_replaced_without_a_gap_and_deleted() -> None:
    balancer = f"arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/{uuid.uuid4().hex}/50dc6c495c0c9188"
    first, second = new_web_acl(), new_web_acl()
    old, new = ({"ResourceArn": balancer, "WebACLArn": found} for found in (first, second))
    association, _ = create("AWS::WAFv2::WebACLAssociation", old)
    assert association == f"{balancer}|{first}"
    assert web_acl_of(balancer) == first
    replacement = update("AWS::WAFv2::WebACLAssociation", association, old, new)
    assert web_acl_of(balancer) == second
    for _ in range(2):
        delete("AWS::WAFv2::WebACLAssociation", replacement, new)
        assert web_acl_of(balancer) is None


def test_a_backup_selection_is_visible_replaced_and_deleted() -> None:
    plan = call("backup", "CreateBackupPlan", BackupPlan={"BackupPlanName": uuid.uuid4().hex, "Rules": []})["BackupPlanId"]
    role = "arn:aws:iam::000000000000:role/backup"
    old, new = ({"BackupPlanId": plan, "BackupSelection": {"SelectionName": name, "IamRoleArn": role}} for name in ("one", "two"))
    selection, attributes = create("AWS::Backup::BackupSelection", old)
    assert selection == attributes["Id"] == f"{attributes['SelectionId']}_{plan}"
    assert selection_names(plan) == ["one"]
    replacement = update("AWS::Backup::BackupSelection", selection, old, new)
    assert selection_names(plan) == ["two"]
    for _ in range(2):
        delete("AWS::Backup::BackupSelection", replacement, new)
        assert selection_names(plan) == []


def selection_names(plan: str) -> list[str]:
    found = call("backup", "ListBackupSelections", BackupPlanId=plan)["BackupSelectionsList"]
    return [selection["SelectionName"] for selection in found]


@pytest.mark.local_cloud
def test_a_cluster_gets_changes_and_loses_its_capacity_providers() -> None:
    cluster = uuid.uuid4().hex
    call("ecs", "CreateCluster", clusterName=cluster)
    strategy = [{"CapacityProvider": "FARGATE", "Weight": "1", "Base": 1}]
    old = {"Cluster": cluster, "CapacityProviders": ["FARGATE"], "DefaultCapacityProviderStrategy": strategy}
    association, _ = create("AWS::ECS::ClusterCapacityProviderAssociations", old)
    assert association == cluster
    (found,) = call("ecs", "DescribeClusters", clusters=[cluster])["clusters"]
    assert found["capacityProviders"] == ["FARGATE"]
    assert found["defaultCapacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}]
    new = {**old, "CapacityProviders": ["FARGATE", "FARGATE_SPOT"]}
    assert update("AWS::ECS::ClusterCapacityProviderAssociations", association, old, new) == cluster
    assert capacity_providers(cluster) == ["FARGATE", "FARGATE_SPOT"]
    delete("AWS::ECS::ClusterCapacityProviderAssociations", association, new)
    assert capacity_providers(cluster) == []
    delete("AWS::ECS::ClusterCapacityProviderAssociations", "gone", {})


def capacity_providers(cluster: str) -> list[str]:
    found: list[str] = call("ecs", "DescribeClusters", clusters=[cluster])["clusters"][0]["capacityProviders"]
    return found


def test_a_saved_query_keeps_its_id_when_its_text_changes() -> None:
    old = {"Name": "errors", "QueryString": "fields @message"}
    query, attributes = create("AWS::Logs::QueryDefinition", old)
    assert attributes == {"QueryDefinitionId": query}
    assert str(uuid.UUID(query)) == query
    assert update("AWS::Logs::QueryDefinition", query, old, {**old, "QueryString": "fields @timestamp"}) == query


def test_an_event_subscription_is_known_by_its_name() -> None:
    old = {"SubscriptionName": "events", "SnsTopicArn": "arn:aws:sns:us-east-1:000000000000:alarms"}
    assert create("AWS::RDS::EventSubscription", old)[0] == "events"
    assert update("AWS::RDS::EventSubscription", "events", old, {**old, "Enabled": False}) == "events"
    assert update("AWS::RDS::EventSubscription", "events", old, {**old, "SubscriptionName": "other"}) == "other"
    assert re.fullmatch(r"lab-logical-[0-9a-f]{12}", create("AWS::RDS::EventSubscription", {})[0])


def test_a_web_acls_log_setting_is_known_by_the_web_acl() -> None:
    arn = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/main/1"
    assert create("AWS::WAFv2::LoggingConfiguration", {"ResourceArn": arn})[0] == arn


@pytest.mark.parametrize("resource_type", sorted(RESOURCES))
def test_an_unchanged_handler_entry_fits_ministacks_protocol(resource_type: str) -> None:
    entry = RESOURCES[resource_type].handler()
    assert all(callable(entry[part]) for part in ("create", "update", "delete"))
    assert entry["update_with_logical_id"] is True
