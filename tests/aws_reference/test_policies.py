"""Every action, resource and condition key of every policy exists, and each can match."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.aws_reference.actions import expanded, is_condition_key, services
from tests.aws_reference.judged import faults
from tests.aws_reference.policies import policies
from tests.compliance.builders import assembly_of, resource
from tests.conftest import PROJECT_ROOT, Synthesize
from tests.test_snapshots import EVERY_OPTION
from tradingbot_infra.templates import Assembly


def test_every_policy_names_what_aws_has(assembly: Assembly) -> None:
    assert [fault for policy in policies(assembly) for fault in faults(policy)] == []


def test_every_policy_of_every_option_names_what_aws_has(synthesize: Synthesize) -> None:
    found = list(policies(synthesize("production", **EVERY_OPTION)))
    assert [fault for policy in found for fault in faults(policy)] == []


def test_no_property_that_is_named_like_a_policy_is_left_out(production: Assembly) -> None:
    read = {(policy.owner.path, policy.where) for policy in policies(production)}
    named = {
        (each.path, name)
        for each in production.resources
        for name in each.properties
        if re.search(r"Policy(Document|Text)?$", name) and name not in ("LifecyclePolicy", "SslPolicy", "AccessPolicy")
    }
    assert len(named) > 20
    assert named - read == set()


ROLE: dict[str, Any] = {
    "Statement": [
        {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:ap-southeast-2:111122223333:log-group:a:*"},
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": "arn:aws:kms:ap-southeast-2:111122223333:key/id",
            "Condition": {"StringEquals": {"kms:ViaService": "rds.ap-southeast-2.amazonaws.com"}, "Bool": {"aws:SecureTransport": "true"}},
        },
    ]
}


def judged(document: dict[str, Any], resource_type: str = "AWS::IAM::ManagedPolicy") -> list[str]:
    """What is found in one policy, without where."""
    assembly = assembly_of({"Policy": resource(resource_type, {"PolicyDocument": document})})
    return [fault.partition(": ")[2] for policy in policies(assembly) for fault in faults(policy)]


def test_a_policy_of_what_aws_has_is_without_fault() -> None:
    assert judged(ROLE) == []


LOG = "arn:aws:logs:ap-southeast-2:111122223333:log-group:a"


@pytest.mark.parametrize(
    ("statement", "change", "fault"),
    [
        (0, {"Action": "logs:PutLogEvent"}, "logs:PutLogEvent is no action"),
        (0, {"Action": "logs:putLogEvents"}, "logs:putLogEvents is no action"),
        (0, {"Action": "cloudwatchlogs:PutLogEvents"}, "cloudwatchlogs:PutLogEvents is no action"),
        (0, {"Action": "logs:Putt*"}, "logs:Putt* is no action"),
        (0, {"Resource": LOG}, f"{LOG} is no resource of logs:PutLogEvents"),
        (0, {"Resource": "*"}, "logs:PutLogEvents is for *, although it could be for log-stream"),
        (0, {"Action": "logs:PutRetentionPolicy", "Resource": LOG}, f"{LOG} is no resource of logs:PutRetentionPolicy"),
        (0, {"Action": "logs:TagResource", "Resource": f"{LOG}:*"}, f"{LOG}:* is no resource of logs:TagResource"),
        (0, {"Action": "ecr:GetAuthorizationToken", "Resource": LOG}, f"ecr:GetAuthorizationToken is for * only, not for {LOG}"),
        (1, {"Resource": "arn:aws:kms:ap-southeast-2:111122223333:alias/a"}, "kms:Decrypt is for key, not for"),
        (1, {"Resource": "arn:aws:kms:ap-southeast-2::key/id"}, "arn:aws:kms:ap-southeast-2::key/id is no resource of kms:Decrypt"),
        (1, {"Condition": {"StringEquals": {"kms:ViaServices": "a"}}}, "kms:Decrypt does not have the condition key kms:ViaServices"),
        (1, {"Condition": {"StringEquals": {"secretsmanager:SecretId": "a"}}}, "kms:Decrypt does not have the condition key"),
        (1, {"Condition": {"Bool": {"kms:ViaService": "true"}}}, "Bool does not compare kms:ViaService, which is of type String"),
        (1, {"Condition": {"StringEquals": {"aws:SecureTransport": "true"}}}, "StringEquals does not compare aws:SecureTransport"),
        (1, {"Condition": {"StringEqual": {"kms:ViaService": "a"}}}, "StringEqual does not compare kms:ViaService"),
        (1, {"Condition": {"ForAnyValue:StringEquals": {"kms:ViaService": "a"}}}, "ForAnyValue:StringEquals does not compare"),
        (1, {"Condition": {"ArnLike": {"kms:ViaService": "rds"}}}, "ArnLike does not compare kms:ViaService"),
        (
            1,
            {"Action": "rds:CreateDBSnapshot", "Resource": "arn:aws:rds:ap-southeast-2:111122223333:db:a", "Condition": {}},
            "rds:CreateDBSnapshot also needs a snapshot",
        ),
    ],
)
def test_a_policy_that_names_what_aws_does_not_have_is_found(statement: int, change: dict[str, Any], fault: str) -> None:
    document = copy.deepcopy(ROLE)
    document["Statement"][statement].update(change)
    assert any(found.startswith(fault) for found in judged(document)), judged(document)


def test_a_claim_that_aws_does_not_check_is_found() -> None:
    asked = {"token.actions.githubusercontent.com:repository_owner_id": "11"}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Resource": "*", "Condition": {"StringEquals": asked}}
    assert any("repository_owner_id" in fault for fault in judged({"Statement": [trust]}))


def test_a_policy_is_found_wherever_it_is() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "sqs:Publish", "Resource": "*", "Principal": "*"}}'
    assembly = assembly_of({"Made": resource("AWS::MadeUp::Type", {"Deep": [{"Down": text}]})})
    assert [fault for policy in policies(assembly) for fault in faults(policy)] == [
        "Stack/Made/Resource Deep.Down: sqs:Publish is no action"
    ]


def test_a_reference_that_is_no_arn_is_not_taken_for_one() -> None:
    queue = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["Queue", "QueueName"]}}
    queues = {
        "Queue": resource("AWS::SQS::Queue"),
        "Policy": resource("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": [queue]}}),
    }
    with pytest.raises(KeyError):
        list(policies(assembly_of(queues)))


PERMISSION = re.compile(r"(?<![\w:/.-])(?P<service>[a-z][a-z0-9-]*):(?P<name>[A-Z][a-z]\w+\*?)(?![\w:/*.-])")
"""An action, or a condition key, as code and documents write it."""

NOT_OF_IAM = {"service:DesiredCount", "re:Post"}
"""What looks like an action: a dimension of Application Auto Scaling, and AWS's forum."""


def misspelt(text: str) -> Iterator[str]:
    """What a text names like an action, and AWS has not: of a service that exists, or with the name of another service's action."""
    for match in PERMISSION.finditer(text):
        name = match.group()
        if name not in NOT_OF_IAM and not expanded(name) and not is_condition_key(name) and _is_meant(match["service"], match["name"]):
            yield name


def _is_meant(service: str, name: str) -> bool:
    return service in services() or any(expanded(f"{other}:{name}") for other in services())


def written() -> list[Path]:
    """The code of this project and what people read."""
    places = ("tradingbot_infra/**/*.py", "tradingbot_infra/**/*.json", "docs/*.md", "*.md")
    return [path for place in places for path in PROJECT_ROOT.glob(place)]


def test_code_and_documents_name_no_action_that_aws_does_not_have() -> None:
    found = {f"{path.relative_to(PROJECT_ROOT)}: {name}" for path in written() for name in misspelt(path.read_text(encoding="utf-8"))}
    assert found == set()


@pytest.mark.parametrize("text", ["needs `logs:PutLogEvent`.", 'Need(("log:PutLogEvents",))', "'kms:ViaServices'", "`ecs:Descibe*`"])
def test_a_misspelt_action_in_a_text_is_found(text: str) -> None:
    assert list(misspelt(text))


def test_actions_and_keys_in_a_text_are_no_fault() -> None:
    text = "`logs:PutLogEvents`, `kms:ViaService`, aws:SourceAccount, https://a.b:Port, arn:aws:logs:REGION, ecs:Describe*"
    assert list(misspelt(text)) == []
