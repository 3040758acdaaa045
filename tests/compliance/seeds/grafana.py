"""Somebody lets others into the workspace of Grafana, or has it read more than metrics and traces of this account."""

from collections.abc import Mapping

from tests.compliance.seeds.faults import OTHER_ACCOUNT, Seeds, Templates, adds, appends, both, drops, permits, removes, sets, states
from tests.compliance.seeds.observability import OBSERVED

MANAGED: Mapping[str, object] = {**OBSERVED, "managed_grafana": True}
"""Production's settings beside its own."""

_WORKSPACE, _ROLE, _POLICY = "AWS::Grafana::Workspace", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy"
_GRAFANA = "GrafanaWorkspaceRole"
_SAML = {"IdpMetadata": {"Url": "https://login.example.com/metadata"}, "AssertionAttributes": {"Role": "role"}}


def _of_any_region(templates: Templates) -> None:
    """The condition that names the region is taken from what Grafana reads."""
    for statement in templates.statements(_POLICY, _GRAFANA):
        del statement["Condition"]


def _one_more(templates: Templates) -> None:
    """A second workspace, like the first but for its name."""
    adds(_WORKSPACE, {**templates.body(_WORKSPACE)["Properties"], "Name": "another"}, stack="MonitoringStack")(templates)


SEEDS: Seeds = {
    # Who gets in
    "people of another identity provider get in": both(
        appends(_WORKSPACE, "AuthenticationProviders", "SAML"), sets(_WORKSPACE, "SamlConfiguration", _SAML)
    ),
    "people of another identity provider only": sets(_WORKSPACE, "AuthenticationProviders", ["SAML"]),
    "an identity provider is there for later": sets(_WORKSPACE, "SamlConfiguration", _SAML),
    "nobody says who gets in": drops(_WORKSPACE, "AuthenticationProviders"),
    # What it reads
    "the workspace reads every account of the organization": sets(_WORKSPACE, "AccountAccessType", "ORGANIZATION"),
    "the workspace reads a unit of the organization": sets(_WORKSPACE, "OrganizationalUnits", ["ou-abcd-12345678"]),
    "the workspace makes permissions of its own": sets(_WORKSPACE, "PermissionType", "SERVICE_MANAGED"),
    "the workspace has a role of somebody else": sets(_WORKSPACE, "RoleArn", f"arn:aws:iam::{OTHER_ACCOUNT}:role/theirs"),
    "the workspace has another role of this account": sets(
        _WORKSPACE, "RoleArn", {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/tradingbot-ai-production-task"}
    ),
    "the workspace has no role": drops(_WORKSPACE, "RoleArn"),
    "the workspace sends to topics": sets(_WORKSPACE, "NotificationDestinations", ["SNS"]),
    "the workspace reads another source": sets(_WORKSPACE, "DataSources", ["ATHENA"]),
    "the workspace reaches into the network of the tasks": sets(
        _WORKSPACE, "VpcConfiguration", {"SubnetIds": ["subnet-0"], "SecurityGroupIds": ["sg-0"]}
    ),
    "the workspace is open to a network of somebody else": sets(
        _WORKSPACE, "NetworkAccessControl", {"PrefixListIds": ["pl-0123456789abcdef0"], "VpceIds": []}
    ),
    # What it is
    "nobody can install the plugin that asks in PromQL": sets(_WORKSPACE, "PluginAdminEnabled", False),
    "the workspace is too old to ask in PromQL": sets(_WORKSPACE, "GrafanaVersion", "10.4"),
    "the workspace has whatever version": drops(_WORKSPACE, "GrafanaVersion"),
    "the workspace has another name": sets(_WORKSPACE, "Name", "another"),
    "there is no workspace": removes(_WORKSPACE),
    "there is one workspace more": _one_more,
    # What its role may do
    "Grafana queries logs": permits(_GRAFANA, "logs:StartQuery"),
    "Grafana reads secrets": permits(_GRAFANA, "secretsmanager:GetSecretValue"),
    "Grafana silences alarms": permits(_GRAFANA, "cloudwatch:DisableAlarmActions"),
    "Grafana reads metrics of every region": _of_any_region,
    "Grafana has a policy of AWS too": appends(
        _ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/service-role/AmazonGrafanaCloudWatchAccess", of=_GRAFANA
    ),
    "Grafana of any account has the role": drops(_ROLE, "AssumeRolePolicyDocument/Statement/0/Condition", of=_GRAFANA),
    "another account has the role": states(_ROLE, _GRAFANA, {"Action": "sts:AssumeRole", "Principal": {"AWS": OTHER_ACCOUNT}}),
    "another service has the role": sets(
        _ROLE, "AssumeRolePolicyDocument/Statement/0/Principal", {"Service": "ec2.amazonaws.com"}, of=_GRAFANA
    ),
}
