"""Evaluation: every resource once by each rule, and silence is never a pass."""

from collections.abc import Iterator

from tests.compliance.builders import assembly_of, resource
from tradingbot_infra.compliance.evaluation import Finding, evaluate
from tradingbot_infra.compliance.observe import observe
from tradingbot_infra.compliance.rule import Observation, Rule
from tradingbot_infra.compliance.status import Status, worst
from tradingbot_infra.templates import Assembly, Resource

BUCKET = "AWS::S3::Bucket"


def named_rule(looked: list[str]) -> Rule:
    """A rule that wants a bucket to have a name, passes over private ones, and notes what it looked at."""

    def look(bucket: Resource, _: Assembly) -> Iterator[Observation]:
        looked.append(bucket.logical_id)
        if bucket.logical_id != "Private":
            yield observe(bucket, "BucketName", bool, "a name")

    return Rule(id="named", title="Buckets have names", types=(BUCKET,), fix="Name it.", look=look)


def test_a_resource_is_judged_once_and_only_by_rules_of_its_type() -> None:
    looked: list[str] = []
    stack = {"One": resource(BUCKET, {"BucketName": "a"}), "Two": resource(BUCKET), "Topic": resource("AWS::SNS::Topic")}
    evaluation = evaluate(assembly_of(stack), [named_rule(looked)])
    assert looked == ["One", "Two"]
    assert [(judgement.resource.logical_id, judgement.status) for judgement in evaluation.by_rule["named"]] == [
        ("One", Status.PASS),
        ("Two", Status.FAIL),
    ]
    assert evaluation.findings == {Finding("named", "Stack/Two/Resource")}


def test_a_resource_that_the_rule_is_not_about_is_no_evidence() -> None:
    evaluation = evaluate(assembly_of({"Private": resource(BUCKET)}), [named_rule([])])
    assert evaluation.judgements == ()
    assert "named" not in evaluation.by_rule


def test_an_intrinsic_function_is_not_assessed_and_that_is_a_finding() -> None:
    unknown = resource(BUCKET, {"BucketName": {"Fn::ImportValue": "elsewhere"}})
    evaluation = evaluate(assembly_of({"One": unknown}), [named_rule([])])
    assert [judgement.status for judgement in evaluation.judgements] == [Status.NOT_ASSESSED]
    assert {finding.path for finding in evaluation.findings} == {"Stack/One/Resource"}


def test_the_worst_status_wins_and_nothing_is_not_applicable() -> None:
    order = [Status.FAIL, Status.NOT_ASSESSED, Status.EXCEPTION, Status.MANUAL, Status.PASS, Status.NOT_APPLICABLE]
    for number, status in enumerate(order):
        assert worst(reversed(order[number:])) is status
    assert worst([]) is Status.NOT_APPLICABLE


def test_a_rule_that_cannot_read_a_resource_says_so_and_the_others_still_judge() -> None:
    def look(bucket: Resource, _: Assembly) -> Iterator[Observation]:
        yield observe(bucket, "Rules", lambda rules: rules["Status"] == "Enabled", "enabled")

    strict = Rule(id="strict", title="Rules are enabled", types=(BUCKET,), fix="Enable them.", look=look)
    strange = assembly_of({"One": resource(BUCKET, {"Rules": ["Enabled"], "BucketName": "a"})})
    evaluation = evaluate(strange, [strict, named_rule([])])
    assert evaluation.findings == {Finding("strict", "Stack/One/Resource")}
    (judgement,) = evaluation.by_rule["strict"]
    assert judgement.status is Status.NOT_ASSESSED
    assert str(judgement.observations[0].observed).startswith("rule strict could not judge it: TypeError: ")
