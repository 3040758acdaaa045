"""The judge of mutants: what stops a mutant is what would stop a synthesis of it."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER as ENTRIES
from tradingbot_infra.compliance.mutation.mutant import REMOVED, Mutant, changed
from tradingbot_infra.compliance.mutation.run import Judge
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly


@pytest.fixture(scope="module")
def judge(production: Assembly) -> Judge:
    return Judge(production, active(ENTRIES, load_config("production", {})))


def mutant_of(assembly: Assembly, resource_type: str, *place: str, value: object = REMOVED) -> Mutant:
    resource = assembly.of_type(resource_type)[0]
    body = changed(resource.body, place, value) if place else None
    return Mutant(
        operator="by hand",
        resource_type=resource_type,
        path=".".join(place),
        stack=resource.stack,
        logical_id=resource.logical_id,
        body=body,
    )


@pytest.mark.parametrize(
    ("resource_type", "place", "value", "rule"),
    [
        ("AWS::RDS::DBInstance", ("Properties", "StorageEncrypted"), False, "rds.encrypted"),
        ("AWS::EC2::FlowLog", (), None, "net.flow_logs"),  # found at another resource, the network
        ("AWS::S3::Bucket", ("Properties", "Invented"), "x", "cfn.allowed"),
    ],
)
def test_a_fault_is_stopped_by_its_rule(
    production: Assembly, judge: Judge, resource_type: str, place: tuple[str, ...], value: object, rule: str
) -> None:
    (outcome,) = judge.outcomes([mutant_of(production, resource_type, *place, value=value)])
    assert rule in outcome.stopped_by


def test_what_changes_nothing_survives(production: Assembly, judge: Judge) -> None:
    (outcome,) = judge.outcomes([mutant_of(production, "AWS::S3::Bucket", "Properties", "BucketName", value="${AWS::NoValue}")])
    same = production.of_type("AWS::S3::Bucket")[0]
    (unchanged,) = judge.outcomes([replace(outcome.mutant, body=same.body)])
    assert unchanged.survives


@pytest.mark.parametrize("resource_type", ["AWS::EC2::VPC", "AWS::KMS::Key", "AWS::ECS::TaskDefinition"])
@pytest.mark.parametrize(
    "body", [None, {"Type": "AWS::SQS::Queue", "Properties": {"Name": {"Ref": "AWS::Region"}}}], ids=["removed", "other"]
)
def test_a_mutant_is_what_its_templates_say(production: Assembly, resource_type: str, body: Any) -> None:
    quick = replace(mutant_of(production, resource_type), body=body).applied_to(production)
    slow = replace(production, templates=quick.templates)
    assert quick.resources == slow.resources
    assert quick.resources != production.resources


def test_an_output_that_changes_shows_where_it_is_used(production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    for output in templates["NetworkStack"]["Outputs"].values():
        output["Value"] = "changed"
    quick = production.with_templates(templates)
    assert quick.resources == replace(production, templates=templates).resources
    assert "changed" in str(quick.only("AWS::RDS::DBInstance").properties["VPCSecurityGroups"])
