"""Rules for ECR, each on what complies and what does not."""

import json

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import ecr
from tradingbot_infra.compliance.status import Status

IF = {"Fn::If": ["Cheap", "this", "that"]}
PARAMETER = {"Ref": "SomeParameter"}
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}


def repository(**properties: object) -> Body:
    return resource("AWS::ECR::Repository", properties)


def status_of(rule: Rule, body: Body) -> Status:
    others = {"Key": resource("AWS::KMS::Key"), "Role": resource("AWS::IAM::Role"), "Images": repository()}
    return judge(rule, assembly_of({**others, "Judged": body}))["Judged"]


@pytest.mark.parametrize(
    ("scanning", "status"),
    [
        ({"ScanOnPush": True}, Status.PASS),
        ({"ScanOnPush": "true"}, Status.PASS),
        ({"ScanOnPush": False}, Status.FAIL),
        (None, Status.FAIL),
        ({"ScanOnPush": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_repository_scans_what_is_pushed(scanning: object, status: Status) -> None:
    assert status_of(ecr.scan, repository(ImageScanningConfiguration=scanning)) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"ImageTagMutability": "IMMUTABLE"}, Status.PASS),
        ({"ImageTagMutability": "MUTABLE"}, Status.FAIL),
        ({"ImageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}, Status.FAIL),
        ({}, Status.FAIL),
        ({"ImageTagMutability": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_tag_is_never_written_twice(properties: dict[str, object], status: Status) -> None:
    assert status_of(ecr.immutable, repository(**properties)) is status


HOST = [{"Ref": "AWS::AccountId"}, ".dkr.ecr.ap-southeast-2.", {"Ref": "AWS::URLSuffix"}, "/bot"]
URI = {"Fn::GetAtt": ["Images", "RepositoryUri"]}


@pytest.mark.parametrize(
    ("image", "status"),
    [
        ("public.ecr.aws/docker/library/python:3.13-alpine3.23", Status.PASS),
        ({"Fn::Join": ["", [*HOST, ":1.4.2"]]}, Status.PASS),
        ({"Fn::Join": ["", [URI, ":1.4.2"]]}, Status.PASS),
        ("localhost:5000/bot:1.4.2", Status.PASS),
        ("bot@sha256:94afd1f2", Status.PASS),
        ({"Fn::Join": ["", [URI, "@sha256:94afd1f2"]]}, Status.PASS),
        ("bot:latest", Status.FAIL),
        ("bot:latest-arm64", Status.FAIL),
        ({"Fn::Join": ["", [*HOST, ":latest"]]}, Status.FAIL),
        ("bot", Status.FAIL),
        ("localhost:5000/bot", Status.FAIL),
        ({"Fn::Join": ["", HOST]}, Status.FAIL),
        (URI, Status.FAIL),
        ({"Fn::Join": ["", ["account.dkr.ecr.amazonaws.com/", {"Ref": "Images"}]]}, Status.FAIL),
        (None, Status.FAIL),
        ({"Fn::Join": ["", ["bot:", PARAMETER]]}, Status.NOT_ASSESSED),
        ({"Fn::Join": ["", ["bot:v", PARAMETER]]}, Status.NOT_ASSESSED),
        ({"Fn::Join": ["", ["bot@", PARAMETER]]}, Status.NOT_ASSESSED),
        ("bot:{{resolve:ssm:/bot/tag}}", Status.NOT_ASSESSED),
        ({"Fn::Join": ["", ["bot:", {"Fn::ImportValue": "shared/tag"}]]}, Status.NOT_ASSESSED),
        ({"Fn::Join": ["", [{"Fn::Select": [4, {"Fn::Split": [":", URI]}]}, ".dkr.ecr/bot:1.4.2"]]}, Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_task_names_the_version_of_its_image(image: object, status: Status) -> None:
    assert status_of(ecr.immutable, resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Image": image}]})) is status


def test_one_container_on_latest_fails_the_task() -> None:
    task = resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Image": "bot:1.4.2"}, {"Image": "proxy:latest"}]})
    assert status_of(ecr.immutable, task) is Status.FAIL


@pytest.mark.parametrize("containers", [IF, [IF]])
def test_an_image_that_cannot_be_seen_is_not_assessed(containers: object) -> None:
    assert status_of(ecr.immutable, resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": containers})) is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("encryption", "status"),
    [
        ({"EncryptionType": "KMS", "KmsKey": KEY_ARN}, Status.PASS),
        ({"EncryptionType": "KMS_DSSE", "KmsKey": KEY_ARN}, Status.PASS),
        ({"EncryptionType": "KMS"}, Status.FAIL),
        ({"EncryptionType": "AES256", "KmsKey": KEY_ARN}, Status.FAIL),
        (None, Status.FAIL),
        ({"EncryptionType": "KMS", "KmsKey": PARAMETER}, Status.NOT_ASSESSED),
        ({"EncryptionType": IF, "KmsKey": KEY_ARN}, Status.NOT_ASSESSED),
    ],
)
def test_a_repository_is_under_a_customer_managed_key(encryption: object, status: Status) -> None:
    assert status_of(ecr.kms, repository(EncryptionConfiguration=encryption)) is status


def expiring(**selection: object) -> str:
    anything = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}
    return json.dumps({"rules": [{"rulePriority": 1, "selection": {**anything, **selection}, "action": {"type": "expire"}}]})


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (expiring(), Status.PASS),
        (expiring(tagStatus="untagged"), Status.FAIL),
        (expiring(countType="sinceImagePushed", countUnit="days"), Status.FAIL),
        (expiring().replace('"expire"', '"transition"'), Status.FAIL),
        ('{"rules": []}', Status.FAIL),
        ("not json", Status.FAIL),
        (None, Status.FAIL),
        (IF, Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
def test_a_repository_keeps_a_bounded_number_of_images(text: object, status: Status) -> None:
    assert status_of(ecr.lifecycle, repository(LifecyclePolicy={"LifecyclePolicyText": text})) is status


def test_a_repository_without_a_lifecycle_keeps_everything() -> None:
    assert status_of(ecr.lifecycle, repository()) is Status.FAIL


def allowing(**statement: object) -> object:
    return {"Statement": [{"Effect": "Allow", "Action": "ecr:BatchGetImage", **statement}]}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        (None, Status.PASS),
        ({"Statement": []}, Status.PASS),
        (allowing(Principal={"AWS": "arn:aws:iam::111122223333:root"}), Status.PASS),
        (allowing(Principal={"AWS": {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}}), Status.PASS),
        (allowing(Principal={"AWS": [{"Fn::GetAtt": ["Role", "Arn"]}, {"Ref": "AWS::AccountId"}]}), Status.PASS),
        (allowing(Principal={"Service": "lambda.amazonaws.com"}), Status.PASS),
        (json.dumps(allowing(Principal={"AWS": "111122223333"})), Status.PASS),
        (allowing(Effect="Deny", Principal="*"), Status.PASS),
        (allowing(Principal="*"), Status.FAIL),
        (allowing(Principal={"AWS": "*"}), Status.FAIL),
        (allowing(Principal={"AWS": ["111122223333", "*"]}), Status.FAIL),
        (allowing(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}), Status.FAIL),
        (allowing(NotPrincipal={"AWS": "111122223333"}), Status.FAIL),
        (json.dumps(allowing(Principal="*")), Status.FAIL),
        (allowing(Principal={"AWS": PARAMETER}), Status.NOT_ASSESSED),
        (allowing(Principal=PARAMETER), Status.NOT_ASSESSED),
        (allowing(Principal={"AWS": {"Fn::ImportValue": "somebody"}}), Status.NOT_ASSESSED),
        (allowing(Principal=IF), Status.NOT_ASSESSED),
        ({"Statement": IF}, Status.NOT_ASSESSED),
        ({"Statement": [IF]}, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
        (PARAMETER, Status.NOT_ASSESSED),
    ],
)
def test_only_named_principals_reach_a_repository(policy: object, status: Status) -> None:
    properties = {"RepositoryPolicyText": policy} if policy is not None else {}
    assert status_of(ecr.private, repository(**properties)) is status


def test_one_open_statement_fails_a_repository_whose_others_are_closed() -> None:
    closed, opened = allowing(Principal={"AWS": "111122223333"}), allowing(Principal="*")
    assert isinstance(closed, dict)
    assert isinstance(opened, dict)
    policy = {"Statement": closed["Statement"] + opened["Statement"]}
    assert status_of(ecr.private, repository(RepositoryPolicyText=policy)) is Status.FAIL


def test_a_public_repository_fails() -> None:
    assert status_of(ecr.private, resource("AWS::ECR::PublicRepository")) is Status.FAIL
