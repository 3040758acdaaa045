"""What the replay adds to the CLI's list, what its tables leave out, and what is interrupted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle.written import Resources, assembly, att, of, resource, stack
from tradingbot_infra.lifecycle.order import plan
from tradingbot_infra.lifecycle.replay import world_of
from tradingbot_infra.operations.deployment.stages import Stage
from tradingbot_infra.operations.differences.cli_output import CliDifference, Effect, Row, Statement
from tradingbot_infra.operations.differences.difference import Difference, difference
from tradingbot_infra.templates import Assembly

ALLOW = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}


def between(before: Assembly, after: Assembly, printed: CliDifference | None = None) -> Difference:
    """What differs, if the CLI printed that."""
    stages = (Stage(Path(), plan(world_of(before), after)),)
    return difference(before, stages, printed or CliDifference(), ())


def of_one(before: Resources, after: Resources, *rows: Row) -> Difference:
    """Of one stack."""
    return between(assembly(Only=stack(before)), assembly(Only=stack(after)), CliDifference(rows=list(rows)))


def effects(found: Difference) -> dict[str, Effect]:
    return {change.resource.logical_id: change.effect for change in found.changes}


def policy(*statements: dict[str, Any]) -> Resources:
    return {"Policy": resource("IAM::ManagedPolicy", PolicyDocument={"Statement": list(statements)})}


def entry(**properties: Any) -> Resources:
    values: dict[str, Any] = {"NetworkAclId": "acl", "RuleNumber": 1, "RuleAction": "allow", "Protocol": 6, "CidrBlock": "10.0.0.0/8"}
    return {"Entry": resource("EC2::NetworkAclEntry", **values, PortRange={"From": 443, "To": 443}, **properties)}


def test_nothing_differs_without_a_change() -> None:
    found = of_one(policy(ALLOW), policy(ALLOW))
    assert (found.exists, found.changes, found.alarming) == (False, (), ())


def test_what_another_stack_replaces_changes_its_users_although_the_cli_lists_none() -> None:
    group = resource("EC2::SecurityGroup", VpcId="vpc")
    moved = {**group, "Properties": {"VpcId": "other"}}
    user = stack({"Db": resource("RDS::DBInstance", VPCSecurityGroups=[of("P", "GroupId")])})
    outputs = {"GroupId": att("Group", "GroupId")}
    before, after = assembly(P=stack({"Group": group}, outputs), C=user), assembly(P=stack({"Group": moved}, outputs), C=user)
    printed = CliDifference(rows=[Row("P", "Group", "AWS::EC2::SecurityGroup", Effect.REPLACED)])
    found = between(before, after, printed)
    assert effects(found) == {"Group": Effect.REPLACED, "Db": Effect.UPDATED}
    assert "1 x stateful resource replaced or removed" in found.alarming


def test_a_property_that_the_service_modifies_replaces_nothing_although_the_schema_says_perhaps() -> None:
    before, after = ({"Db": resource("RDS::DBInstance", MultiAZ=value)} for value in (False, True))
    found = of_one(before, after, Row("Only", "Db", "AWS::RDS::DBInstance", Effect.PERHAPS_REPLACED))
    assert effects(found) == {"Db": Effect.UPDATED}
    assert found.alarming == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ([ALLOW], [{**ALLOW, "Action": ["s3:GetObject", "s3:PutObject"]}], ["Policy may s3:PutObject on *"]),
        ([{**ALLOW, "Condition": {"Bool": "a"}}], [ALLOW], ["Policy may s3:GetObject on *"]),
        ([{**ALLOW, "Action": ["s3:GetObject", "s3:PutObject"]}], [ALLOW], []),
        ([ALLOW, {**ALLOW, "Effect": "Deny", "Action": "s3:*"}], [ALLOW], ["Policy is no longer denied s3:* on *"]),
    ],
)
def test_a_managed_policy_which_the_cli_has_in_no_table_widens(before: list[Any], after: list[Any], words: list[str]) -> None:
    found = of_one(policy(*before), policy(*after))
    assert [one.words.removeprefix("Only/") for one in found.widened] == words


def test_an_entry_of_a_network_acl_opens_only_if_it_allows() -> None:
    (one,) = of_one({}, entry(), Row("Only", "Entry", "AWS::EC2::NetworkAclEntry", Effect.CREATED)).opened
    assert one.words.endswith("lets TCP 443 in from 10.0.0.0/8")
    denying = {"Entry": {**entry()["Entry"], "Properties": {**entry()["Entry"]["Properties"], "RuleAction": "deny"}}}
    assert of_one({}, denying).opened == ()


def test_everything_of_a_new_stack_is_new_and_widens_nothing() -> None:
    found = between(assembly(), assembly(Only=stack({**policy(ALLOW), **entry()})))
    assert found.exists
    assert (found.widened, found.opened) == ((), ())


def test_the_denials_of_a_bucket_that_goes_let_nobody_in() -> None:
    denial = Statement("Only", True, frozenset({("s3:*", "${Logs.Arn}", "AWS:*", "")}))
    before, after = assembly(Only=stack({"Logs": resource("S3::Bucket")})), assembly(Only=stack({}))

    def words(effect: Effect, then: Assembly) -> list[str]:
        row = Row("Only", "Logs", "AWS::S3::Bucket", effect)
        relative = {"Logs": "Only/Logs/Resource"}
        stacks = {"Only": replace(before.stacks["Only"], paths=relative)}
        there, later = (replace(one, stacks=stacks) for one in (before, then))
        return [one.words for one in between(there, later, CliDifference(rows=[row], widened=[denial])).widened]

    assert words(Effect.REMOVED, after) == []
    said = ["AWS:* is no longer denied s3:* on ${Logs.Arn}"]
    assert words(Effect.UPDATED, before) == said
    assert words(Effect.LEFT, after) == said, "the bucket stays, and what it holds"


@pytest.mark.parametrize(
    ("kind", "before", "after", "words"),
    [
        ("ECS::Service", {"TaskDefinition": "1"}, {"TaskDefinition": "2"}, "every task is replaced, the new ones first"),
        ("ECS::Service", {"DesiredCount": 1}, {"DesiredCount": 2}, ""),
        ("RDS::DBInstance", {"DBInstanceClass": "a"}, {"DBInstanceClass": "b"}, "does not answer for minutes"),
        (
            "RDS::DBInstance",
            {"DBInstanceClass": "a", "MultiAZ": True},
            {"DBInstanceClass": "b", "MultiAZ": True},
            "while the standby takes over",
        ),
        ("RDS::DBInstance", {"AllocatedStorage": 20}, {"AllocatedStorage": 30}, ""),
        ("RDS::DBInstance", {"DBName": "a"}, {"DBName": "b"}, "another one starts empty"),
        ("ElastiCache::ReplicationGroup", {"CacheNodeType": "a"}, {"CacheNodeType": "b"}, "may lose what it holds"),
        ("ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "a"}, {"Scheme": "b"}, "its address ends"),
    ],
)
def test_what_is_interrupted_is_said(kind: str, before: dict[str, Any], after: dict[str, Any], words: str) -> None:
    found = of_one({"One": resource(kind, **before)}, {"One": resource(kind, **after)})
    said = [one.what for one in found.interruptions]
    assert words in said[0] if words else said == []
