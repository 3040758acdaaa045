"""Mutants: each is one resource with one fault, and the same seed chooses the same ones."""

from typing import Any

import pytest

from tests.compliance.builders import assembly_of, resource
from tradingbot_infra.compliance.mutation.mutant import REMOVED, Mutant, changed, shown
from tradingbot_infra.compliance.mutation.operators import choose, mutants

QUEUE = "AWS::SQS::Queue"


def made(properties: dict[str, Any], operator: str, path: str) -> list[Any]:
    """What an operator makes of the properties of a queue at a path."""
    assembly = assembly_of({"Queue": resource(QUEUE, properties)})
    found = (each for each in mutants(assembly) if each.logical_id == "Queue")
    return [each.body and each.body["Properties"] for each in found if (each.operator, each.path) == (operator, path)]


def statement(**parts: object) -> dict[str, Any]:
    return {"Policy": {"Statement": [parts]}}


@pytest.mark.parametrize(
    ("operator", "path", "before", "after"),
    [
        ("drop a property", "Size", {"Size": 1, "Kept": 2}, {"Kept": 2}),
        ("flip a boolean", "Encrypted", {"Encrypted": True}, {"Encrypted": False}),
        ("flip a boolean", "Encrypted", {"Encrypted": "true"}, {"Encrypted": "false"}),
        ("widen an address", "CidrIp", {"CidrIp": "10.0.0.0/16"}, {"CidrIp": "0.0.0.0/0"}),
        ("widen an address", "Rules[]", {"Rules": [{"SourceSecurityGroupId": "sg-1"}]}, {"Rules": [{"CidrIp": "0.0.0.0/0"}]}),
        ("widen a port range", "FromPort", {"FromPort": 443}, {"FromPort": 0}),
        ("widen a port range", "Protocol", {"Protocol": 6}, {"Protocol": -1}),
        ("replace an account", "Arn", {"Arn": {"Fn::Sub": "arn:${AWS::AccountId}"}}, {"Arn": {"Fn::Sub": "arn:999988887777"}}),
        ("remove a statement", "Policy.Statement[]", statement(Action="a:b"), {"Policy": {"Statement": []}}),
        ("remove a condition", "Policy.Statement[].Condition", statement(Condition={"Bool": {}}), statement()),
        (
            "add an action of the same service",
            "Policy.Statement[].Action",
            statement(Action="s3:Get"),
            statement(Action=["s3:Get", "s3:*"]),
        ),
        ("open to everyone", "Policy.Statement[].Principal", statement(Principal={"AWS": "1"}), statement(Principal="*")),
        ("weaken an enum", "Mode", {"Mode": "awsvpc"}, {"Mode": "host"}),
        ("zero a number", "Days", {"Days": "7"}, {"Days": "0"}),
        ("inflate a number", "Days", {"Days": 7}, {"Days": 7000}),
        ("empty a list", "Names", {"Names": ["a"]}, {"Names": []}),
        ("wrap in Fn::If", "Size", {"Size": 1}, {"Size": {"Fn::If": ["IsRehearsal", {"Ref": "AWS::NoValue"}, 1]}}),
    ],
)
def test_an_operator_makes_one_fault_and_leaves_the_rest(operator: str, path: str, before: Any, after: Any) -> None:
    assert after in made(before, operator, f"Properties.{path}")


def test_an_operator_makes_nothing_of_a_value_that_has_the_fault_already() -> None:
    assert made({"CidrIp": "0.0.0.0/0"}, "widen an address", "Properties.CidrIp") == []
    assert made({"FromPort": 0}, "widen a port range", "Properties.FromPort") == []
    assert made({"Days": 0}, "zero a number", "Properties.Days") == []


def test_a_reference_is_replaced_by_another_resource_of_the_type() -> None:
    queues = {name: resource(QUEUE) for name in ("One", "Two")}
    user = resource("AWS::SNS::Subscription", {"Endpoint": {"Fn::GetAtt": ["One", "Arn"]}})
    found = mutants(assembly_of({**queues, "User": user}))
    (body,) = (each.body for each in found if each.operator == "replace a reference by another of the type")
    assert body
    assert body["Properties"] == {"Endpoint": {"Fn::GetAtt": ["Two", "Arn"]}}


def test_resources_are_removed_copied_and_added() -> None:
    found = list(mutants(assembly_of({"Queue": resource(QUEUE, {"Encrypted": True})})))
    assert [each.logical_id for each in found if each.operator == "remove a resource" and each.body is None] == ["Queue"]
    assert [each.logical_id for each in found if each.operator == "add a copy and flip a boolean"] == ["Added"]
    assert [each.resource_type for each in found if each.operator == "add a resource of an unknown type"] == ["AWS::Example::Unknown"]


def test_what_is_changed_is_copied_so_that_the_template_stays() -> None:
    body = {"Properties": {"Rules": [{"A": 1}, {"A": 2}], "Other": {}}}
    after = changed(body, ("Properties", "Rules", 1, "A"), 3)
    assert after["Properties"]["Rules"] == [{"A": 1}, {"A": 3}]
    assert body["Properties"]["Rules"] == [{"A": 1}, {"A": 2}]
    assert after["Properties"]["Other"] is body["Properties"]["Other"]
    assert changed(body, ("Properties", "Rules", 0), REMOVED)["Properties"]["Rules"] == [{"A": 2}]
    assert shown(("Properties", "Rules", 0, "A")) == "Properties.Rules[].A"


def numbered(count: int, path: str) -> list[Mutant]:
    return [
        Mutant(operator="drop a property", resource_type=QUEUE, path=path, stack="Stack", logical_id=f"Queue{number}", body=None)
        for number in range(count)
    ]


def test_each_kind_of_fault_is_chosen_once_before_any_is_chosen_twice() -> None:
    found = [*numbered(50, "Properties.Common"), *numbered(1, "Properties.Rare")]
    assert {each.path for each in choose(iter(found), 7, 2)} == {"Properties.Common", "Properties.Rare"}
    assert len(choose(iter(found), 7, 10)) == 10
    assert len(choose(iter(found), 7, None)) == 2
    assert choose(iter(found), 7, 10) == choose(iter(found), 7, 10)
    assert choose(iter(found), 7, 10) != choose(iter(found), 8, 10)
