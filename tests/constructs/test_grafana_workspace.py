"""The workspace of Amazon Managed Grafana: who gets in, and what it may read."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import judge
from tests.conftest import Synthesize
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.compliance.rules.access import permissions
from tradingbot_infra.compliance.rules.allowed_properties import allowed
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly

WORKSPACE = "AWS::Grafana::Workspace"


@pytest.fixture(scope="session")
def managed(synthesize: Synthesize) -> Assembly:
    """Production with a workspace."""
    return synthesize("production", managed_grafana=True)


def test_there_is_none_unless_a_setting_asks(production: Assembly) -> None:
    assert production.of_type(WORKSPACE) == ()


def test_people_sign_in_by_identity_center_and_it_reads_this_account_only(managed: Assembly) -> None:
    properties = managed.only(WORKSPACE).properties
    assert properties["AuthenticationProviders"] == ["AWS_SSO"]
    assert properties["AccountAccessType"] == "CURRENT_ACCOUNT"
    assert properties["PermissionType"] == "CUSTOMER_MANAGED"


def test_its_role_reads_metrics_and_traces_of_this_region_and_nothing_else(managed: Assembly) -> None:
    policy = next(each for each in managed.of_type("AWS::IAM::ManagedPolicy") if "GrafanaWorkspace" in str(each.path))
    (statement,) = policy.properties["PolicyDocument"]["Statement"]
    assert {action.partition(":")[0] for action in statement["Action"]} == {"cloudwatch", "xray"}
    assert all(action.partition(":")[2].startswith(("Get", "List", "BatchGet")) for action in statement["Action"])
    assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": "ap-southeast-2"}}
    role = next(each for each in managed.of_type("AWS::IAM::Role") if "GrafanaWorkspace" in str(each.path))
    trust = json.dumps(role.properties["AssumeRolePolicyDocument"])
    assert "grafana.amazonaws.com" in trust
    assert "aws:SourceAccount" in trust


def test_the_packs_accept_it(inspect: Callable[..., Inspection]) -> None:
    assert not inspect("production", managed_grafana=True).fails


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AuthenticationProviders", ["SAML"]),
        ("AuthenticationProviders", ["AWS_SSO", "SAML"]),
        ("AccountAccessType", "ORGANIZATION"),
        ("PermissionType", "SERVICE_MANAGED"),
        ("RoleArn", "arn:aws:iam::111122223333:role/theirs"),
        ("GrafanaVersion", "8.4"),
        ("SamlConfiguration", {"IdpMetadata": {"Url": "https://example.com"}}),
        ("OrganizationalUnits", ["ou-1"]),
        ("Name", "other"),
    ],
    ids=str,
)
def test_a_workspace_that_lets_others_in_or_reads_more_stops_the_synthesis(name: str, value: object, managed: Assembly) -> None:
    templates = copy.deepcopy(dict(managed.templates))
    workspace = managed.only(WORKSPACE)
    templates["MonitoringStack"]["Resources"][workspace.logical_id]["Properties"][name] = value
    assert judge(allowed, replace(managed, templates=templates))[workspace.logical_id] is not Status.PASS


def test_a_role_that_reads_logs_too_is_found(managed: Assembly) -> None:
    templates: dict[str, Any] = copy.deepcopy(dict(managed.templates))
    policy = next(each for each in managed.of_type("AWS::IAM::ManagedPolicy") if "GrafanaWorkspace" in str(each.path))
    body = templates["MonitoringStack"]["Resources"][policy.logical_id]["Properties"]["PolicyDocument"]
    body["Statement"][0]["Action"].append("logs:StartQuery")
    assert judge(permissions, replace(managed, templates=templates))[policy.logical_id] is not Status.PASS
