"""What AWS refuses between two templates, or could not roll back."""

from typing import Any

import pytest

from tests.lifecycle.written import Resources, att, resource, shown, update

FORWARD = [{"Type": "forward", "TargetGroupArn": {"Ref": "Group"}}]
REDIRECT = [{"Type": "redirect"}]
BALANCER: dict[str, Any] = {
    "Balancer": resource("ElasticLoadBalancingV2::LoadBalancer"),
    "Group": resource("ElasticLoadBalancingV2::TargetGroup", Port=80),
}


def listener(port: int, actions: list[dict[str, Any]], *, after: tuple[str, ...] = (), balancer: str = "Balancer") -> dict[str, Any]:
    """A listener of a load balancer."""
    kind = "ElasticLoadBalancingV2::Listener"
    return resource(kind, after=after, LoadBalancerArn={"Ref": balancer}, Port=port, DefaultActions=actions)


HTTP = {**BALANCER, "Public": listener(80, FORWARD)}
"""The layout before e5b0b26: one listener, on 80."""
MOVED = {**BALANCER, "Public": listener(443, FORWARD), "Redirect": listener(80, REDIRECT, after=("Public",))}
"""It moves to 443, and another takes 80 after it."""


def test_a_listener_that_leaves_its_port_to_another_cannot_be_rolled_back() -> None:
    (found,) = update(HTTP, MOVED)
    assert shown((found,)) == [("cannot be rolled back", "Only.Redirect")]
    assert "gives the port of the load balancer back to Only.Public while Only.Redirect still has it (DuplicateListener" in found.why


def test_without_an_order_the_new_listener_may_come_before_the_port_is_free() -> None:
    unordered = {**MOVED, "Redirect": listener(80, REDIRECT)}
    assert shown(update(HTTP, unordered)) == [("refused", "Only.Redirect"), ("cannot be rolled back", "Only.Redirect")]


def test_https_could_not_be_taken_away_again() -> None:
    assert shown(update(MOVED, HTTP)) == [("refused", "Only.Public")]


def test_a_listener_that_keeps_its_port_and_a_second_one_come_go_and_roll_back() -> None:
    https = {**BALANCER, "Public": listener(80, REDIRECT), "Secure": listener(443, FORWARD)}
    assert update(HTTP, https) == update(https, HTTP) == ()


def test_a_rule_that_leaves_its_security_group_for_a_resource_of_its_own_cannot_be_rolled_back() -> None:
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "10.0.0.0/16"}
    inside = {"Sg": resource("EC2::SecurityGroup", SecurityGroupEgress=[rule])}
    apart = {"Sg": resource("EC2::SecurityGroup"), "Rule": resource("EC2::SecurityGroupEgress", GroupId=att("Sg", "GroupId"), **rule)}
    assert shown(update(inside, apart)) == [("cannot be rolled back", "Only.Rule")]
    assert shown(update(apart, inside)) == [("refused", "Only.Sg")]


def entry(number: int, port: int, *, egress: bool = False) -> dict[str, Any]:
    """An entry of a network ACL."""
    ports = {"From": port, "To": port}
    acl = {"Ref": "Acl"}
    return resource("EC2::NetworkAclEntry", NetworkAclId=acl, RuleNumber=number, Egress=egress, PortRange=ports, RuleAction="allow")


ACL = {"Acl": resource("EC2::NetworkAcl", VpcId="vpc")}
POLICY: dict[str, Any] = {"PolicyDocument": {}, "Path": "/"}


def nat(address: str) -> dict[str, Any]:
    """A NAT gateway with an Elastic IP address."""
    return resource("EC2::NatGateway", SubnetId="subnet", AllocationId=att(address, "AllocationId"))


EIPS = {"First": resource("EC2::EIP", Domain="vpc"), "Second": resource("EC2::EIP", Domain="vpc")}

REFUSED: dict[str, tuple[Resources, Resources, list[str]]] = {
    "an ACL entry under a number that another logical id has": (
        {**ACL, "In8001": entry(100, 8001)},
        {**ACL, "In8002": entry(100, 8002)},
        ["Only.In8002"],
    ),
    "an Elastic IP address that changes from one NAT gateway to another": (
        {**EIPS, "A": nat("First"), "B": nat("Second")},
        {**EIPS, "A": nat("Second"), "B": nat("First")},
        ["Only.A", "Only.B"],
    ),
    "an address of a gateway that goes, for one that comes": ({**EIPS, "A": nat("First")}, {**EIPS, "C": nat("First")}, ["Only.C"]),
    "the replacement of what has a fixed name": (
        {"Database": resource("RDS::DBInstance", DBInstanceIdentifier="db", DBName="a")},
        {"Database": resource("RDS::DBInstance", DBInstanceIdentifier="db", DBName="b")},
        ["Only.Database"],
    ),
    "a name that moves to another logical id": (
        {"Role": resource("IAM::Role", RoleName="name")},
        {"Renamed": resource("IAM::Role", RoleName="name")},
        ["Only.Renamed"],
    ),
    "two names that change places": (
        {"A": resource("KMS::Alias", AliasName="alias/a"), "B": resource("KMS::Alias", AliasName="alias/b")},
        {"A": resource("KMS::Alias", AliasName="alias/b"), "B": resource("KMS::Alias", AliasName="alias/a")},
        ["Only.A", "Only.B"],
    ),
    "a name twice in one template": (
        {},
        {"A": resource("Logs::LogGroup", LogGroupName="a"), "B": resource("Logs::LogGroup", LogGroupName="a")},
        ["Only.B"],
    ),
    "a subnet inside one that is deleted at the end": (
        {"Large": resource("EC2::Subnet", VpcId="vpc", CidrBlock="10.0.0.0/23")},
        {"Small": resource("EC2::Subnet", VpcId="vpc", CidrBlock="10.0.1.0/24")},
        ["Only.Small"],
    ),
    "a default route under another logical id": (
        {"A": resource("EC2::Route", RouteTableId="rtb", DestinationCidrBlock="0.0.0.0/0", NatGatewayId="a")},
        {"B": resource("EC2::Route", RouteTableId="rtb", DestinationCidrBlock="0.0.0.0/0", NatGatewayId="b")},
        ["Only.B"],
    ),
    "a target group that a second load balancer wants": (
        {**BALANCER, "Public": listener(80, FORWARD)},
        {
            **BALANCER,
            "Other": resource("ElasticLoadBalancingV2::LoadBalancer"),
            "Public": listener(80, FORWARD),
            "Second": listener(80, FORWARD, balancer="Other"),
        },
        ["Only.Second"],
    ),
    "a second private endpoint of one service in a VPC": (
        {"A": resource("EC2::VPCEndpoint", VpcId="vpc", ServiceName="kms", PrivateDnsEnabled=True)},
        {"B": resource("EC2::VPCEndpoint", VpcId="vpc", ServiceName="kms", PrivateDnsEnabled=True)},
        ["Only.B"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused(case: str) -> None:
    before, after, places = REFUSED[case]
    refused = [place for kind, place in shown(update(before, after)) if kind == "refused"]
    assert sorted(set(refused)) == places


ACCEPTED: dict[str, tuple[Resources, Resources]] = {
    "another rule under the same number and logical id": ({**ACL, "In100": entry(100, 8001)}, {**ACL, "In100": entry(100, 8002)}),
    "the same number in the other direction": (
        {**ACL, "In": entry(100, 1)},
        {**ACL, "In": entry(100, 1), "Out": entry(100, 1, egress=True)},
    ),
    "a replacement whose name changes with it": (
        {"Role": resource("IAM::Role", RoleName="a", Path="/a/")},
        {"Role": resource("IAM::Role", RoleName="b", Path="/b/")},
    ),
    "a replacement without a name": (
        {"Policy": resource("IAM::ManagedPolicy", **POLICY)},
        {"Policy": resource("IAM::ManagedPolicy", **{**POLICY, "Path": "/b/"})},
    ),
    "a type that is deleted before it is created again": (
        {"Filter": resource("Logs::MetricFilter", LogGroupName="a", FilterName="a")},
        {"Filter": resource("Logs::MetricFilter", LogGroupName="b", FilterName="a")},
    ),
    "the same name of another type": (
        {"A": resource("IAM::Role", RoleName="a")},
        {"A": resource("IAM::Role", RoleName="a"), "B": resource("KMS::Alias", AliasName="a")},
    ),
    "the same port of another load balancer": (
        HTTP,
        {**HTTP, "Other": resource("ElasticLoadBalancingV2::LoadBalancer"), "Second": listener(80, REDIRECT, balancer="Other")},
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_it_is_accepted(case: str) -> None:
    assert update(*ACCEPTED[case]) == ()


def test_a_replacement_carries_on_to_whatever_cannot_change_its_reference() -> None:
    def template(cidr: str) -> Resources:
        vpc = {"Vpc": resource("EC2::VPC", CidrBlock=cidr)}
        return {**vpc, "Role": resource("EC2::SecurityGroup", VpcId={"Ref": "Vpc"}), "Named": resource("SNS::Topic", TopicName="a")}

    assert update(template("10.0.0.0/16"), template("10.1.0.0/16")) == ()
    fixed = {"Peer": resource("ECS::Service", Cluster={"Ref": "Vpc"}, ServiceName="a", SchedulingStrategy={"Ref": "Vpc"})}
    assert update({**template("10.0.0.0/16"), **fixed}, {**template("10.1.0.0/16"), **fixed}) == ()
    fixed = {"Peer": resource("RDS::DBInstance", DBInstanceIdentifier="a", KmsKeyId={"Ref": "Vpc"})}
    assert shown(update({**template("10.0.0.0/16"), **fixed}, {**template("10.1.0.0/16"), **fixed})) == [("refused", "Only.Peer")]


def test_a_name_that_an_earlier_deployment_left_behind_is_met_by_the_next() -> None:
    kept = {"Log": resource("Logs::LogGroup", keep="Retain", LogGroupName="/a")}
    assert shown(update(kept, {})) == [("left behind", "Only.Log")]
    (found,) = update(kept, {}, kept)
    assert shown((found,)) == [("refused", "Only.Log")]
    assert "--import-existing-resources" in found.way


def test_what_the_service_protects_stays_and_is_met_by_the_next() -> None:
    database = {"Db": resource("RDS::DBInstance", DBInstanceIdentifier="db", DeletionProtection=True)}
    assert shown(update(database, {})) == [("left behind", "Only.Db")]
    assert shown(update(database, {}, database)) == [("refused", "Only.Db")]


def test_an_update_that_is_refused_loses_nothing() -> None:
    before, after, _ = REFUSED["the replacement of what has a fixed name"]
    assert [kind for kind, _ in shown(update(before, after))] == ["refused"]
