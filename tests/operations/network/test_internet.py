"""The way out to the internet and to AWS, and the way in: the design has both, and each fault alone is named, and nothing else."""

from dataclasses import replace

import pytest

from tests.operations.network.design import (
    BALANCER,
    DESIGN,
    LOCAL_ROUTE,
    TASKS,
    everything,
    from_,
    leading,
    to,
    with_entry,
    with_group,
    with_nat,
    with_nat_instance,
    with_routes,
    with_untold_ports,
    without_entries,
    without_rule,
)
from tests.operations.network.test_connections import only, only_unknown
from tests.operations.rendering import plain
from tradingbot_infra.operations.live.network import Endpoint, Instance, RouteTable
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.security_groups import SecurityGroup
from tradingbot_infra.operations.network.fixes import REVERT
from tradingbot_infra.operations.network.paths import aws_api_egress, internet_egress, internet_ingress
from tradingbot_infra.operations.network.traffic import WORLD

INSTANCE = Instance("i-1", "", "running", ("eni-1",), True, "public-a", ("sg-nat",))
NAT_GROUP = SecurityGroup("sg-nat", "", frozenset((from_("10.0.10.0/24", 443), to("0.0.0.0/0", 443))))
NAT = DESIGN.nat_gateways[0]
REPLACE = "aws ec2 replace-route --route-table-id rtb-private-a --destination-cidr-block 0.0.0.0/0"


def test_tasks_of_the_design_reach_the_internet() -> None:
    assert internet_egress(DESIGN, TASKS).passes is True


@pytest.mark.parametrize("port", [80, 443])
def test_everybody_reaches_the_load_balancer_of_the_design(port: int) -> None:
    assert internet_ingress(DESIGN, BALANCER, port).passes is True


def test_a_missing_default_route_is_named_with_the_command_that_makes_it() -> None:
    obstacle = only(internet_egress(with_routes(DESIGN, "rtb-private-b", LOCAL_ROUTE), TASKS))
    assert obstacle.kind == "route"
    assert obstacle.resources == ("rtb-private-b",)
    assert obstacle.text == "Route table rtb-private-b of tasks in 10.0.11.0/24 (b) has no default route"
    # The NAT gateway of its own zone, though that of the other comes first.
    assert plain(obstacle.fix) == (
        "aws ec2 create-route --route-table-id rtb-private-b --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-b"
    )


def test_a_subnet_that_lost_its_route_table_falls_to_the_main_one() -> None:
    tables = tuple(replace(table, subnets=()) if table.id == "rtb-private-a" else table for table in DESIGN.route_tables)
    obstacle = only(internet_egress(replace(DESIGN, route_tables=tables), TASKS))
    assert obstacle.text == "Route table rtb-main of tasks in 10.0.10.0/24 (a) has no default route"


def test_a_default_route_whose_nat_is_gone_is_named_with_the_nat_that_is_left() -> None:
    gone = with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, leading("nat-a", active=False))
    state = replace(gone, nat_gateways=DESIGN.nat_gateways[1:])
    obstacle = only(internet_egress(state, TASKS))
    assert obstacle.text == "Route table rtb-private-a of tasks in 10.0.10.0/24 (a) leads to nat-a, which does not exist"
    assert plain(obstacle.fix) == f"{REPLACE} --nat-gateway-id nat-b"


def test_a_default_route_that_is_a_blackhole_is_named_though_its_nat_gateway_is_still_listed() -> None:
    blackhole = with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, leading("nat-a", active=False))
    assert only(internet_egress(blackhole, TASKS)).kind == "route"


@pytest.mark.parametrize("unfit", [{"state": "failed"}, {"public": False}])
def test_no_route_is_led_to_a_nat_gateway_that_does_not_help(unfit: dict[str, object]) -> None:
    state = with_nat(with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE), replace(NAT, **unfit))  # type: ignore[arg-type]  # real fields
    assert plain(only(internet_egress(state, TASKS)).fix).endswith("--nat-gateway-id nat-b")


def test_without_any_nat_gateway_the_template_is_the_way_back() -> None:
    state = replace(with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE), nat_gateways=())
    assert [obstacle.fix for obstacle in internet_egress(state, TASKS).problems] == [REVERT, REVERT]


@pytest.mark.parametrize("target", ["nat-gone", "igw-foreign"])
def test_a_default_route_to_what_does_not_stand_here_is_named(target: str) -> None:
    obstacle = only(internet_egress(with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, leading(target)), TASKS))
    assert obstacle.text.endswith(f"leads to {target}, which is not in this VPC")


def test_tasks_without_public_addresses_need_nat_even_where_the_internet_gateway_is_near() -> None:
    state = with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, leading("igw-1"))
    assert "serves public addresses only" in only(internet_egress(state, TASKS)).text
    assert internet_egress(state, replace(TASKS, public_addresses=True)).passes is True


@pytest.mark.parametrize("target", ["tgw-1", "vpce-1", "eni-foreign"])
def test_a_default_route_to_something_else_is_not_assessable(target: str) -> None:
    state = with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, leading(target))
    assert "not followed" in only_unknown(internet_egress(state, TASKS)).why


def test_routes_for_part_of_the_internet_are_not_assessable() -> None:
    halves = (leading("nat-a", to_block="0.0.0.0/1"), leading("nat-a", to_block="128.0.0.0/1"))
    assert only_unknown(internet_egress(with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, *halves), TASKS)).kind == "route"


def test_a_failed_nat_gateway_is_named_with_its_reason_and_the_one_that_works() -> None:
    obstacle = only(internet_egress(with_nat(DESIGN, replace(NAT, state="failed", reason="no free address")), TASKS))
    assert obstacle.kind == "nat"
    assert obstacle.resources == ("nat-a",)
    assert obstacle.text == "NAT gateway nat-a, the way out of 10.0.10.0/24 (a), is failed: no free address"
    assert plain(obstacle.fix) == f"{REPLACE} --nat-gateway-id nat-b"


def test_one_nat_gateway_for_two_zones_is_named_once_and_led_around_in_both() -> None:
    shared = with_routes(DESIGN, "rtb-private-b", LOCAL_ROUTE, leading("nat-a"))
    obstacle = only(internet_egress(with_nat(shared, replace(NAT, state="deleted")), TASKS))
    assert "the way out of 10.0.10.0/24 (a), 10.0.11.0/24 (b), is deleted" in obstacle.text
    assert plain(obstacle.fix).count("replace-route") == 2


def test_a_nat_gateway_that_is_being_made_is_waited_for() -> None:
    assert plain(only(internet_egress(with_nat(DESIGN, replace(NAT, state="pending")), TASKS)).fix).startswith("wait")


def test_a_private_nat_gateway_leads_to_no_internet() -> None:
    assert "leads to no internet" in only(internet_egress(with_nat(DESIGN, replace(NAT, public=False)), TASKS)).text


def test_a_nat_gateway_without_a_subnet_of_its_own_needs_none() -> None:
    assert internet_egress(with_nat(DESIGN, replace(NAT, subnet="")), TASKS).passes is True


def test_a_nat_gateway_whose_subnet_has_no_way_out_is_named() -> None:
    obstacle = only(internet_egress(with_routes(DESIGN, "rtb-public-a", LOCAL_ROUTE), TASKS))
    assert obstacle.text == "Route table rtb-public-a of NAT in 10.0.0.0/24 (a) has no default route"
    assert plain(obstacle.fix) == "aws ec2 create-route --route-table-id rtb-public-a --destination-cidr-block 0.0.0.0/0 --gateway-id igw-1"


def test_a_missing_rule_out_to_the_internet_is_named() -> None:
    obstacle = only(internet_egress(without_rule(DESIGN, "ecs", to("0.0.0.0/0", 443)), TASKS))
    assert obstacle.text == "No rule of security group sg-ecs (ecs group) lets tasks out to the internet on port 443"
    assert plain(obstacle.fix).endswith("'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]'")


def test_a_rule_out_to_part_of_the_internet_is_not_assessable() -> None:
    state = with_group(DESIGN, "ecs", to("203.0.113.0/24", 443))
    assert only_unknown(internet_egress(state, TASKS)).kind == "security_group_egress"


@pytest.mark.parametrize(
    ("tier", "egress", "what"),
    [
        ("private", True, "tasks to the internet on port 443"),
        ("private", False, "answers of the internet to tasks"),
        ("public", False, "tasks to NAT on port 443, answers of the internet to NAT"),
        ("public", True, "answers of NAT to tasks, NAT to the internet on port 443"),
    ],
)
def test_a_denial_on_the_way_out_is_named_once_with_what_it_stops(tier: str, egress: bool, what: str) -> None:
    obstacle = only(internet_egress(with_entry(DESIGN, tier, everything(egress=egress)), TASKS))
    assert obstacle.text == f"Network ACL acl-{tier} ({tier}), {'outbound' if egress else 'inbound'}: rule 1 denies {what}"


def test_answers_of_the_world_that_nat_does_not_get_are_named() -> None:
    obstacle = only(internet_egress(without_entries(DESIGN, "public", 400, egress=False), TASKS))
    assert "no rule allows answers of the internet to NAT" in obstacle.text


def test_what_becomes_of_private_addresses_is_nothing_to_the_internet() -> None:
    assert internet_egress(with_entry(DESIGN, "private", everything(egress=True, addresses="10.0.0.0/8")), TASKS).passes is True
    inside_only = with_group(DESIGN, "ecs", to("10.0.0.0/16", 443), to("192.168.0.0/24", 443))
    assert only(internet_egress(inside_only, TASKS)).kind == "security_group_egress"


def test_a_block_list_is_no_obstacle() -> None:
    state = with_entry(DESIGN, "private", everything(egress=True, addresses="203.0.113.0/24"))
    assert "rule 1 denies 203.0.113.0/24, a part of" in only_unknown(internet_egress(state, TASKS)).why


def test_ports_that_are_not_told_make_no_obstacle_on_the_way_out_and_in() -> None:
    untold = with_untold_ports(DESIGN)
    for verdict in (internet_egress(untold, TASKS), internet_ingress(untold, BALANCER, 80)):
        assert verdict.problems == ()
        assert verdict.passes is None


def nat_instance(**changes: object) -> NetworkState:
    """The design with a NAT instance in zone a."""
    instance = replace(INSTANCE, **changes)  # type: ignore[arg-type]  # the test names real fields
    return with_nat_instance(replace(DESIGN, security_groups=(*DESIGN.security_groups, NAT_GROUP)), instance)


def test_a_nat_instance_that_forwards_does_as_well_as_a_gateway() -> None:
    assert internet_egress(nat_instance(), TASKS).passes is True


def test_a_nat_instance_is_found_by_its_own_id_too() -> None:
    state = with_routes(nat_instance(), "rtb-private-a", LOCAL_ROUTE, leading("i-1"))
    assert internet_egress(state, TASKS).passes is True


@pytest.mark.parametrize(
    ("changes", "text", "fix"),
    [
        ({"state": "stopped"}, "is stopped", "aws ec2 start-instances --instance-ids i-1"),
        ({"state": "terminated"}, "is terminated", plain(REVERT)),
        ({"forwards": False}, "forwards nothing", "aws ec2 modify-instance-attribute --instance-id i-1 --no-source-dest-check"),
    ],
)
def test_a_nat_instance_that_cannot_forward_is_named(changes: dict[str, object], text: str, fix: str) -> None:
    obstacle = only(internet_egress(nat_instance(**changes), TASKS))
    assert (obstacle.kind, obstacle.resources, plain(obstacle.fix)) == ("nat", ("i-1",), fix)
    assert obstacle.text.endswith(text)


@pytest.mark.parametrize(
    ("rule", "kind"), [(from_("10.0.10.0/24", 443), "security_group_ingress"), (to("0.0.0.0/0", 443), "security_group_egress")]
)
def test_a_nat_instance_has_security_groups_that_may_stop_it(rule: object, kind: str) -> None:
    rules = tuple(each for each in NAT_GROUP.rules if each != rule)
    assert only(internet_egress(with_group(nat_instance(), "nat", *rules), TASKS)).kind == kind


def test_a_load_balancer_without_a_rule_in_is_named() -> None:
    obstacle = only(internet_ingress(without_rule(DESIGN, "alb", from_("0.0.0.0/0", 80)), BALANCER, 80))
    assert obstacle.text == "No rule of security group sg-alb (alb group) lets the internet in to load balancer on port 80"


@pytest.mark.parametrize(
    ("route", "text"),
    [
        (None, "has no default route"),
        (leading("nat-a"), "leads to nat-a and to no internet gateway of this VPC"),
        (leading("igw-1", active=False), "leads to igw-1, which does not exist and to no internet gateway of this VPC"),
    ],
)
def test_a_load_balancer_whose_subnet_is_cut_off_is_named(route: object, text: str) -> None:
    routes = (LOCAL_ROUTE, *([route] if route else []))
    obstacle = only(internet_ingress(with_routes(DESIGN, "rtb-public-b", *routes), BALANCER, 80))  # type: ignore[arg-type]
    assert obstacle.text == f"Route table rtb-public-b of load balancer in 10.0.1.0/24 (b) {text}"
    assert plain(obstacle.fix).endswith("--gateway-id igw-1")


def test_an_appliance_before_the_load_balancer_is_not_assessable() -> None:
    state = with_routes(DESIGN, "rtb-public-b", LOCAL_ROUTE, leading("vpce-1"))
    assert "not followed" in only_unknown(internet_ingress(state, BALANCER, 80)).why


@pytest.mark.parametrize(
    ("egress", "what"), [(False, "the internet to load balancer on port 80"), (True, "answers of load balancer to the internet")]
)
def test_a_denial_at_the_load_balancers_edge_is_named(egress: bool, what: str) -> None:
    obstacle = only(internet_ingress(with_entry(DESIGN, "public", everything(egress=egress)), BALANCER, 80))
    assert obstacle.text.endswith(f"rule 1 denies {what}")


def interface(**changes: object) -> Endpoint:
    """An interface endpoint of ECR's API in the private subnets."""
    usual = Endpoint("vpce-ecr", "", "ecr.api", False, "available", ("private-a", "private-b"), ("sg-endpoints",), (), True)
    return replace(usual, **changes)  # type: ignore[arg-type]  # the test names real fields


def with_endpoint(endpoint: Endpoint) -> NetworkState:
    """The design with an endpoint, its security group and what the network ACL needs for it, and without any way out by NAT."""
    state = replace(
        DESIGN,
        endpoints=(endpoint,),
        nat_gateways=(),
        security_groups=(*DESIGN.security_groups, SecurityGroup("sg-endpoints", "", frozenset({from_("sg-ecs", 443)}))),
    )
    for number, egress in ((90, False), (90, True)):
        state = with_entry(state, "private", everything(egress=egress, allows=True, number=number, addresses="10.0.10.0/23"))
    for zone in ("a", "b"):
        state = with_routes(state, f"rtb-private-{zone}", LOCAL_ROUTE)
    return state


def test_without_endpoints_the_apis_of_aws_are_reached_by_the_internet() -> None:
    assert aws_api_egress(DESIGN, TASKS, "ecr.api").passes is True
    assert only(aws_api_egress(with_nat(DESIGN, replace(NAT, state="failed")), TASKS, "ecr.api")).kind == "nat"


def test_an_interface_endpoint_spares_its_service_the_way_out_and_no_other() -> None:
    state = with_endpoint(interface())
    assert aws_api_egress(state, TASKS, "ecr.api").passes is True
    assert aws_api_egress(state, TASKS, "ecr.dkr").passes is False
    assert internet_egress(state, TASKS).passes is False


def test_an_endpoint_that_is_not_available_is_named() -> None:
    state = with_endpoint(interface(state="pending"))
    obstacle = only(aws_api_egress(state, TASKS, "ecr.api"))
    assert (obstacle.kind, obstacle.text) == ("vpc_endpoint", "VPC endpoint of ecr.api vpce-ecr is pending")


def test_an_endpoint_whose_security_group_lets_nobody_in_is_named() -> None:
    obstacle = only(aws_api_egress(with_group(with_endpoint(interface()), "endpoints"), TASKS, "ecr.api"))
    assert (obstacle.kind, obstacle.resources) == ("security_group_ingress", ("sg-endpoints",))


def test_an_endpoint_without_private_dns_is_passed_by() -> None:
    assert aws_api_egress(with_endpoint(interface(private_dns=False)), TASKS, "ecr.api").passes is False


def gateway(*tables: str) -> Endpoint:
    """A gateway endpoint of S3."""
    return Endpoint("vpce-s3", "", "s3", True, "available", (), (), tables, False)


def test_a_gateway_endpoint_spares_the_subnets_whose_tables_it_is_in() -> None:
    both = with_endpoint(gateway("rtb-private-a", "rtb-private-b"))
    assert aws_api_egress(both, TASKS, "s3").passes is True
    one = with_endpoint(gateway("rtb-private-a"))
    assert only(aws_api_egress(one, TASKS, "s3")).resources == ("rtb-private-b",)


def test_a_gateway_endpoint_that_is_not_available_spares_nothing() -> None:
    state = with_endpoint(replace(gateway("rtb-private-a", "rtb-private-b"), state="pending"))
    assert {obstacle.kind for obstacle in aws_api_egress(state, TASKS, "s3").problems} == {"route"}


def test_a_gateway_endpoint_is_past_nat_but_not_past_security_groups_and_network_acls() -> None:
    state = with_endpoint(gateway("rtb-private-a", "rtb-private-b"))
    assert only(aws_api_egress(without_rule(state, "ecs", to("0.0.0.0/0", 443)), TASKS, "s3")).kind == "security_group_egress"
    assert only(aws_api_egress(with_entry(state, "private", everything(egress=True)), TASKS, "s3")).kind == "network_acl"


def test_the_most_specific_route_is_the_one_that_counts() -> None:
    table = RouteTable("rtb", "", False, (), (leading("nat-a"), LOCAL_ROUTE, leading("eni-1", to_block="10.0.20.0/24")))
    for text, target in (("10.0.20.0/24", "eni-1"), ("10.0.21.0/24", "local"), ("10.0.0.0/8", "nat-a"), (str(WORLD), "nat-a")):
        route = table.route_to(type(WORLD)(text))
        assert route
        assert route.target == target
