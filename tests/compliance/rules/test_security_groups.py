"""Rules for security groups, each on what complies and what does not."""

from collections.abc import Mapping

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.reading.security_group_rules import SECURITY_GROUP, rules_of
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import security_groups
from tradingbot_infra.compliance.status import Status

UNKNOWN = {"Fn::If": ["Condition", "a", "b"]}
PARAMETER = {"Ref": "Parameter"}
WORLD = "0.0.0.0/0"

Said = dict[str, object]


def group_id(name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, "GroupId"]}


def tcp(first: object, last: object | None = None, **peer: object) -> Said:
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": first if last is None else last, **peer}


def group(ingress: object = None, egress: object = None, **properties: object) -> Body:
    rules = {"SecurityGroupIngress": ingress, "SecurityGroupEgress": egress}
    return resource(SECURITY_GROUP, {**{name: value for name, value in rules.items() if value is not None}, **properties})


def separate(direction: str, name: object, said: Said) -> Body:
    return resource(f"AWS::EC2::SecurityGroup{direction}", {"GroupId": name, **said})


def service(*groups: object) -> Body:
    return resource("AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": list(groups)}}})


def status_of(rule: Rule, resources: Mapping[str, Body], judged: str) -> Status | None:
    return judge(rule, assembly_of(resources)).get(judged)


def inside_and_separate(rule: Rule, said: Said, others: Mapping[str, Body], direction: str = "Ingress") -> Status:
    """The status of a rule, which must not depend on where it is declared."""
    within = {"Judged": group(**{direction.lower(): [said]}), **others}
    alone = {"Judged": group(), "Rule": separate(direction, group_id("Judged"), said), **others}
    inside, outside = status_of(rule, within, "Judged"), status_of(rule, alone, "Rule")
    assert inside is outside
    assert inside is not None
    return inside


def test_all_rules_of_a_group_are_found_inside_it_or_separate() -> None:
    assembly = assembly_of(
        {
            "Group": group([tcp(80, CidrIp=WORLD)]),
            "Rule": separate("Ingress", group_id("Group"), tcp(443, CidrIp=WORLD)),
            "OfAnother": separate("Ingress", "sg-12345678", tcp(22, CidrIp=WORLD)),
            "Out": separate("Egress", group_id("Group"), tcp(5432, CidrIp="10.0.20.0/24")),
        }
    )
    found = rules_of(assembly.only(SECURITY_GROUP), "Ingress", assembly)
    assert [(rule.where, rule.text) for rule in found] == [
        ("Properties.SecurityGroupIngress[0]", "tcp 80-80 0.0.0.0/0"),
        ("Rule.Properties", "tcp 443-443 0.0.0.0/0"),
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (tcp(443, CidrIp=WORLD), Status.PASS),
        (tcp(22, CidrIp="10.0.0.0/16"), Status.PASS),
        (tcp(22, CidrIp="11.0.0.0/8"), Status.PASS),
        (tcp(22, SourceSecurityGroupId="sg-12345678"), Status.PASS),
        (tcp(23, 3388, CidrIp=WORLD), Status.PASS),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "CidrIp": WORLD}, Status.PASS),
        (tcp(443, CidrIp=UNKNOWN), Status.PASS),
        (tcp(22, CidrIp={"Fn::GetAtt": ["Vpc", "CidrBlock"]}), Status.PASS),
        (tcp(22, CidrIp=WORLD), Status.FAIL),
        (tcp("22", CidrIp=WORLD), Status.FAIL),
        (tcp(3389, CidrIp=WORLD), Status.FAIL),
        (tcp(20, 30, CidrIp=WORLD), Status.FAIL),
        (tcp(1024, 65535, CidrIp=WORLD), Status.FAIL),
        (tcp(22, CidrIp="1.2.3.4/0"), Status.FAIL),
        (tcp(22, CidrIp="128.0.0.0/1"), Status.FAIL),
        ({"IpProtocol": "udp", "FromPort": 3389, "ToPort": 3389, "CidrIp": WORLD}, Status.FAIL),
        ({"IpProtocol": 6, "FromPort": 22, "ToPort": 22, "CidrIp": WORLD}, Status.FAIL),
        ({"IpProtocol": "tcp", "CidrIp": WORLD}, Status.FAIL),
        ({"IpProtocol": "tcp", "FromPort": -1, "ToPort": -1, "CidrIp": WORLD}, Status.FAIL),
        ({"IpProtocol": "-1", "CidrIp": WORLD}, Status.FAIL),
        ({"IpProtocol": -1, "CidrIp": WORLD}, Status.FAIL),
        (tcp(22, CidrIp=UNKNOWN), Status.NOT_ASSESSED),
        (tcp(22, CidrIp=PARAMETER), Status.NOT_ASSESSED),
        (tcp(22, SourcePrefixListId="pl-12345678"), Status.NOT_ASSESSED),
        (tcp(PARAMETER, CidrIp=WORLD), Status.NOT_ASSESSED),
        (tcp(22, PARAMETER, CidrIp=WORLD), Status.NOT_ASSESSED),
        (tcp(22, CidrIp=WORLD) | {"IpProtocol": UNKNOWN}, Status.NOT_ASSESSED),
    ],
)
def test_ssh_and_rdp_are_closed_to_the_internet_over_ipv4(said: Said, status: Status) -> None:
    vpc = resource("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"})
    assert inside_and_separate(security_groups.no_admin_ports_v4, said, {"Vpc": vpc}) is status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (tcp(443, CidrIpv6="::/0"), Status.PASS),
        (tcp(22, CidrIp=WORLD), Status.PASS),
        (tcp(22, CidrIpv6="2001:db8::/32"), Status.PASS),
        (tcp(22, CidrIpv6="::/0"), Status.FAIL),
        (tcp(22, CidrIpv6="0:0:0:0:0:0:0:0/0"), Status.FAIL),
        (tcp(22, CidrIpv6="2000::/3"), Status.FAIL),
        ({"IpProtocol": "-1", "CidrIpv6": "::/0"}, Status.FAIL),
        (tcp(22, CidrIpv6=UNKNOWN), Status.NOT_ASSESSED),
    ],
)
def test_ssh_and_rdp_are_closed_to_the_internet_over_ipv6(said: Said, status: Status) -> None:
    assert inside_and_separate(security_groups.no_admin_ports_v6, said, {}) is status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (tcp(443, CidrIp=WORLD), Status.PASS),
        (tcp(445, CidrIp="10.0.0.0/16"), Status.PASS),
        (tcp(445, CidrIp=WORLD), Status.FAIL),
        (tcp(400, 500, CidrIpv6="::/0"), Status.FAIL),
        (tcp(445, CidrIp=UNKNOWN), Status.NOT_ASSESSED),
    ],
)
def test_smb_is_closed_to_the_internet(said: Said, status: Status) -> None:
    assert inside_and_separate(security_groups.no_cifs, said, {}) is status


@pytest.mark.parametrize(
    "rule", [security_groups.no_admin_ports_v4, security_groups.no_admin_ports_v6, security_groups.no_cifs, security_groups.world_only_alb]
)
def test_a_group_without_ingress_passes_and_one_that_only_cloudformation_knows_is_not_assessed(rule: Rule) -> None:
    resources = {"Empty": group(), "Listed": group([UNKNOWN]), "Whole": group(UNKNOWN)}
    assert judge(rule, assembly_of(resources)) == {"Empty": Status.PASS, "Listed": Status.NOT_ASSESSED, "Whole": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (tcp(80, CidrIp=WORLD), Status.PASS),
        (tcp(443, CidrIpv6="::/0"), Status.PASS),
        (tcp(8001, SourceSecurityGroupId="sg-12345678"), Status.PASS),
        (tcp(443, SourcePrefixListId="pl-12345678"), Status.PASS),
        (tcp(8080, CidrIp=WORLD), Status.FAIL),
        (tcp(80, 443, CidrIp=WORLD), Status.FAIL),
        ({"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": WORLD}, Status.FAIL),
        ({"IpProtocol": "-1", "CidrIp": WORLD}, Status.FAIL),
        (tcp(8080, CidrIp=UNKNOWN), Status.NOT_ASSESSED),
        (tcp(PARAMETER, CidrIp=WORLD), Status.NOT_ASSESSED),
    ],
)
def test_the_internet_reaches_the_load_balancer_on_web_ports_only(said: Said, status: Status) -> None:
    balancer = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"SecurityGroups": [group_id("Judged")]})
    assert inside_and_separate(security_groups.world_only_alb, said, {"Balancer": balancer}) is status


@pytest.mark.parametrize(
    ("balancer", "status"),
    [
        ({}, Status.FAIL),
        ({"SecurityGroups": [group_id("Judged")]}, Status.PASS),
        ({"SecurityGroups": [group_id("Judged")], "Scheme": "internet-facing", "Type": "application"}, Status.PASS),
        ({"SecurityGroups": ["sg-12345678"]}, Status.FAIL),
        ({"SecurityGroups": [group_id("Judged")], "Scheme": "internal"}, Status.FAIL),
        ({"SecurityGroups": [group_id("Judged")], "Type": "network"}, Status.FAIL),
        ({"SecurityGroups": [group_id("Judged")], "Scheme": UNKNOWN}, Status.NOT_ASSESSED),
        ({"SecurityGroups": UNKNOWN}, Status.NOT_ASSESSED),
    ],
)
def test_the_internet_reaches_only_the_group_of_an_internet_facing_load_balancer(balancer: Said, status: Status) -> None:
    body = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer)
    assert inside_and_separate(security_groups.world_only_alb, tcp(443, CidrIp=WORLD), {"Balancer": body}) is status


def test_an_internet_rule_in_an_unknown_group_may_be_the_load_balancers_if_there_is_one_and_the_port_is_right() -> None:
    rules = {"Https": separate("Ingress", PARAMETER, tcp(443, CidrIp=WORLD)), "Ssh": separate("Ingress", PARAMETER, tcp(22, CidrIp=WORLD))}
    balancer = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"SecurityGroups": ["sg-12345678"]})
    with_one = assembly_of({**rules, "Balancer": balancer})
    assert judge(security_groups.world_only_alb, with_one) == {"Https": Status.NOT_ASSESSED, "Ssh": Status.FAIL}
    assert judge(security_groups.world_only_alb, assembly_of(rules)) == {"Https": Status.FAIL, "Ssh": Status.FAIL}


def test_an_egress_rule_of_an_unknown_group_may_be_the_tasks_if_there_are_any() -> None:
    rule = separate("Egress", PARAMETER, tcp(443, CidrIp=WORLD))
    tasks = {"Tasks": group(egress=[NOTHING]), "Service": service(group_id("Tasks"))}
    assert status_of(security_groups.egress_explicit, {"Rule": rule, **tasks}, "Rule") is Status.NOT_ASSESSED
    assert status_of(security_groups.egress_explicit, {"Rule": rule}, "Rule") is Status.FAIL


DATABASE = resource("AWS::RDS::DBInstance", {"Engine": "postgres", "Port": "5432", "VPCSecurityGroups": [group_id("Judged")]})
CACHE = resource("AWS::ElastiCache::ReplicationGroup", {"SecurityGroupIds": [group_id("Judged")]})
TASKS = {"Tasks": group(), "Service": service(group_id("Tasks")), "Stranger": group()}
FROM_TASKS = {"SourceSecurityGroupId": group_id("Tasks")}


@pytest.mark.parametrize(
    ("store", "said", "status"),
    [
        (DATABASE, tcp(5432, **FROM_TASKS), Status.PASS),
        (CACHE, tcp(6379, **FROM_TASKS), Status.PASS),
        (DATABASE, tcp("5432", **FROM_TASKS), Status.PASS),
        (DATABASE, tcp(6379, **FROM_TASKS), Status.FAIL),
        (DATABASE, tcp(5432, 5433, **FROM_TASKS), Status.FAIL),
        (DATABASE, {"IpProtocol": "-1", **FROM_TASKS}, Status.FAIL),
        (DATABASE, tcp(5432, SourceSecurityGroupId=group_id("Stranger")), Status.FAIL),
        (DATABASE, tcp(5432, CidrIp="10.0.10.0/24"), Status.FAIL),
        (DATABASE, tcp(5432, CidrIp="10.0.10.0/24", **FROM_TASKS), Status.FAIL),
        (DATABASE, tcp(5432, SourcePrefixListId="pl-12345678", **FROM_TASKS), Status.FAIL),
        (DATABASE, tcp(5432, SourceSecurityGroupId="sg-12345678"), Status.NOT_ASSESSED),
        (DATABASE, tcp(5432, SourceSecurityGroupId=UNKNOWN), Status.NOT_ASSESSED),
        (DATABASE, tcp(PARAMETER, **FROM_TASKS), Status.NOT_ASSESSED),
    ],
)
def test_only_tasks_reach_a_data_store_on_its_port(store: Body, said: Said, status: Status) -> None:
    assert inside_and_separate(security_groups.data_tier_from_app, said, {"Store": store, **TASKS}) is status


@pytest.mark.parametrize(
    ("store", "port", "status"),
    [
        (resource("AWS::RDS::DBInstance", {"Engine": "postgres", "VPCSecurityGroups": [group_id("Judged")]}), 5432, Status.PASS),
        (
            resource("AWS::RDS::DBInstance", {"Engine": "postgres", "Port": 6000, "VPCSecurityGroups": [group_id("Judged")]}),
            6000,
            Status.PASS,
        ),
        (
            resource("AWS::RDS::DBInstance", {"Engine": "postgres", "Port": 6000, "VPCSecurityGroups": [group_id("Judged")]}),
            5432,
            Status.FAIL,
        ),
        (resource("AWS::RDS::DBInstance", {"Port": PARAMETER, "VPCSecurityGroups": [group_id("Judged")]}), 5432, Status.NOT_ASSESSED),
        (resource("AWS::RDS::DBInstance", {"Engine": "mystery", "VPCSecurityGroups": [group_id("Judged")]}), 5432, Status.NOT_ASSESSED),
    ],
)
def test_the_port_is_the_one_that_the_store_listens_on(store: Body, port: int, status: Status) -> None:
    assert inside_and_separate(security_groups.data_tier_from_app, tcp(port, **FROM_TASKS), {"Store": store, **TASKS}) is status


def test_groups_without_a_data_store_are_not_judged_as_data_tier() -> None:
    assert judge(security_groups.data_tier_from_app, assembly_of({"Group": group([tcp(22, CidrIp=WORLD)])})) == {}


@pytest.mark.parametrize(
    ("groups", "status"),
    [
        ([group_id("Judged")], Status.PASS),
        ([], Status.FAIL),
        (None, Status.FAIL),
        ([{"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}], Status.FAIL),
        ([group_id("Judged"), {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}], Status.FAIL),
        ([group_id("Judged"), "sg-12345678"], Status.NOT_ASSESSED),
        (["sg-12345678"], Status.NOT_ASSESSED),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
)
def test_a_data_store_names_a_group_of_its_own(groups: object, status: Status) -> None:
    store = resource("AWS::RDS::DBInstance", {} if groups is None else {"VPCSecurityGroups": groups})
    resources = {"Judged": group(), "Vpc": resource("AWS::EC2::VPC"), "Store": store}
    assert status_of(security_groups.data_tier_from_app, resources, "Store") is status


def test_an_ingress_rule_of_an_unknown_group_may_be_the_data_stores() -> None:
    rule = separate("Ingress", PARAMETER, tcp(5432, CidrIp=WORLD))
    assert status_of(security_groups.data_tier_from_app, {"Rule": rule}, "Rule") is Status.NOT_ASSESSED


NOTHING = {"CidrIp": "255.255.255.255/32", "IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "Description": "Disallow all traffic"}
SENDERS = {
    "nobody": resource("AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": ["sg-12345678"]}}}),
    "tasks": service(group_id("Judged")),
    "NAT instance": resource("AWS::EC2::Instance", {"SourceDestCheck": False, "NetworkInterfaces": [{"GroupSet": [group_id("Judged")]}]}),
    "NAT instance without interfaces": resource("AWS::EC2::Instance", {"SourceDestCheck": False, "SecurityGroupIds": [group_id("Judged")]}),
    "another instance": resource("AWS::EC2::Instance", {"SecurityGroupIds": [group_id("Judged")]}),
    "unknown": resource("AWS::ECS::Service", {"NetworkConfiguration": {"AwsvpcConfiguration": {"SecurityGroups": UNKNOWN}}}),
}


@pytest.mark.parametrize(
    ("sender", "said", "status"),
    [
        ("nobody", NOTHING, Status.PASS),
        ("nobody", tcp(5432, DestinationSecurityGroupId=group_id("Judged")), Status.PASS),
        ("nobody", tcp(443, CidrIp="10.0.0.0/16"), Status.PASS),
        ("tasks", tcp(443, CidrIp=WORLD), Status.PASS),
        ("tasks", tcp(443, CidrIpv6="::/0"), Status.PASS),
        ("tasks", tcp(8443, CidrIp=WORLD), Status.PASS),
        ("tasks", tcp(9443, CidrIp=WORLD), Status.PASS),
        ("NAT instance", tcp(9443, CidrIp=WORLD), Status.PASS),
        ("tasks", tcp(9443, CidrIp="203.0.114.7/32"), Status.PASS),
        ("NAT instance", tcp(443, CidrIp=WORLD), Status.PASS),
        ("NAT instance without interfaces", tcp(443, CidrIp=WORLD), Status.PASS),
        ("another instance", tcp(443, CidrIp=WORLD), Status.FAIL),
        ("nobody", tcp(443, CidrIp=WORLD), Status.FAIL),
        ("nobody", tcp(443, CidrIp="8.8.8.8/32"), Status.FAIL),
        ("tasks", tcp(80, CidrIp=WORLD), Status.FAIL),
        ("tasks", tcp(443, 444, CidrIp=WORLD), Status.FAIL),
        ("tasks", tcp(8443, 9443, CidrIp=WORLD), Status.FAIL),
        ("tasks", tcp(587, CidrIp=WORLD), Status.FAIL),
        ("tasks", {"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "CidrIp": WORLD}, Status.FAIL),
        ("NAT instance", tcp(0, 65535, CidrIp=WORLD), Status.FAIL),
        ("nobody", tcp(9443, CidrIp=WORLD), Status.FAIL),
        ("tasks", {"IpProtocol": "-1", "CidrIp": WORLD}, Status.FAIL),
        ("tasks", {"IpProtocol": "-1", "CidrIpv6": "::/0"}, Status.FAIL),
        ("tasks", {"IpProtocol": "-1", "DestinationSecurityGroupId": group_id("Judged")}, Status.FAIL),
        ("unknown", tcp(443, CidrIp=WORLD), Status.NOT_ASSESSED),
        ("nobody", tcp(443, CidrIp=UNKNOWN), Status.NOT_ASSESSED),
        ("nobody", tcp(443, DestinationPrefixListId="pl-12345678"), Status.NOT_ASSESSED),
        ("tasks", tcp(PARAMETER, CidrIp=WORLD), Status.NOT_ASSESSED),
        ("nobody", {"IpProtocol": PARAMETER, "CidrIp": "10.0.0.0/16"}, Status.NOT_ASSESSED),
    ],
)
def test_only_tasks_and_nat_reach_the_internet_and_only_on_the_designs_ports(sender: str, said: Said, status: Status) -> None:
    assert inside_and_separate(security_groups.egress_explicit, said, {"Sender": SENDERS[sender]}, "Egress") is status


@pytest.mark.parametrize(
    ("resources", "status"),
    [
        ({"Judged": group()}, Status.FAIL),
        ({"Judged": group(egress=[])}, Status.FAIL),
        ({"Judged": group(egress=[NOTHING])}, Status.PASS),
        ({"Judged": group(egress=UNKNOWN)}, Status.NOT_ASSESSED),
        ({"Judged": group(), "Rule": separate("Egress", group_id("Judged"), tcp(443, CidrIp="10.0.0.0/16"))}, Status.PASS),
        ({"Judged": group(), "Rule": separate("Egress", PARAMETER, tcp(443, CidrIp="10.0.0.0/16"))}, Status.NOT_ASSESSED),
        (
            {"Judged": group(), "Other": group(), "Rule": separate("Egress", group_id("Other"), tcp(443, CidrIp="10.0.0.0/16"))},
            Status.FAIL,
        ),
    ],
)
def test_a_group_without_an_egress_rule_may_send_everything(resources: Mapping[str, Body], status: Status) -> None:
    assert status_of(security_groups.egress_explicit, resources, "Judged") is status


@pytest.mark.parametrize(
    ("description", "status"),
    [
        ("load balancer to tasks", Status.PASS),
        ("from the office: HTTPS", Status.PASS),
        ("Disallow all traffic", Status.PASS),
        (None, Status.FAIL),
        (" ", Status.FAIL),
        ("from 0.0.0.0/0:443", Status.FAIL),
        ("to NetworkStackEcsSecurityGroup39EF6BDE:ALL TRAFFIC", Status.FAIL),
        ("Allow all outbound traffic by default", Status.FAIL),
        ("Allow all outbound ipv6 traffic by default", Status.FAIL),
        (UNKNOWN, Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("direction", ["Ingress", "Egress"])
def test_every_rule_has_a_description(direction: str, description: object, status: Status) -> None:
    said = tcp(443, CidrIp="10.0.0.0/16") | ({} if description is None else {"Description": description})
    within = {"Judged": group(**{direction.lower(): [said]}, GroupDescription="PostgreSQL")}
    alone = {"Rule": separate(direction, "sg-12345678", said)}
    assert status_of(security_groups.described, within, "Judged") is status
    assert status_of(security_groups.described, alone, "Rule") is status


@pytest.mark.parametrize(
    ("description", "status"),
    [
        ("PostgreSQL: from the tasks only", Status.PASS),
        ("Stack/Judged", Status.FAIL),
        (None, Status.FAIL),
        ("", Status.FAIL),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
)
def test_every_group_has_a_description(description: object, status: Status) -> None:
    body = group(**({} if description is None else {"GroupDescription": description}))
    assert status_of(security_groups.described, {"Judged": body}, "Judged") is status


def test_a_rule_that_only_cloudformation_knows_may_be_described() -> None:
    assert (
        status_of(security_groups.described, {"Judged": group([UNKNOWN], GroupDescription="PostgreSQL")}, "Judged") is Status.NOT_ASSESSED
    )
