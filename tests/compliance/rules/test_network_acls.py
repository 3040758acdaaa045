"""Rules for network ACLs, each on what complies and what does not."""

from collections.abc import Mapping

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import network_acls
from tradingbot_infra.compliance.status import Status

UNKNOWN = {"Fn::If": ["Condition", "a", "b"]}
PARAMETER = {"Ref": "Parameter"}
WORLD = "0.0.0.0/0"
TASKS = "10.0.10.0/24"

VPC = resource("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})
ACL = resource("AWS::EC2::NetworkAcl", {"VpcId": {"Ref": "Vpc"}})

Said = dict[str, object]


def subnet(tier: str | None) -> Body:
    return resource("AWS::EC2::Subnet", {"Tags": [{"Key": "aws-cdk:subnet-name", "Value": tier}] if tier else []})


def associated(subnet_id: object, acl_id: object) -> Body:
    return resource("AWS::EC2::SubnetNetworkAclAssociation", {"SubnetId": subnet_id, "NetworkAclId": acl_id})


def entry(number: object, action: object, ports: tuple[object, object] | None = None, block: object = WORLD, /, **others: object) -> Body:
    said: Said = {
        "NetworkAclId": {"Fn::GetAtt": ["Acl", "Id"]},
        "RuleNumber": number,
        "RuleAction": action,
        "Protocol": 6 if ports else -1,
        "Ipv6CidrBlock" if ":" in str(block) and isinstance(block, str) else "CidrBlock": block,
    }
    port_range = {"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}
    return resource("AWS::EC2::NetworkAclEntry", {**said, **port_range, **others})


def status_of(rule: Rule, resources: Mapping[str, Body], judged: str) -> Status | None:
    return judge(rule, assembly_of(resources)).get(judged)


ONE_TIER = {
    "Vpc": VPC,
    "Acl": ACL,
    "Judged": subnet("Private"),
    "First": associated({"Ref": "Judged"}, {"Fn::GetAtt": ["Acl", "Id"]}),
}


def test_a_subnet_behind_the_network_acl_of_its_tier_passes() -> None:
    beside = {"Beside": subnet("Private"), "Second": associated({"Ref": "Beside"}, {"Ref": "Acl"})}
    assert status_of(network_acls.nacl_per_tier, {**ONE_TIER, **beside}, "Judged") is Status.PASS
    assert status_of(network_acls.nacl_per_tier, {**ONE_TIER, **beside}, "Acl") is Status.PASS


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"First": associated("subnet-12345678", {"Ref": "Acl"})}, Status.FAIL),
        ({"First": associated({"Ref": "Judged"}, {"Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"]})}, Status.FAIL),
        ({"Other": subnet("Public"), "Second": associated({"Ref": "Other"}, {"Ref": "Acl"})}, Status.FAIL),
        ({"Other": subnet(None), "Second": associated({"Ref": "Other"}, {"Ref": "Acl"})}, Status.NOT_ASSESSED),
        ({"Second": associated(PARAMETER, {"Ref": "Acl"})}, Status.NOT_ASSESSED),
        ({"First": associated({"Ref": "Judged"}, "acl-12345678")}, Status.NOT_ASSESSED),
        ({"First": associated(PARAMETER, {"Ref": "Acl"})}, Status.NOT_ASSESSED),
        ({"Judged": subnet(None)}, Status.NOT_ASSESSED),
        (
            {"Judged": subnet(None), "Other": subnet("Public"), "Second": associated({"Ref": "Other"}, {"Ref": "Acl"})},
            Status.NOT_ASSESSED,
        ),
    ],
    ids=[
        "none",
        "default",
        "shared",
        "shared with unknown tier",
        "shared with unknown subnet",
        "unknown acl",
        "unknown subnet",
        "no tag",
        "no tag, shared",
    ],
)
def test_a_subnet_that_has_no_network_acl_of_its_own_tier_does_not_pass(changes: Mapping[str, Body], status: Status) -> None:
    assert status_of(network_acls.nacl_per_tier, {**ONE_TIER, **changes}, "Judged") is status


def test_a_network_acl_that_nothing_uses_fails() -> None:
    assert status_of(network_acls.nacl_per_tier, {"Acl": ACL}, "Acl") is Status.FAIL
    unknown = associated({"Ref": "Judged"}, UNKNOWN)
    assert status_of(network_acls.nacl_per_tier, {"Acl": ACL, "Judged": subnet("Private"), "First": unknown}, "Acl") is Status.NOT_ASSESSED


def test_entries_and_associations_of_an_unknown_network_acl_are_not_assessed() -> None:
    resources = {"Entry": entry(100, "allow", NetworkAclId=PARAMETER), "Association": associated("subnet-12345678", PARAMETER)}
    assert judge(network_acls.nacl_per_tier, assembly_of(resources)) == dict.fromkeys(resources, Status.NOT_ASSESSED)
    assert judge(network_acls.nacl_no_admin_ports, assembly_of(resources)) == {"Entry": Status.NOT_ASSESSED}


def test_what_names_its_network_acl_and_subnet_is_judged_there() -> None:
    known = {**ONE_TIER, "Entry": entry(100, "allow", (443, 443))}
    assert judge(network_acls.nacl_per_tier, assembly_of(known)).keys() == {"Acl", "Judged"}
    assert judge(network_acls.nacl_no_admin_ports, assembly_of(known)).keys() == {"Acl", "Vpc"}
    unknown_subnet = associated(PARAMETER, {"Ref": "Acl"})
    assert status_of(network_acls.nacl_per_tier, {**known, "Second": unknown_subnet}, "Second") is Status.NOT_ASSESSED


def data_tier(tier: str, *entries: Body, **others: Body) -> dict[str, Body]:
    return {
        "Vpc": VPC,
        "Acl": ACL,
        "Subnet": subnet(tier),
        "Association": associated({"Ref": "Subnet"}, {"Ref": "Acl"}),
        "Database": resource("AWS::RDS::DBInstance", {"Engine": "postgres"}),
        "Cache": resource("AWS::ElastiCache::ReplicationGroup", {"Port": 6379}),
        **{f"Entry{number}": body for number, body in enumerate(entries)},
        **others,
    }


@pytest.mark.parametrize(
    ("tier", "line", "status"),
    [
        ("Database", entry(100, "allow", (5432, 5432), TASKS), Status.PASS),
        ("Database", entry(100, "allow", ("5432", "5432"), {"Fn::GetAtt": ["Vpc", "CidrBlock"]}), Status.PASS),
        ("Cache", entry(100, "allow", (6379, 6379), TASKS), Status.PASS),
        ("Database", entry(100, "allow", (1024, 65535), "10.0.20.0/24"), Status.PASS),
        ("Database", entry(100, "allow", (32768, 60999), "10.0.20.0/24"), Status.PASS),
        ("Database", entry(100, "deny", (22, 22)), Status.PASS),
        ("Database", entry(100, "allow", (1024, 65535), TASKS, Egress=True), Status.PASS),
        ("Private", entry(100, "allow", (443, 443)), Status.PASS),
        ("Database", entry(100, "allow", (6379, 6379), TASKS), Status.FAIL),
        ("Cache", entry(100, "allow", (5432, 5432), TASKS), Status.FAIL),
        ("Database", entry(100, "allow", (5432, 5433), TASKS), Status.FAIL),
        ("Database", entry(100, "allow", (8000, 9000), TASKS), Status.FAIL),
        ("Database", entry(100, "allow", (0, 65535), TASKS), Status.FAIL),
        ("Database", entry(100, "allow", None, TASKS), Status.FAIL),
        ("Database", entry(100, "allow", (5432, 5432)), Status.FAIL),
        ("Database", entry(100, "allow", (5432, 5432), "::/0"), Status.FAIL),
        ("Database", entry(100, "allow", (5432, 5432), "192.168.0.0/24"), Status.FAIL),
        ("Database", entry(100, "allow", (1024, 65535), WORLD, Egress=True), Status.FAIL),
        ("Database", entry(100, "allow", (5432, 5432), UNKNOWN), Status.NOT_ASSESSED),
        ("Database", entry(100, UNKNOWN, (5432, 5432), TASKS), Status.NOT_ASSESSED),
        ("Database", entry(100, "allow", (PARAMETER, 5432), TASKS), Status.NOT_ASSESSED),
        ("Database", entry(100, "allow", (5432, 5432), TASKS, Egress=UNKNOWN), Status.NOT_ASSESSED),
    ],
)
def test_the_network_acl_of_a_data_tier_allows_the_engines_port_and_return_traffic(tier: str, line: Body, status: Status) -> None:
    assert status_of(network_acls.nacl_per_tier, data_tier(tier, line), "Acl") is status


def test_a_data_tier_without_a_store_needs_no_port_and_one_of_an_unknown_port_or_vpc_is_not_assessed() -> None:
    allowed = entry(100, "allow", (6379, 6379), TASKS)
    empty = {name: body for name, body in data_tier("Cache").items() if name != "Cache"}
    assert status_of(network_acls.nacl_per_tier, empty, "Acl") is Status.PASS
    assert status_of(network_acls.nacl_per_tier, {**empty, "Entry": allowed}, "Acl") is Status.FAIL
    unknown_port = resource("AWS::ElastiCache::ReplicationGroup", {"Port": PARAMETER})
    assert status_of(network_acls.nacl_per_tier, data_tier("Cache", allowed, Cache=unknown_port), "Acl") is Status.NOT_ASSESSED
    elsewhere = resource("AWS::EC2::NetworkAcl", {"VpcId": "vpc-12345678"})
    assert status_of(network_acls.nacl_per_tier, data_tier("Cache", allowed, Acl=elsewhere), "Acl") is Status.NOT_ASSESSED


DENY_SSH = entry(10, "deny", (22, 22))
DENY_RDP = entry(11, "deny", (3389, 3389))
EPHEMERAL = entry(100, "allow", (1024, 65535))


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ([], Status.PASS),
        ([DENY_RDP, EPHEMERAL], Status.PASS),
        ([EPHEMERAL, DENY_RDP], Status.PASS),
        ([DENY_SSH, DENY_RDP, entry(100, "allow", (0, 65535))], Status.PASS),
        ([entry(100, "allow", (443, 443))], Status.PASS),
        ([entry(100, "allow", (22, 22), TASKS)], Status.PASS),
        ([entry(100, "allow", (22, 22), Egress=True)], Status.PASS),
        ([entry(100, "allow", Protocol=1)], Status.PASS),
        ([entry(10, "deny"), entry(100, "allow")], Status.PASS),
        ([entry("10", "deny", ("3389", "3389")), entry("100", "allow", ("1024", "65535"))], Status.PASS),
        ([EPHEMERAL], Status.FAIL),
        ([EPHEMERAL, entry(101, "deny", (3389, 3389))], Status.FAIL),
        ([entry(10, "deny", (3389, 3389), TASKS), EPHEMERAL], Status.FAIL),
        ([DENY_RDP, entry(100, "allow", (0, 65535))], Status.FAIL),
        ([entry(10, "deny", (3389, 3389), Egress=True), EPHEMERAL], Status.FAIL),
        ([DENY_SSH, DENY_RDP, entry(100, "allow")], Status.FAIL),
        ([DENY_SSH, DENY_RDP, entry(100, "allow", (1024, 65535), Protocol=17)], Status.FAIL),
        ([entry(100, "allow", (22, 22), "::/0")], Status.FAIL),
        ([DENY_SSH, entry(100, "allow", (22, 22), "::/0")], Status.FAIL),
        ([entry(10, "deny", (22, 22), "::/0"), entry(100, "allow", (22, 22), "::/0")], Status.PASS),
        ([entry(100, "allow", (22, 22), "1.2.3.4/0")], Status.FAIL),
        ([entry(100, "allow", Protocol=6)], Status.FAIL),
        ([entry(100, "allow", (22, 22), UNKNOWN)], Status.NOT_ASSESSED),
        ([entry(PARAMETER, "allow", (443, 443))], Status.NOT_ASSESSED),
        ([entry(100, "allow", (22, 22), Protocol=UNKNOWN)], Status.NOT_ASSESSED),
        ([entry(100, "allow", (22, PARAMETER))], Status.NOT_ASSESSED),
    ],
)
def test_ssh_and_rdp_are_denied_before_anything_is_allowed_from_the_internet(entries: list[Body], status: Status) -> None:
    resources = {"Acl": ACL, **{f"Entry{number}": body for number, body in enumerate(entries)}}
    assert status_of(network_acls.nacl_no_admin_ports, resources, "Acl") is status


def default_entry(number: object, action: object, *, egress: bool, block: str = WORLD, **others: object) -> Body:
    return entry(number, action, None, block, NetworkAclId={"Fn::GetAtt": ["Vpc", "DefaultNetworkAcl"]}, Egress=egress, **others)


CLOSED = {"In": default_entry(1, "deny", egress=False), "Out": default_entry(1, "deny", egress=True)}
IPV6 = resource("AWS::EC2::VPCCidrBlock", {"VpcId": {"Ref": "Vpc"}, "AmazonProvidedIpv6CidrBlock": True})
SECOND_BLOCK = resource("AWS::EC2::VPCCidrBlock", {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.1.0.0/16"})


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        (CLOSED, Status.PASS),
        ({**CLOSED, "Block": SECOND_BLOCK}, Status.PASS),
        ({**CLOSED, "Late": default_entry(50, "allow", egress=False)}, Status.PASS),
        ({}, Status.FAIL),
        ({"In": CLOSED["In"]}, Status.FAIL),
        ({"Out": CLOSED["Out"]}, Status.FAIL),
        ({**CLOSED, "In": default_entry(99, "deny", egress=False)}, Status.PASS),
        ({**CLOSED, "In": default_entry(100, "deny", egress=False)}, Status.FAIL),
        ({**CLOSED, "In": default_entry(2, "deny", egress=False), "First": default_entry(1, "allow", egress=False)}, Status.FAIL),
        ({**CLOSED, "In": default_entry(1, "deny", egress=False, Protocol=6)}, Status.FAIL),
        ({**CLOSED, "In": default_entry(1, "deny", egress=False, block=TASKS)}, Status.FAIL),
        ({**CLOSED, "Block": IPV6}, Status.FAIL),
        (
            {
                **CLOSED,
                "Block": IPV6,
                "In6": default_entry(2, "deny", egress=False, block="::/0"),
                "Out6": default_entry(2, "deny", egress=True, block="::/0"),
            },
            Status.PASS,
        ),
        ({**CLOSED, "In": default_entry(UNKNOWN, "deny", egress=False)}, Status.NOT_ASSESSED),
        ({**CLOSED, "In": default_entry(1, PARAMETER, egress=False)}, Status.NOT_ASSESSED),
    ],
)
def test_the_default_network_acl_lets_nothing_through(entries: Mapping[str, Body], status: Status) -> None:
    assert status_of(network_acls.nacl_no_admin_ports, {"Vpc": VPC, **entries}, "Vpc") is status


def way_out(*rules: Body, tier: str = "Private") -> dict[str, Body]:
    """Tasks whose group lets 443 and 9443 out, behind a network ACL with these entries."""
    out = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": WORLD} for port in (443, 9443)]
    return {
        **ONE_TIER,
        "Judged": subnet(tier),
        "Group": resource("AWS::EC2::SecurityGroup", {"GroupDescription": "Tasks", "SecurityGroupEgress": out}),
        "Service": resource(
            "AWS::ECS::Service",
            {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": [{"Fn::GetAtt": ["Group", "GroupId"]}]}}},
        ),
        **{f"Entry{number}": rule for number, rule in enumerate(rules)},
    }


def out(ports: tuple[object, object] | None, block: object = WORLD, action: str = "allow", **others: object) -> Body:
    return entry(100, action, ports, block, Egress=True, **others)


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([out((443, 443))], Status.PASS),
        ([out((443, 443)), out((9443, 9443))], Status.PASS),
        ([out((443, 443)), out(None, Protocol=1)], Status.PASS),
        ([], Status.PASS),
        ([out((1024, 65535), "10.0.0.0/24")], Status.PASS),
        ([out((8443, 8443), action="deny")], Status.PASS),
        ([entry(100, "allow", (8443, 8443), Egress=False)], Status.PASS),
        ([out((8443, 8443))], Status.FAIL),
        ([out((443, 444))], Status.FAIL),
        ([out((0, 65535))], Status.FAIL),
        ([out(None)], Status.FAIL),
        ([out((443, 443), Protocol=17)], Status.FAIL),
        ([out((8443, 8443), "8.8.8.8/32")], Status.FAIL),
        ([out((8443, 8443), "0.0.0.0/1")], Status.FAIL),
        ([out((8443, 8443), "::/0")], Status.FAIL),
        ([out((PARAMETER, 443))], Status.NOT_ASSESSED),
        ([out((443, 443), PARAMETER)], Status.NOT_ASSESSED),
    ],
)
def test_the_network_acl_of_tasks_lets_out_what_their_groups_let_out(rules: list[Body], status: Status) -> None:
    assert status_of(network_acls.nacl_egress, way_out(*rules), "Acl") is status


def test_only_the_network_acl_of_tasks_is_asked_what_it_lets_out() -> None:
    assert status_of(network_acls.nacl_egress, way_out(out((1024, 65535)), tier="Public"), "Acl") is None
    stray = {**way_out(), "Stray": out((443, 443), NetworkAclId=PARAMETER)}
    assert status_of(network_acls.nacl_egress, stray, "Stray") is Status.NOT_ASSESSED
