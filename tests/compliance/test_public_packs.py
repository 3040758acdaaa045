"""What cdk-nag contains, as read from the installed package."""

import pytest

from tradingbot_infra.compliance.public_packs import PublicRule, public_packs
from tradingbot_infra.templates import Resource


def test_every_rule_of_the_three_packs_is_read() -> None:
    assert {pack.id: len(pack.rules) for pack in public_packs()} == {"AwsSolutions": 131, "PCI.DSS.321": 69, "NIST.800.53.R5": 85}


def test_every_rule_has_a_description_and_classes() -> None:
    for pack in public_packs():
        for rule in pack.rules:
            assert rule.id.startswith(f"{pack.id}-")
            assert rule.info
            assert rule.level in {"error", "warning"}
            assert rule.classes, rule.id


RULE = PublicRule(id="AwsSolutions-RDS3", info="", level="error", classes=("rds.CfnDBInstance",))


@pytest.mark.parametrize(
    ("resource_type", "examined"),
    [("AWS::RDS::DBInstance", True), ("AWS::RDS::DBCluster", False), ("AWS::EC2::Instance", False), ("Custom::DBInstance", False)],
)
def test_a_rule_examines_the_resources_of_its_classes(resource_type: str, examined: bool) -> None:
    found = Resource("Stack", "Id", resource_type, "Stack/Id", {}, {})
    assert RULE.examines(found) is examined
    assert RULE.is_about(found) is examined


@pytest.mark.parametrize(("cdk_class", "examined"), [("rds.CfnDBInstance", True), ("", False), ("sqs.CfnQueue", False), (None, True)])
def test_a_rule_cannot_have_looked_at_a_bare_resource(cdk_class: str | None, examined: bool) -> None:
    found = Resource("Stack", "Id", "AWS::RDS::DBInstance", "Stack/Id", {}, {}, cdk_class)
    assert RULE.examines(found) is examined
    assert RULE.is_about(found)
