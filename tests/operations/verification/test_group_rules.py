"""Security groups hold the design's rules and no others."""

from dataclasses import replace

import pytest

from tests.operations.rendering import plain
from tests.operations.verification.standing import told
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.parties import LOAD_BALANCER, NAT_INSTANCES, POSTGRES, REDIS, TASKS
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.security_groups import SecurityGroup, SecurityGroupRule
from tradingbot_infra.operations.live.stacks import StackResource
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.check import examine
from tradingbot_infra.operations.verification.checklists import SECURITY
from tradingbot_infra.operations.verification.group_rules import Design, designed, exact, owners

DESIGN = designed(load_config("production"))
IDS = {LOAD_BALANCER: "sg-alb", TASKS: "sg-ecs", POSTGRES: "sg-rds", REDIS: "sg-redis"}
REVERT = plain(revert("network"))


def rule(port: int, peer: str, *, egress: bool = False, protocol: str = "tcp") -> SecurityGroupRule:
    """A rule for one port."""
    return SecurityGroupRule(egress, protocol, port, port, peer)


SSH, FROM_TASKS = rule(22, "0.0.0.0/0"), rule(5432, "sg-ecs")

STANDING = {
    "sg-default": SecurityGroup("sg-default", "default", frozenset()),
    "sg-alb": SecurityGroup("sg-alb", "Alb", frozenset({rule(80, "0.0.0.0/0"), rule(443, "0.0.0.0/0"), rule(8001, "sg-ecs", egress=True)})),
    "sg-ecs": SecurityGroup(
        "sg-ecs",
        "Ecs",
        frozenset(
            {
                rule(8001, "sg-alb"),
                *(rule(port, "0.0.0.0/0", egress=True) for port in (443, 8443, 9443)),
                rule(5432, "sg-rds", egress=True),
                rule(6379, "sg-redis", egress=True),
            }
        ),
    ),
    "sg-rds": SecurityGroup("sg-rds", "Rds", frozenset({FROM_TASKS})),
    "sg-redis": SecurityGroup("sg-redis", "Redis", frozenset({rule(6379, "sg-ecs")})),
}


def findings(*changed: SecurityGroup, without: str = "") -> list[tuple[Outcome, str, str]]:
    """What is found in the standing groups with some replaced or added."""
    groups = {**STANDING, **{group.id: group for group in changed}}
    groups.pop(without, None)
    return [(each.outcome, each.found, plain(each.next_step)) for each in exact(DESIGN, IDS, list(groups.values()))]


def test_the_rules_of_the_design_pass() -> None:
    assert findings() == [(Outcome.PASS, "4 groups have their 11 rules and no others; the default group has none", "")]


def test_a_door_to_the_world_fails_with_the_command_that_closes_it() -> None:
    opened = replace(STANDING["sg-rds"], rules=STANDING["sg-rds"].rules | {rule(5432, "0.0.0.0/0")})
    ((outcome, found, command),) = findings(opened)
    assert (outcome, found) == (Outcome.FAIL, "too many: PostgreSQL (sg-rds) lets tcp 5432 in from 0.0.0.0/0")
    assert command == (
        "aws ec2 revoke-security-group-ingress --group-id sg-rds --ip-permissions "
        '\'[{"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "FromPort": 5432, "ToPort": 5432}]\''
    )


@pytest.mark.parametrize(
    ("extra", "words", "peer"),
    [
        (rule(6379, "::/0"), "lets tcp 6379 in from ::/0", '"Ipv6Ranges": [{"CidrIpv6": "::/0"}]'),
        (rule(53, "sg-ecs", protocol="udp"), "lets udp 53 in from tasks", '"UserIdGroupPairs": [{"GroupId": "sg-ecs"}]'),
        (rule(443, "pl-1", egress=True), "lets tcp 443 out to pl-1", '"PrefixListIds": [{"PrefixListId": "pl-1"}]'),
        (
            SecurityGroupRule(True, "-1", None, None, "0.0.0.0/0"),
            "lets all traffic out to 0.0.0.0/0",
            '"IpRanges": [{"CidrIp": "0.0.0.0/0"}]',
        ),
        (
            SecurityGroupRule(False, "tcp", 0, 65535, "10.0.0.0/16"),
            "lets tcp 0-65535 in from 10.0.0.0/16",
            '"FromPort": 0, "ToPort": 65535',
        ),
    ],
)
def test_a_rule_too_many_of_any_kind_fails(extra: SecurityGroupRule, words: str, peer: str) -> None:
    ((outcome, found, command),) = findings(replace(STANDING["sg-redis"], rules=STANDING["sg-redis"].rules | {extra}))
    assert (outcome, found) == (Outcome.FAIL, f"too many: Redis (sg-redis) {words}")
    assert peer in command
    assert ("revoke-security-group-egress" in command) == extra.egress


def test_a_missing_rule_fails_and_is_brought_back_by_the_stack() -> None:
    assert findings(replace(STANDING["sg-rds"], rules=frozenset())) == [
        (Outcome.FAIL, "missing: PostgreSQL (sg-rds) lets tcp 5432 in from tasks", REVERT)
    ]


def test_a_rule_that_was_widened_is_both_too_many_and_missing() -> None:
    widened = replace(STANDING["sg-rds"], rules=frozenset({SecurityGroupRule(False, "tcp", 5432, 5433, "sg-ecs")}))
    assert [found for _, found, _ in findings(widened)] == [
        "too many: PostgreSQL (sg-rds) lets tcp 5432-5433 in from tasks",
        "missing: PostgreSQL (sg-rds) lets tcp 5432 in from tasks",
    ]


def test_a_missing_group_fails() -> None:
    assert findings(without="sg-redis") == [(Outcome.FAIL, "the group of Redis is missing", REVERT)]


def test_any_rule_of_the_default_group_is_too_many() -> None:
    ((outcome, found, _),) = findings(replace(STANDING["sg-default"], rules=frozenset({rule(443, "sg-default")})))
    assert (outcome, found) == (Outcome.FAIL, "too many: default (sg-default) lets tcp 443 in from sg-default")


def test_a_group_from_elsewhere_fails_only_where_it_admits_the_world() -> None:
    inside = SecurityGroup("sg-guard", "GuardDuty", frozenset({rule(443, "10.0.0.0/16"), rule(443, "0.0.0.0/0", egress=True)}))
    assert [outcome for outcome, _, _ in findings(inside)] == [Outcome.PASS]
    ((outcome, found, _),) = findings(replace(inside, rules=inside.rules | {SSH}))
    assert (outcome, found) == (Outcome.FAIL, "too many: GuardDuty (sg-guard) lets tcp 22 in from 0.0.0.0/0")


def names(design: Design) -> set[str]:
    """The parties of a design."""
    return {party.name for party in design}


def test_the_design_follows_the_settings() -> None:
    assert names(DESIGN) == {"load balancer", "tasks", "PostgreSQL", "Redis"}
    without_redis = designed(load_config("production", {"enable_redis": "false"}))
    assert names(without_redis) == {"load balancer", "tasks", "PostgreSQL"}
    assert all(each.first != 6379 for each in without_redis[TASKS])
    assert names(designed(load_config("balanced"))) == {*names(DESIGN), "VPC endpoints"}
    nat = designed(load_config("production", {"nat_type": "instance"}))[NAT_INSTANCES]
    assert {(each.egress, each.peer) for each in nat} == {(False, "10.0.10.0/24"), (False, "10.0.11.0/24"), (True, "0.0.0.0/0")}


def test_only_the_load_balancer_admits_the_world_by_design() -> None:
    for environment in ("production", "balanced", "development"):
        world = {
            (owner.name, each.first)
            for owner, rules in designed(load_config(environment)).items()
            for each in rules
            if each.peer == "0.0.0.0/0" and not each.egress
        }
        assert world == {("load balancer", 80), ("load balancer", 443)}


def test_groups_are_found_by_their_logical_ids() -> None:
    kind = "AWS::EC2::SecurityGroup"
    declared = [StackResource("RdsSecurityGroup", "sg-1", kind), StackResource("VpcNatSecurityGroup8DA26EDC", "sg-2", kind)]
    design = designed(load_config("production", {"nat_type": "instance"}))
    assert owners(design, declared) == {POSTGRES: "sg-1", NAT_INSTANCES: "sg-2"}


def test_without_a_vpc_there_are_no_groups(account: Facts) -> None:
    account.stacks = ()
    (item,) = (item for item in SECURITY.items if item.id == "security-groups-least-privilege")
    assert told(examine(SECURITY, item, account)) == [(Outcome.FAIL, "the network stack has no output VpcId")]
