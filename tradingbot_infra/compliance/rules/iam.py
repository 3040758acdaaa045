"""Rules for IAM roles and policies."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tradingbot_infra.compliance.observe import is_function, listed, not_assessed, refers, seen
from tradingbot_infra.compliance.reading.github_trust import trusts_workflows
from tradingbot_infra.compliance.reading.people_trust import trusts_people
from tradingbot_infra.compliance.reading.policy_documents import (
    IDENTITY_POLICIES,
    Statement,
    actions,
    each_allowed,
    identity_documents,
    principals,
    resources,
)
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import Assembly, Resource

ROLE = "AWS::IAM::Role"
GROUP = "AWS::IAM::Group"
USER = "AWS::IAM::User"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
POLICY = "AWS::IAM::Policy"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"

_IDENTITIES = (ROLE, GROUP, USER)
_ADMIN_POLICIES = frozenset({"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"})
_SHELL_POLICY = "AWSCloudShellFullAccess"
_POLICY_NAME = re.compile(r":policy/(?:[\w+=,.@-]+/)*([\w+=,.@-]+)$")

_WITHOUT_SOURCE = frozenset(f"Service:{service}.amazonaws.com" for service in ("backup", "chatbot", "cloudtrail", "ec2", "ecs", "lambda"))
"""Services whose documentation has no aws:SourceAccount for a role that they assume (AWS Backup Developer Guide, "IAM service roles"; AWS
Chatbot Administrator Guide, "IAM policies"; CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for
monitoring"; EC2 User Guide, "IAM roles for Amazon EC2"; ECS Developer Guide, "Amazon ECS infrastructure IAM role for load balancers";
Lambda Developer Guide, "Defining Lambda function permissions with an execution role")."""

_STATEMENT = ("Action", "NotAction", "Resource", "NotResource")

_SENDS_TELEMETRY = {"cloudwatch:PutMetricData", "xray:PutSpans", "xray:PutSpansForIndexing", "xray:PutTraceSegments"}
"""What the application sends about itself; each only adds, and none reads."""


@rule(
    "iam.no_star_admin",
    *IDENTITY_POLICIES,
    GROUP,
    USER,
    title="No policy allows all actions on all resources",
    fix="Name actions and resources, and attach no AWS administrator policy.",
)
def no_star_admin(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _each_statement(resource, _is_no_admin, "named actions, or named resources", assembly)
    yield from _attached(resource, _ADMIN_POLICIES, "no administrator policy of AWS", assembly)


@rule(
    "iam.no_full_service",
    *IDENTITY_POLICIES,
    title="Policies name actions and resources, never a whole service",
    fix=(
        "List the actions and the ARNs (a shell, `enable_execute_command`, needs more); where an action has no resource level, "
        "record an exception."
    ),
)
def no_full_service(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _each_statement(resource, _names_what_it_allows, "named actions on named resources", assembly)


@rule(
    "iam.no_inline",
    *_IDENTITIES,
    POLICY,
    "AWS::IAM::RolePolicy",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::UserPolicy",
    title="Permissions are in managed policies, not inline",
    fix="Grant to a `ManagedPolicy` and pass the role on with `without_policy_updates()`.",
)
def no_inline(resource: Resource, _: Assembly) -> Iterator[Observation]:
    if resource.type not in _IDENTITIES:
        yield seen("Type", resource.type, False, "a managed policy")
        return
    inline = resource.properties.get("Policies")
    if is_function(inline):
        yield not_assessed("Properties.Policies", inline, "none")
    else:
        yield seen("Properties.Policies", [policy.get("PolicyName") for policy in listed(inline)], not inline, "none")


@rule(
    "iam.no_users",
    USER,
    GROUP,
    "AWS::IAM::AccessKey",
    title="No users, groups or access keys are declared",
    fix="Let people sign in through an identity provider, and programs use roles.",
)
def no_users(resource: Resource, _: Assembly) -> Iterator[Observation]:
    yield seen("Type", resource.type, False, "a role")


@rule(
    "iam.no_cloudshell",
    *_IDENTITIES,
    title="Nobody gets unrestricted CloudShell",
    fix=f"Remove {_SHELL_POLICY} from the managed policies.",
)
def no_cloudshell(identity: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield from _attached(identity, frozenset({_SHELL_POLICY}), f"not {_SHELL_POLICY}", assembly)


@rule(
    "iam.trust",
    ROLE,
    title="A role is assumed by one service on behalf of this account, by people of it with MFA, or by workflows of one GitHub repository, "
    "branch and environment",
    fix=(
        "Name a single service principal with a condition on aws:SourceAccount, or this account with aws:MultiFactorAuthPresent. "
        "For GitHub name its provider, and ask by StringEquals for the audience, the branch, and "
        " subjects that the settings of the section Delivery make."
    ),
)
def trust(role: Resource, assembly: Assembly) -> Iterator[Observation]:
    document = role.properties.get("AssumeRolePolicyDocument")
    where, here = "Properties.AssumeRolePolicyDocument", ThisAccount.of(role, assembly)
    elements = ("Action", "NotAction", "Principal", "NotPrincipal", "Condition")
    expected = "one service, tied to this account, people with MFA, or GitHub's provider with audience, branch and subjects of the settings"

    def holds(statement: Statement) -> bool:
        return _trusts_one_service(statement, here) or trusts_workflows(statement, assembly) or trusts_people(statement, here)

    yield from each_allowed(where, document, elements, holds, expected, assembly)


@rule(
    "iam.separate_roles",
    TASK_DEFINITION,
    title="The execution role and the task role are separate, each with the permissions that it needs",
    fix="Give the task definition its own execution role and task role, with customer managed policies by complete ARN.",
)
def separate_roles(task: Resource, assembly: Assembly) -> Iterator[Observation]:
    for name in ("ExecutionRoleArn", "TaskRoleArn"):
        yield refers(task, name, assembly, ROLE, expected="a role")
    execution, own = (assembly.referred(task.properties.get(name)) for name in ("ExecutionRoleArn", "TaskRoleArn"))
    if execution and own:
        yield seen("Properties.TaskRoleArn", task.properties["TaskRoleArn"], execution != own, "another role than ExecutionRoleArn")
        named = _named_secrets(task)
        yield from _role(execution, lambda statement: _only_starts(statement, named), "image, log and the secrets of the task", assembly)
        yield from _role(own, _only_runs, "secrets by complete ARN, no permission to start tasks", assembly)


def _each_statement(
    resource: Resource, holds: Callable[[Statement], bool], expected: str, assembly: Assembly, *, label: str = ""
) -> Iterator[Observation]:
    for where, document in identity_documents(resource):
        yield from each_allowed(f"{label}{where}", document, _STATEMENT, holds, expected, assembly)


def _attached(identity: Resource, refused: frozenset[str], expected: str, assembly: Assembly) -> Iterator[Observation]:
    """Whether none of the managed policies of an identity is forbidden; a policy that these stacks declare is not one of AWS's."""
    arns = identity.properties.get("ManagedPolicyArns")
    for number, arn in enumerate(listed(arns)):
        name = _POLICY_NAME.search(_text(arn))
        where = f"Properties.ManagedPolicyArns[{number}]"
        if name or assembly.referred(arn):
            yield seen(where, arn, not name or name[1] not in refused, expected)
        else:
            yield not_assessed(where, arn, expected)
    if not arns and identity.type in _IDENTITIES:
        yield seen("Properties.ManagedPolicyArns", arns, True, expected)


def _text(arn: Any) -> str:
    """The text of an ARN; empty for a function, whose result only CloudFormation knows."""
    return arn if isinstance(arn, str) else ""


def _is_no_admin(statement: Statement) -> bool:
    everything = "NotAction" in statement or any(action in ("*", "*:*") for action in actions(statement))
    return not (everything and ("NotResource" in statement or "*" in resources(statement)))


def _names_what_it_allows(statement: Statement) -> bool:
    if "NotAction" in statement or "NotResource" in statement:
        return False
    whole_service = any(action == "*" or action.endswith(":*") for action in actions(statement))
    return not whole_service and not any(_is_everything(name) for name in resources(statement))


def _is_everything(name: str) -> bool:
    """A wildcard alone, or one for all resources of a service, such as `arn:aws:s3:::*`."""
    parts = re.sub(r"\$\{[^}]*\}", "x", name).split(":", 5)
    return not name.strip("*") or (len(parts) == 6 and not parts[5].strip("*:/"))


def _trusts_one_service(statement: Statement, here: ThisAccount) -> bool:
    trusted = principals(statement)
    if len(trusted) != 1 or not trusted[0].startswith("Service:") or here.is_for_others(statement):
        return False
    return trusted[0] in _WITHOUT_SOURCE or here.is_tied_by(statement, "aws:sourceaccount", "aws:sourcearn")


def _role(role: Resource, holds: Callable[[Statement], bool], expected: str, assembly: Assembly) -> Iterator[Observation]:
    """Every statement of a role: inline, in policies that it names, in policies that name it."""
    policies = [role]
    for arn in listed(role.properties.get("ManagedPolicyArns")):
        policy = assembly.referred(arn)
        if policy:
            policies.append(policy)
        else:
            yield _foreign(f"{role.logical_id}.Properties.ManagedPolicyArns", arn)
    attaching = (policy for policy in assembly.of_type(MANAGED_POLICY, POLICY) if role in _roles_of(policy, assembly))
    for policy in [*policies, *(policy for policy in attaching if policy not in policies)]:
        yield from _each_statement(policy, holds, expected, assembly, label=f"{policy.logical_id}.")


def _foreign(where: str, arn: Any) -> Observation:
    """An AWS managed policy allows more than any one role needs; a policy of another stack cannot be read here."""
    expected = "customer managed policies of these stacks"
    of_aws = ":iam::aws:policy/" in _text(arn)
    return seen(where, arn, False, expected) if of_aws else not_assessed(where, arn, expected)


def _roles_of(policy: Resource, assembly: Assembly) -> list[Resource | None]:
    return [assembly.referred(name) for name in listed(policy.properties.get("Roles"))]


def _named_secrets(task: Resource) -> set[str]:
    """The secrets that a task definition's containers name, without the field that may follow an ARN."""
    containers = listed(task.properties.get("ContainerDefinitions"))
    values = [str(secret.get("ValueFrom")) for container in containers for secret in listed(container.get("Secrets"))]
    return {value.partition("}")[0] + "}" if value.startswith("${") else ":".join(value.split(":")[:7]) for value in values}


def _services(statement: Statement) -> set[str]:
    return {action.partition(":")[0] for action in actions(statement)}


def _names_both(statement: Statement) -> bool:
    """Whether it says what it allows, and on what. All but something names nothing, and nothing is a part of every list."""
    return bool(actions(statement) and resources(statement)) and not {"NotAction", "NotResource"} & set(statement)


def _only_starts(statement: Statement, named: set[str]) -> bool:
    if not _names_both(statement):
        return False
    if actions(statement) == ["ecr:GetAuthorizationToken"]:
        return True
    known = _services(statement) <= {"ecr", "kms", "logs", "secretsmanager"}
    of_the_task = "secretsmanager" not in _services(statement) or set(resources(statement)) <= named
    return known and of_the_task and not any("*" in name for name in resources(statement))


def _only_runs(statement: Statement) -> bool:
    if not _names_both(statement):
        return False
    # A shell needs channels on all resources, and telemetry has none; iam.no_full_service judges that.
    if _services(statement) == {"ssmmessages"} or set(actions(statement)) <= _SENDS_TELEMETRY:
        return True
    return _services(statement) <= {"kms", "secretsmanager"} and not any("*" in name for name in resources(statement))
