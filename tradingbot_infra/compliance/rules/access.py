"""Rules for who may do what, over policy documents of every type: by list, within boundaries, for this account only."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from tradingbot_infra.compliance.access.reading import compare, entries, is_of
from tradingbot_infra.compliance.access.row import Entry
from tradingbot_infra.compliance.observe import not_assessed, seen
from tradingbot_infra.compliance.reading.policy_documents import (
    IDENTITY_POLICIES,
    Statement,
    actions,
    each_allowed,
    identity_documents,
    is_open_to_anyone,
)
from tradingbot_infra.compliance.reading.this_account import OF_THE_CALLER, ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import STACK_TYPE, Assembly, Resource

INSTANCE_PROFILE = "AWS::IAM::InstanceProfile"
ROLE = "AWS::IAM::Role"

_EVENT_BUS_POLICY = "AWS::Events::EventBusPolicy"
_PERMISSION = "AWS::Lambda::Permission"

_GRANTING = ("AssumeRolePolicyDocument", "PolicyDocument", "Policies", "ManagedPolicyArns", "Roles", "Groups", "Users")
"""Properties by which an identity gets permissions, and others get the identity."""

RESOURCE_POLICIES = {
    "AWS::Backup::BackupVault": "AccessPolicy",
    "AWS::EC2::VPCEndpoint": "PolicyDocument",
    "AWS::ECR::RegistryPolicy": "PolicyText",
    "AWS::ECR::Repository": "RepositoryPolicyText",
    "AWS::EFS::FileSystem": "FileSystemPolicy",
    _EVENT_BUS_POLICY: "Statement",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::KMS::ReplicaKey": "KeyPolicy",
    _PERMISSION: "Principal",
    "AWS::Logs::LogGroup": "ResourcePolicyDocument",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
    "AWS::S3::AccessPoint": "Policy",
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
}
"""Types with a policy that says who uses a resource, and the property that has it."""

_BOUNDARIES = (
    "access-analyzer:CreateArchiveRule",
    "access-analyzer:DeleteAnalyzer",
    "access-analyzer:UpdateArchiveRule",
    "account:*",
    "cloudtrail:Delete*",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:Delete*",
    "config:PutConfigurationRecorder",
    "config:PutDeliveryChannel",
    "config:StopConfigurationRecorder",
    "guardduty:Delete*",
    "guardduty:Update*",
    "iam:*",
    "inspector2:Disable",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "lambda:UpdateFunctionCode*",
    "logs:DeleteLogGroup",
    "logs:DeleteLogStream",
    "logs:DeleteRetentionPolicy",
    "logs:PutSubscriptionFilter",
    "organizations:*",
    "rds:DeleteDBInstance*",
    "rds:ModifyDB*",
    "s3:DeleteBucket*",
    "s3:PutBucket*",
    "secretsmanager:DeleteSecret",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecret",
    "securityhub:BatchDisableStandards",
    "securityhub:Disable*",
    "securityhub:UpdateStandardsControl",
    "sts:*",
)
"""Actions by which a role would give itself or others more, destroy secrets, keys, data or logs, or blind what watches the account."""

_READS = frozenset(
    {
        "iam:GetAccountPasswordPolicy",
        "iam:GetAccountSummary",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListEntitiesForPolicy",
        "iam:ListRolePolicies",
        "iam:ListServerCertificates",
        "iam:SimulatePrincipalPolicy",
    }
)
"""Actions of IAM that give nobody anything: `verify` reads by them what roles may do and how the account stands. Each by its whole name."""


@rule(
    "access.permissions",
    *IDENTITY_POLICIES,
    INSTANCE_PROFILE,
    STACK_TYPE,
    title="Every role is assumed by whom, and may do what, the design lists, no more and no less",
    fix="Take the permission away again. If the design needs it, add it to the row of the role in compliance/access/.",
)
def permissions(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _by_list(resource, _GRANTING, assembly, of_identities=True)


@rule(
    "access.resource_policies",
    *RESOURCE_POLICIES,
    STACK_TYPE,
    title="Every policy of a key, bucket, topic, repository or log group has the statements that the design lists, no more and no less",
    fix="Restore the statement, or take it away. If the design needs it, change the row of the policy in compliance/access/.",
)
def resource_policies(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _by_list(resource, [RESOURCE_POLICIES.get(resource.type, "")], assembly, of_identities=False)


@rule(
    "access.boundaries",
    *IDENTITY_POLICIES,
    title="No role changes permissions or policies, or destroys secrets, keys, data or logs, whatever the design lists",
    fix="Remove the action; people do this with permissions of their own.",
)
def boundaries(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    expected = "no action that nobody's role needs"
    for where, document in identity_documents(resource):
        yield from each_allowed(where, document, ("Action", "NotAction"), _is_within_boundaries, expected, assembly)


@rule(
    "access.this_account",
    *RESOURCE_POLICIES,
    ROLE,
    title="No policy lets in another account, an unknown one, or a service on behalf of another",
    fix="Name identities of this account, and this account in the condition; setting ecr_pull_accounts names accounts that pull images.",
)
def this_account(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    field = "AssumeRolePolicyDocument" if resource.type == ROLE else RESOURCE_POLICIES[resource.type]
    expected = "identities of this account, its provider for GitHub, services, or anyone of this account"
    here, others = ThisAccount.of(resource, assembly), _named_by_settings(resource, assembly)
    document = {"Statement": _of_bus(resource)} if resource.type == _EVENT_BUS_POLICY else resource.properties.get(field)
    elements = ("Principal", "NotPrincipal", "Condition")
    if resource.type != _PERMISSION:  # no document; lambda.private judges it
        where = f"Properties.{field}"
        yield from each_allowed(
            where, document, elements, lambda statement: _is_for_this_account(statement, here, others), expected, assembly
        )


def _named_by_settings(resource: Resource, assembly: Assembly) -> tuple[str, ...]:
    of_images = resource.type == "AWS::ECR::Repository" and assembly.config
    return assembly.config.registry.ecr_pull_accounts if of_images and assembly.config else ()


def _of_bus(policy: Resource) -> Mapping[str, Any]:
    """The statement of an event bus's policy, which may also be in the properties themselves."""
    whole = policy.properties.get("Statement")
    return whole or {"Effect": "Allow", "Principal": {"AWS": policy.properties.get("Principal")}}


def _is_for_this_account(statement: Statement, here: ThisAccount, others: tuple[str, ...]) -> bool:
    if here.is_for_others(statement):
        return False
    if is_open_to_anyone(statement):
        return "NotPrincipal" not in statement and here.is_tied_by(statement, *OF_THE_CALLER)
    return here.admits_only_it(statement, *others)


def _by_list(resource: Resource, properties: Sequence[str], assembly: Assembly, *, of_identities: bool) -> Iterator[Observation]:
    if assembly.config is None:
        yield not_assessed("Properties", None, "settings, which say what the design lists")
        return
    rows = [entry for entry in entries(assembly, assembly.config) if entry.is_of_identity is of_identities]
    if resource.type == STACK_TYPE:
        yield from _declared(resource, rows, assembly)
        return
    own = {entry.field: entry for entry in rows if is_of(entry, resource)}
    for name in properties:
        if name in own:
            yield from compare(own[name], resource, assembly)
        elif name in resource.properties:
            yield seen(f"Properties.{name}", resource.properties[name], False, "none: no row of compliance/access is about it")


def _declared(stack: Resource, rows: Sequence[Entry], assembly: Assembly) -> Iterator[Observation]:
    """Whether everything that rows are about is declared."""
    for entry in rows:
        if entry.path.startswith(f"{stack.logical_id}/"):
            found = any(is_of(entry, resource) for resource in assembly.resources)
            yield seen(f"Resources[{entry.path}]", entry.field if found else None, found, entry.field)


def _is_within_boundaries(statement: Statement) -> bool:
    judged = [action for action in actions(statement) if action not in _READS]
    return "NotAction" not in statement and not any(_meet(action, limit) for action in judged for limit in _BOUNDARIES)


def _meet(action: str, limit: str) -> bool:
    """Whether both patterns name an action in common."""
    ours, theirs = action.lower(), limit.lower()
    return fnmatchcase(ours, theirs) or fnmatchcase(theirs.rstrip("*"), ours)
