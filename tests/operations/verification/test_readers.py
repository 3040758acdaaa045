"""The facts that only verification reads, over answers that the local cloud cannot give."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.certificates import Certificate, read_certificate
from tradingbot_infra.operations.live.containers import Variables, is_secret, read_variables
from tradingbot_infra.operations.live.flow_logs import FlowLog, read_flow_logs
from tradingbot_infra.operations.live.logs import log_group_keys
from tradingbot_infra.operations.live.repository import StoredImage, stored_image
from tradingbot_infra.operations.live.security_groups import SecurityGroup, SecurityGroupRule, read_security_groups

NAMES = Names(project="tradingbot-ai", environment="production")
CERTIFICATE = "arn:aws:acm:ap-southeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"
DIGEST = f"sha256:{'a' * 64}"
URI = f"111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/{NAMES.repository}"


def test_an_issued_certificate_has_an_end() -> None:
    end = datetime(2027, 1, 2, tzinfo=UTC)
    with boto3_client("acm") as (acm, stub):
        names = ["api.example.com", "*.example.org"]
        answer = {"Certificate": {"DomainName": names[0], "SubjectAlternativeNames": names, "Status": "ISSUED", "NotAfter": end}}
        stub.add_response("describe_certificate", answer, {"CertificateArn": CERTIFICATE})
        assert read_certificate(session_over(acm=acm), CERTIFICATE) == Certificate("api.example.com", "ISSUED", end, tuple(names))


@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("api.example.com", True),
        ("any.example.org", True),
        ("example.org", False),
        ("two.labels.example.org", False),
        ("api.example.com.example.org", False),
        ("www.example.com", False),
    ],
)
def test_a_wildcard_covers_exactly_one_label(host: str, covered: bool) -> None:
    assert Certificate("api.example.com", "ISSUED", None, ("api.example.com", "*.example.org")).covers(host) is covered


def test_a_certificate_that_is_gone_is_none() -> None:
    with boto3_client("acm") as (acm, stub):
        stub.add_client_error("describe_certificate", "ResourceNotFoundException")
        assert read_certificate(session_over(acm=acm), CERTIFICATE) is None


@pytest.mark.parametrize(
    ("reference", "identifier"),
    [
        (f"{URI}:1.4.2", {"imageTag": "1.4.2"}),
        (f"{URI}@{DIGEST}", {"imageDigest": DIGEST}),
        (f"{URI}:1.4.2@{DIGEST}", {"imageDigest": DIGEST}),
        (URI, {"imageTag": "latest"}),
    ],
)
def test_an_image_is_found_by_what_its_reference_names(reference: str, identifier: dict[str, str]) -> None:
    with boto3_client("ecr") as (ecr, stub):
        asked = {"repositoryName": NAMES.repository, "imageIds": [identifier]}
        stub.add_response("describe_images", {"imageDetails": [{"imageDigest": DIGEST}]}, asked)
        assert stored_image(session_over(ecr=ecr), NAMES, reference) == StoredImage(DIGEST, index=False)


@pytest.mark.parametrize("kind", ["oci.image.index.v1", "docker.distribution.manifest.list.v2"])
def test_an_image_for_several_architectures_is_known_as_one(kind: str) -> None:
    with boto3_client("ecr") as (ecr, stub):
        answer = {"imageDetails": [{"imageDigest": DIGEST, "imageManifestMediaType": f"application/vnd.{kind}+json"}]}
        stub.add_response("describe_images", answer)
        assert stored_image(session_over(ecr=ecr), NAMES, f"{URI}:1.4.2") == StoredImage(DIGEST, index=True)


@pytest.mark.parametrize("code", ["ImageNotFoundException", "RepositoryNotFoundException"])
def test_an_image_that_is_not_there_is_none(code: str) -> None:
    with boto3_client("ecr") as (ecr, stub):
        stub.add_client_error("describe_images", code)
        assert stored_image(session_over(ecr=ecr), NAMES, f"{URI}:1.4.2") is None


def test_keys_are_told_of_the_log_groups_that_are_meant_and_not_of_those_that_begin_alike() -> None:
    with boto3_client("logs") as (logs, stub):
        groups = [{"logGroupName": "/a", "kmsKeyId": "arn"}, {"logGroupName": "/a/b"}]
        stub.add_response("describe_log_groups", {"logGroups": groups}, {"logGroupNamePrefix": "/a"})
        stub.add_response("describe_log_groups", {"logGroups": [{"logGroupName": "/c"}]}, {"logGroupNamePrefix": "/c"})
        stub.add_response("describe_log_groups", {"logGroups": []}, {"logGroupNamePrefix": "/d"})
        assert log_group_keys(session_over(logs=logs), ["/d", "/c", "/a"]) == {"/a": True, "/c": False}


def test_a_flow_log_that_fails_tells_why() -> None:
    failing = {
        "FlowLogId": "fl-1",
        "FlowLogStatus": "ACTIVE",
        "TrafficType": "ALL",
        "LogGroupName": NAMES.flow_log_group,
        "DeliverLogsStatus": "FAILED",
        "DeliverLogsErrorMessage": "Access error",
    }
    with boto3_client("ec2") as (ec2, stub):
        stub.add_response("describe_flow_logs", {"FlowLogs": [failing]}, {"Filters": [{"Name": "resource-id", "Values": ["vpc-1"]}]})
        (flow_log,) = read_flow_logs(session_over(ec2=ec2), "vpc-1")
    assert flow_log == FlowLog("fl-1", "ACTIVE", "ALL", NAMES.flow_log_group, "FAILED", "Access error")


def test_rules_of_every_kind_are_read_but_not_the_one_that_lets_nothing_out() -> None:
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.0.0.0/16"}, {"CidrIp": "0.0.0.0/0"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        "UserIdGroupPairs": [{"GroupId": "sg-2"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
    }
    out = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    nothing = {"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "IpRanges": [{"CidrIp": "255.255.255.255/32"}]}
    group: dict[str, Any] = {"GroupId": "sg-1", "GroupName": "one", "IpPermissions": [permission], "IpPermissionsEgress": [nothing, out]}
    with boto3_client("ec2") as (ec2, stub):
        stub.add_response("describe_security_groups", {"SecurityGroups": [group]}, {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]})
        (read,) = read_security_groups(session_over(ec2=ec2), "vpc-1")
    peers = ("10.0.0.0/16", "0.0.0.0/0", "::/0", "sg-2", "pl-1")
    rules = {SecurityGroupRule(False, "tcp", 443, 443, peer) for peer in peers} | {SecurityGroupRule(True, "-1", None, None, "10.0.0.0/16")}
    assert read == SecurityGroup("sg-1", "one", frozenset(rules))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_API_KEY", "x"),
        ("secret_key", "x"),
        ("PGPASSWORD", "x"),
        ("TELEGRAM_BOT_TOKEN", "x"),
        ("KEY", "x"),
        ("DATABASE_URL", "postgresql://user:word@host/db"),
        ("REDIS_URL", "redis://:word@host"),
    ],
)
def test_variables_that_hold_secrets(name: str, value: str) -> None:
    assert is_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PGHOST", "host"),
        ("MONKEY", "x"),
        ("KEYBOARD_LAYOUT", "x"),
        ("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:rds!db-1-AbCdEf"),
        ("DATABASE_URL", "postgresql://host:5432/db?sslmode=require"),
        ("CALLBACK", "https://host/a:b@c"),
    ],
)
def test_variables_that_hold_none(name: str, value: str) -> None:
    assert not is_secret(name, value)


@given(st.text(), st.text())
def test_any_variable_is_judged(name: str, value: str) -> None:
    assert is_secret(name, value) in (True, False)


def test_variables_are_read_without_their_values() -> None:
    container = {
        "environment": [{"name": "PORT", "value": "planted-8001"}, {"name": "API_TOKEN", "value": "planted-token"}],
        "secrets": [{"name": "SECRET_KEY", "valueFrom": "tradingbot-ai/production/secret-key"}],
    }
    with boto3_client("ecs") as (ecs, stub):
        stub.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": [container]}}, {"taskDefinition": "arn"})
        variables = read_variables(session_over(ecs=ecs), "arn")
    assert variables == Variables(("PORT", "API_TOKEN"), ("API_TOKEN",), {"SECRET_KEY": "tradingbot-ai/production/secret-key"})
    assert "planted" not in repr(variables)
