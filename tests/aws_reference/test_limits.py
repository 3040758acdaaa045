"""No template exceeds a limit of AWS, in any environment and at the edge of the settings that make templates large."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.aws_reference.largest import LARGEST
from tests.aws_reference.limits import TABLE, Measured, measured
from tests.compliance.builders import assembly_of, resource
from tests.config.refusals import assert_refused, is_accepted
from tests.conftest import Synthesize
from tests.test_cfn_lint import lint, write
from tradingbot_infra.compliance.defaults import values_at
from tradingbot_infra.templates import Assembly

LIMITS = {row["measure"]: row["limit"] for row in TABLE["measures"]}

SMALLEST: tuple[str, dict[str, object]] = (
    "staging",
    {"project": "a1", "owner": "o1", "db_name": "d", "db_master_username": "u", "health_check_path": "/", "nat_gateways": 0},
)


@pytest.fixture(scope="module")
def largest(synthesize: Synthesize) -> Assembly:
    """What the settings at their edge make."""
    return synthesize(LARGEST[0], **LARGEST[1])


def exceeded(assembly: Assembly) -> list[Measured]:
    """What is above its limit."""
    return [found for found in measured(assembly) if found.amount > LIMITS[found.measure]]


def wrong_names(assembly: Assembly) -> list[str]:
    """Names that AWS would refuse."""
    return [
        f"{each.path} {row['path']}: {value}"
        for row in TABLE["names"]
        for each in assembly.of_type(row["type"])
        for value in values_at(each.properties, row["path"])
        if value is not None and not _is_a_name(value, row)
    ]


def _is_a_name(value: Any, row: dict[str, Any]) -> bool:
    if isinstance(value, int):
        return value in range(1, row["longest"] + 1)
    return len(value) in range(1, row["longest"] + 1) and re.fullmatch(row["pattern"] or "(?s).*", value) is not None


def test_every_environment_is_within_the_limits(assembly: Assembly) -> None:
    assert exceeded(assembly) == []
    assert wrong_names(assembly) == []


def test_the_largest_settings_are_within_the_limits(largest: Assembly) -> None:
    assert exceeded(largest) == []
    assert wrong_names(largest) == []


def test_the_smallest_settings_are_within_the_limits(synthesize: Synthesize) -> None:
    smallest = synthesize(SMALLEST[0], **SMALLEST[1])
    assert exceeded(smallest) == []
    assert wrong_names(smallest) == []


def test_the_largest_templates_are_clean(largest: Assembly, tmp_path: Path) -> None:
    """CloudFormation's schemas have lengths and patterns of their own."""
    assert lint(write(largest.templates, tmp_path)) == []


def test_everything_in_the_table_is_measured(largest: Assembly) -> None:
    assert {found.measure for found in measured(largest)} == LIMITS.keys()


@pytest.mark.parametrize("row", [*TABLE["names"], *TABLE["measures"]], ids=lambda row: row.get("measure", row.get("path")))
def test_a_limit_has_its_source(row: dict[str, Any]) -> None:
    assert row["source"]
    assert row["limit" if "limit" in row else "longest"] > 0


RULES = {
    str(number): resource("AWS::EC2::NetworkAclEntry", {"NetworkAclId": {"Ref": "Acl"}, "Egress": True, "RuleNumber": number})
    for number in range(1, 22)
}


@pytest.mark.parametrize(
    ("resources", "measure"),
    [
        (RULES, "rules of a network ACL in one direction"),
        ({f"R{number}": resource("AWS::MadeUp::Type") for number in range(501)}, "resources of a stack"),
        ({"A": resource("AWS::MadeUp::Type", {"Tags": [{"Key": "k", "Value": "v" * 257}]})}, "characters of a tag's value"),
        ({"A": resource("AWS::SecretsManager::Secret", {"SecretString": "s" * 65537})}, "bytes of a secret"),
        (
            {"G": resource("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{}] * 40})}
            | {f"E{n}": resource("AWS::EC2::SecurityGroupIngress", {"GroupId": {"Fn::GetAtt": ["G", "GroupId"]}}) for n in range(21)},
            "rules of a security group in one direction",
        ),
    ],
)
def test_what_is_too_large_is_found(resources: dict[str, Any], measure: str) -> None:
    assert [found.measure for found in exceeded(assembly_of(resources))] == [measure]


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::ElastiCache::ReplicationGroup", {"ReplicationGroupId": "a" * 41}),
        ("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "a--b"}),
        ("AWS::EC2::SecurityGroup", {"GroupDescription": "the tasks' group"}),
        ("AWS::EC2::NetworkAclEntry", {"RuleNumber": 32767}),
        ("AWS::Backup::BackupVault", {"BackupVaultName": "a" * 51}),
        ("AWS::CloudWatch::Alarm", {"AlarmName": ""}),
    ],
)
def test_a_name_that_aws_refuses_is_found(resource_type: str, properties: dict[str, Any]) -> None:
    assert len(wrong_names(assembly_of({"One": resource(resource_type, properties)}))) == 1


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"domain_name": f"{'a' * 63}.{'b' * 63}.ab"}, "domain_name=", "at most 128 characters"),
        ({"health_check_path": f"/{'h' * 1024}"}, "health_check_path=", "at most 1024 characters"),
        ({"alarm_emails": ",".join(f"{n}@example.com" for n in range(51))}, "alarm_emails=", "e-mail addresses, at most 50"),
        ({"alarm_emails": "a@example.com,a@example.com"}, "alarm_emails=", "lists a@example.com twice"),
        ({"ecr_pull_accounts": ",".join(f"{n:012d}" for n in range(101))}, "ecr_pull_accounts=", "12-digit account IDs, at most 100"),
        ({"ecr_pull_accounts": "111111111111,111111111111"}, "ecr_pull_accounts=", "lists 111111111111 twice"),
        ({"project": "a" * 17}, "project=", "2 to 16"),
        ({"owner": "o" * 64}, "owner=", "2 to 63"),
        ({"redis_nodes": "7"}, "redis_nodes=7", "6"),
        ({"egress_ports": "443,1024,1025,1026,1027,1028,1029"}, "egress_ports=", "at most five others"),
    ],
)
def test_a_setting_beyond_a_limit_is_refused_with_words(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


def test_two_accounts_and_two_addresses_are_accepted() -> None:
    assert is_accepted(alarm_emails="a@example.com,b@example.com", ecr_pull_accounts="111111111111,222222222222")
