"""One mistake is told once: what rules share a property, a resource or a setting for."""

import pytest

from tradingbot_infra.compliance.block import block_of
from tradingbot_infra.compliance.cause import causes
from tradingbot_infra.compliance.evaluation import Evaluation, Finding
from tradingbot_infra.compliance.rule import Judgement, Observation
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Resource

DATABASE = "DataStack/Database/Resource"


def failing(rule: str, property_: str, path: str = DATABASE, resource_type: str = "AWS::RDS::DBInstance") -> Judgement:
    """A judgement of a rule that objects to one property."""
    found = Resource(path.partition("/")[0], "Id", resource_type, path, {}, {})
    return Judgement(RULES[rule], found, (Observation(property_, False, "true", Status.FAIL),))


def joined(*judgements: Judgement, public: tuple[Finding, ...] = ()) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Own rules, public rules and paths of each cause."""
    missing = [*(Finding(each.rule.id, each.resource.path) for each in judgements), *public]
    return [(cause.rules, cause.public_rules, cause.paths) for cause in causes(missing, Evaluation(judgements))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Properties.MultiAZ", "Properties.MultiAZ"),
        ("Properties.Tags", "Properties.Tags[0].Key"),
        ("Properties.Rules[0]", "Properties.Rules"),
        ("Properties.MultiAZ", "Type"),
        ("StackId", "Properties.MultiAZ"),
    ],
)
def test_rules_that_object_to_the_same_share_a_cause(one: str, other: str) -> None:
    assert len(joined(failing("rds.multi_az", one), failing("cfn.allowed", other))) == 1


@pytest.mark.parametrize(("one", "other"), [("Properties.MultiAZ", "Properties.Port"), ("Properties.Tag", "Properties.Tags")])
def test_other_properties_are_other_causes(one: str, other: str) -> None:
    assert len(joined(failing("rds.multi_az", one), failing("cfn.allowed", other))) == 2


def test_a_property_can_join_two_rules_that_share_none() -> None:
    narrow = failing("rds.private", "Properties.Port")
    wide = failing("cfn.allowed", "Properties")
    assert len(joined(failing("rds.multi_az", "Properties.MultiAZ"), narrow, wide)) == 1


def test_the_same_rule_at_several_resources_is_one_cause() -> None:
    logs = [failing("logs.retention", "Properties.RetentionInDays", f"DataStack/{name}/Resource") for name in ("One", "Two")]
    assert joined(*logs) == [(("logs.retention",), (), ("DataStack/One/Resource", "DataStack/Two/Resource"))]


def test_an_unexpected_stack_is_one_cause_with_all_that_it_holds() -> None:
    stack = failing("cfn.stack", "StackId", "Fifth", "AWS::CloudFormation::Stack")
    tags = failing("cfn.tags", "Properties.Tags.Owner", "Fifth", "AWS::CloudFormation::Stack")
    door = failing("cfn.allowed", "Type", "Fifth/Door", "AWS::SQS::Queue")
    elsewhere = failing("rds.multi_az", "Properties.MultiAZ")
    assert joined(tags, door, stack, elsewhere) == [
        (("cfn.stack", "cfn.allowed", "cfn.tags"), (), ("Fifth", "Fifth/Door")),
        (("rds.multi_az",), (), (DATABASE,)),
    ]


def test_public_findings_join_the_only_cause_at_their_resource() -> None:
    public = (Finding("AwsSolutions-RDS3", DATABASE), Finding("AwsSolutions-IAM5[Resource::*]", "DataStack/Role"))
    assert joined(failing("rds.multi_az", "Properties.MultiAZ"), public=public) == [
        (("rds.multi_az",), ("AwsSolutions-RDS3",), (DATABASE,)),
        (("AwsSolutions-IAM5",), ("AwsSolutions-IAM5",), ("DataStack/Role",)),
    ]


def test_public_findings_are_a_cause_of_their_own_where_several_could_be_meant() -> None:
    own = (failing("rds.multi_az", "Properties.MultiAZ"), failing("rds.private", "Properties.PubliclyAccessible"))
    found = joined(*own, public=(Finding("AwsSolutions-RDS3", DATABASE), Finding("NIST.800.53.R5-RDSMultiAZSupport", DATABASE)))
    assert [cause[0] for cause in found] == [
        ("rds.multi_az",),
        ("rds.private",),
        ("AwsSolutions-RDS3", "NIST.800.53.R5-RDSMultiAZSupport"),
    ]


def advice(judgement: Judgement, **overrides: object) -> list[str]:
    """The advice of one finding in production with these settings."""
    missing = [Finding(judgement.rule.id, judgement.resource.path)]
    (cause,) = causes(missing, Evaluation((judgement,)))
    return list(block_of(cause, load_config("production", overrides), {}).advice)


def test_advice_names_the_setting_that_chooses_the_value() -> None:
    first, *rest = advice(failing("rds.multi_az", "Properties.MultiAZ"), db_multi_az=False, db_backup_retention_days=14)
    assert first == "Set db_multi_az=true, as environments.py does; now it is false."
    assert not any("backup" in line for line in rest)


def test_advice_lists_what_was_changed_where_no_setting_is_known_to_choose_the_value() -> None:
    first, second, *_ = advice(failing("kms.rotation", "Properties.EnableKeyRotation", resource_type="AWS::KMS::Key"), db_multi_az=False)
    assert first == RULES["kms.rotation"].fix
    assert second == "Changed by -c: db_multi_az=false (environments.py: true)."


def test_advice_speaks_of_no_settings_where_none_was_changed() -> None:
    first, second, *_ = advice(failing("rds.multi_az", "Properties.MultiAZ"))
    assert first == RULES["rds.multi_az"].fix
    assert second.startswith("Controls: CIS-2.2.4")


def test_an_environment_that_environments_py_does_not_have_is_told_the_rules_advice() -> None:
    judgement = failing("rds.multi_az", "Properties.MultiAZ")
    (cause,) = causes([Finding("rds.multi_az", DATABASE)], Evaluation((judgement,)))
    config = load_config("staging").model_copy(update={"environment": "rehearsal"})
    assert block_of(cause, config, {}).advice[0] == RULES["rds.multi_az"].fix


def test_many_properties_are_counted_and_not_all_shown() -> None:
    resource = failing("rds.multi_az", "").resource
    observations = tuple(Observation(f"Properties.P{number}", "x" * 200, "y", Status.FAIL) for number in range(9))
    judgement = Judgement(RULES["rds.multi_az"], resource, observations)
    (cause,) = causes([Finding("rds.multi_az", DATABASE)], Evaluation((judgement,)))
    wrong = block_of(cause, load_config("production"), {}).wrong
    assert "and 5 more" in wrong
    assert len(wrong) < 800
