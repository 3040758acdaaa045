"""Connections inside the VPC: the design lets through what it must, and each fault alone is named, and nothing else."""

from dataclasses import replace

import pytest

from tests.operations.network.design import (
    BALANCER,
    DATABASE,
    DESIGN,
    LOCAL_ROUTE,
    REDIS,
    TASKS,
    block,
    everything,
    from_,
    leading,
    to,
    with_entry,
    with_group,
    with_routes,
    with_untold_ports,
    without_entries,
    without_rule,
)
from tests.operations.rendering import plain
from tradingbot_infra.operations.live.network import AclEntry
from tradingbot_infra.operations.live.network_state import NetworkState
from tradingbot_infra.operations.live.security_groups import SecurityGroupRule
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.network.parties import PlacedParty
from tradingbot_infra.operations.network.paths import connection
from tradingbot_infra.operations.verdict import NotAssessed, Verdict

CONNECTIONS = ((TASKS, DATABASE, 5432), (TASKS, REDIS, 6379), (BALANCER, TASKS, 8001))


def to_database(state: NetworkState) -> Verdict[Obstacle]:
    return connection(state, TASKS, DATABASE, 5432)


def only(verdict: Verdict[Obstacle]) -> Obstacle:
    """The one finding, which is an obstacle."""
    assert verdict.not_assessed == ()
    (obstacle,) = verdict.problems
    assert verdict.passes is False
    return obstacle


def only_unknown(verdict: Verdict[Obstacle]) -> NotAssessed:
    """The one finding, which is no obstacle."""
    assert verdict.problems == ()
    (unknown,) = verdict.not_assessed
    assert verdict.passes is None
    return unknown


@pytest.mark.parametrize(("source", "target", "port"), CONNECTIONS)
def test_the_design_lets_through_what_it_must(source: PlacedParty, target: PlacedParty, port: int) -> None:
    verdict = connection(DESIGN, source, target, port)
    assert verdict == Verdict((), ())
    assert verdict.passes is True


@pytest.mark.parametrize(("source", "target", "port"), [(DATABASE, TASKS, 8001), (BALANCER, DATABASE, 5432), (TASKS, DATABASE, 5433)])
def test_the_design_stops_what_it_must_at_security_groups_and_network_acls(source: PlacedParty, target: PlacedParty, port: int) -> None:
    kinds = {obstacle.kind for obstacle in connection(DESIGN, source, target, port).problems}
    assert kinds == {"security_group_egress", "security_group_ingress", "network_acl"}


def test_a_missing_rule_out_is_named_with_the_command_that_makes_it() -> None:
    obstacle = only(to_database(without_rule(DESIGN, "ecs", to("sg-rds", 5432))))
    assert replace(obstacle, fix=plain(obstacle.fix)) == Obstacle(
        "security_group_egress",
        ("sg-ecs",),
        "No rule of security group sg-ecs (ecs group) lets tasks out to PostgreSQL on port 5432",
        "aws ec2 authorize-security-group-egress --group-id sg-ecs "
        "--ip-permissions 'IpProtocol=tcp,FromPort=5432,ToPort=5432,UserIdGroupPairs=[{GroupId=sg-rds}]'",
    )


def test_a_missing_rule_in_is_named_with_the_command_that_makes_it() -> None:
    obstacle = only(to_database(without_rule(DESIGN, "rds", from_("sg-ecs", 5432))))
    assert obstacle.kind == "security_group_ingress"
    assert obstacle.text == "No rule of security group sg-rds (rds group) lets tasks in to PostgreSQL on port 5432"
    assert plain(obstacle.fix).startswith("aws ec2 authorize-security-group-ingress --group-id sg-rds ")
    assert "UserIdGroupPairs=[{GroupId=sg-ecs}]" in plain(obstacle.fix)


@pytest.mark.parametrize("rule", [to("sg-rds", 5433), to("sg-redis", 5432), from_("sg-rds", 5432)])
def test_a_rule_for_another_port_peer_or_direction_does_not_help(rule: SecurityGroupRule) -> None:
    verdict = to_database(with_group(DESIGN, "ecs", rule))
    assert only(verdict).kind == "security_group_egress"


@pytest.mark.parametrize(
    "rules",
    [
        (to("10.0.0.0/16", 5432),),
        (to("10.0.20.0/24", 5432), to("10.0.21.0/24", 5432)),
        (to("10.0.20.0/25", 5432), to("10.0.20.128/25", 5432), to("10.0.21.0/24", 5432)),
        (SecurityGroupRule(True, "tcp", 0, 65535, "sg-rds"),),
    ],
)
def test_rules_by_address_do_as_well_as_those_by_group(rules: tuple[SecurityGroupRule, ...]) -> None:
    assert to_database(with_group(DESIGN, "ecs", *rules)).passes is True


def test_a_zone_that_no_rule_reaches_is_named_alone() -> None:
    obstacle = only(to_database(with_group(DESIGN, "ecs", to("10.0.20.0/24", 5432))))
    assert obstacle.text == "No rule of security group sg-ecs (ecs group) lets tasks out to PostgreSQL in 10.0.21.0/24 on port 5432"
    assert "IpRanges" not in plain(obstacle.fix)


def test_rules_for_part_of_a_subnet_are_not_assessable() -> None:
    rules = (to("10.0.20.0/25", 5432), to("10.0.21.0/24", 5432))
    unknown = only_unknown(to_database(with_group(DESIGN, "ecs", *rules)))
    assert unknown.why == (
        "Security group sg-ecs (ecs group) lets tasks out to PostgreSQL in 10.0.20.0/24 on port 5432, but for some addresses only"
    )


def test_a_prefix_list_counts_as_its_entries() -> None:
    state = with_group(DESIGN, "ecs", SecurityGroupRule(True, "tcp", 5432, 5432, "pl-1"))
    assert to_database(replace(state, prefix_lists={"pl-1": (block("10.0.20.0/23"),)})).passes is True
    assert only(to_database(replace(state, prefix_lists={"pl-1": (block("10.9.0.0/16"),)}))).kind == "security_group_egress"


@pytest.mark.parametrize("rule", [SecurityGroupRule(True, "tcp", 5432, 5432, "pl-1"), SecurityGroupRule(True, "tcp", None, None, "sg-rds")])
def test_what_a_rule_does_not_tell_is_not_assessable(rule: SecurityGroupRule) -> None:
    state = replace(with_group(DESIGN, "ecs", rule), prefix_lists={"pl-1": None})
    assert "does not return" in only_unknown(to_database(state)).why


def test_a_rule_without_ports_for_another_peer_leaves_no_doubt() -> None:
    state = with_group(DESIGN, "ecs", SecurityGroupRule(True, "tcp", None, None, "sg-redis"))
    assert only(to_database(state)).kind == "security_group_egress"


def test_several_groups_together_let_through_what_any_of_them_does() -> None:
    tasks = replace(TASKS, security_groups=("sg-redis", "sg-ecs"))
    assert connection(DESIGN, tasks, DATABASE, 5432).passes is True


def test_a_place_without_security_groups_is_filtered_by_none() -> None:
    bare = replace(TASKS, security_groups=())
    assert only(connection(DESIGN, bare, DATABASE, 5432)).kind == "security_group_ingress"


def test_a_security_group_of_another_vpc_is_not_assessable() -> None:
    tasks = replace(TASKS, security_groups=("sg-ecs", "sg-foreign"))
    assert only_unknown(connection(DESIGN, tasks, DATABASE, 5432)).resources == ("sg-foreign",)


@pytest.mark.parametrize(
    ("tier", "egress", "what"),
    [
        ("private", True, "tasks to PostgreSQL on port 5432"),
        ("database", False, "tasks to PostgreSQL on port 5432"),
        ("database", True, "answers of PostgreSQL to tasks"),
        ("private", False, "answers of PostgreSQL to tasks"),
    ],
)
def test_a_denial_before_all_others_is_named_once_with_what_it_stops(tier: str, egress: bool, what: str) -> None:
    obstacle = only(to_database(with_entry(DESIGN, tier, everything(egress=egress))))
    direction = "outbound" if egress else "inbound"
    assert replace(obstacle, fix=plain(obstacle.fix)) == Obstacle(
        "network_acl",
        (f"acl-{tier}",),
        f"Network ACL acl-{tier} ({tier}), {direction}: rule 1 denies {what}",
        f"aws ec2 delete-network-acl-entry --network-acl-id acl-{tier} --rule-number 1 {'--egress' if egress else '--ingress'}",
    )


def test_a_denial_after_what_allows_it_does_nothing() -> None:
    assert to_database(with_entry(DESIGN, "private", everything(egress=True, number=500))).passes is True


def test_missing_rules_of_a_network_acl_are_named_with_the_commands_that_make_them() -> None:
    obstacle = only(to_database(without_entries(DESIGN, "private", 200, egress=True)))
    assert obstacle.text == "Network ACL acl-private (private), outbound: no rule allows tasks to PostgreSQL on port 5432"
    assert plain(obstacle.fix).split(" && ") == [
        f"aws ec2 create-network-acl-entry --network-acl-id acl-private --egress --rule-number {number} --protocol 6 "
        f"--port-range From=5432,To=5432 --cidr-block {addresses} --rule-action allow"
        for number, addresses in ((101, "10.0.20.0/24"), (102, "10.0.21.0/24"))
    ]


def test_answers_need_every_port_that_the_asking_side_asks_from() -> None:
    narrow = without_entries(DESIGN, "database", 100, egress=True)
    for zone, addresses in enumerate(("10.0.10.0/24", "10.0.11.0/24")):
        narrow = with_entry(narrow, "database", AclEntry(100 + zone, True, True, block(addresses), (40000, 65535)))
    obstacle = only(to_database(narrow))
    assert "no rule allows answers of PostgreSQL to tasks" in obstacle.text
    assert "--port-range From=32768,To=60999" in plain(obstacle.fix)


def test_a_load_balancer_asks_from_lower_ports_than_tasks_do() -> None:
    narrow = with_entry(DESIGN, "private", AclEntry(399, True, False, block("10.0.0.0/16"), (1024, 32767)))
    assert to_database(narrow).passes is True
    assert "answers of tasks to load balancer" in only(connection(narrow, BALANCER, TASKS, 8001)).text


def test_nothing_inside_one_subnet_is_filtered_by_its_network_acl() -> None:
    beside = PlacedParty("PostgreSQL", ("private-a",), ("sg-rds",))
    tasks = replace(TASKS, subnets=("private-a",))
    assert connection(DESIGN, tasks, beside, 5432).passes is True
    assert connection(DESIGN, TASKS, beside, 5432).passes is False


@pytest.mark.parametrize(("source", "target", "port"), CONNECTIONS)
def test_ports_that_the_api_does_not_tell_make_no_obstacle(source: PlacedParty, target: PlacedParty, port: int) -> None:
    verdict = connection(with_untold_ports(DESIGN), source, target, port)
    assert verdict.problems == ()
    assert verdict.passes is None


def test_a_missing_route_inside_the_vpc_is_named() -> None:
    assert "rtb-database-b has no route to 10.0.10.0/24" in to_database(with_routes(DESIGN, "rtb-database-b")).problems[0].text


def test_a_narrower_route_that_leads_nowhere_is_named_with_the_command_that_takes_it_away() -> None:
    gone = leading("eni-1", to_block="10.0.20.0/24", active=False)
    obstacle = only(to_database(with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, gone)))
    assert obstacle.text == "Route table rtb-private-a leads 10.0.20.0/24 to eni-1, which does not exist"
    assert plain(obstacle.fix) == "aws ec2 delete-route --route-table-id rtb-private-a --destination-cidr-block 10.0.20.0/24"


def test_a_route_through_something_else_is_not_assessable() -> None:
    firewall = leading("eni-1", to_block="10.0.20.0/24")
    assert "not followed" in only_unknown(to_database(with_routes(DESIGN, "rtb-private-a", LOCAL_ROUTE, firewall))).why


def test_a_subnet_of_another_vpc_is_not_assessable() -> None:
    elsewhere = replace(DATABASE, subnets=(*DATABASE.subnets, "subnet-foreign"))
    assert only_unknown(connection(DESIGN, TASKS, elsewhere, 5432)).why == "PostgreSQL: subnet-foreign is no subnet of vpc-1"


def test_a_place_of_which_no_subnet_is_known_is_not_assessable() -> None:
    assert connection(DESIGN, TASKS, replace(DATABASE, subnets=()), 5432).passes is None


def test_a_route_table_that_is_not_told_is_not_assessable() -> None:
    state = replace(DESIGN, route_tables=tuple(table for table in DESIGN.route_tables if table.id not in ("rtb-main", "rtb-private-a")))
    assert only_unknown(to_database(state)).resources == ("private-a",)


def test_a_network_acl_that_is_not_told_is_not_assessable() -> None:
    state = replace(DESIGN, network_acls=tuple(acl for acl in DESIGN.network_acls if acl.id not in ("acl-default", "acl-database")))
    assert only_unknown(to_database(state)).resources == ("database-a", "database-b")


def test_verdicts_add_up() -> None:
    broken = to_database(without_rule(DESIGN, "ecs", to("sg-rds", 5432)))
    fine = connection(DESIGN, TASKS, REDIS, 6379)
    assert (broken + fine + broken) == broken
    assert (fine + connection(with_untold_ports(DESIGN), TASKS, REDIS, 6379)).passes is None
