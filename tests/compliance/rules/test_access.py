"""Who may do what, by list: every environment fits its rows, and each fault on finished templates does not."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tests.conftest import Synthesize
from tradingbot_infra.compliance.rules import access, ecr
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import STACK_TYPE, Assembly

Templates = dict[str, Any]
Fault = Callable[[Templates], object]

ROLE, MANAGED, KEY = "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::KMS::Key"
TOPIC_POLICY, BUCKET_POLICY, LOGS_POLICY = "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy", "AWS::Logs::ResourcePolicy"
TRUST = "AssumeRolePolicyDocument"
OTHER = "arn:aws:iam::999988887777:root"
FROM_OTHER = {"StringEquals": {"aws:SourceAccount": "999988887777"}}
FROM_HERE = {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
KEY_ARN = "arn:aws:kms:ap-southeast-2:111122223333:key/12345678-1234-1234-1234-123456789012"
ADOPTED = "arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:tradingbot-ai/production/secret-key-AbCd12"

VARIANTS: list[tuple[str, dict[str, object]]] = [
    ("production", {"ecr_pull_accounts": "111122223333,444455556666", "alarm_emails": "desk@example.com"}),
    ("production", {"waf": False, "alb_access_logs": False, "backup_plan": False, "enable_redis": False}),
    ("production", {"adopt_secret_arns": ADOPTED, "adopt_secrets_key_arn": KEY_ARN, "db_monitoring_interval_seconds": 0}),
    ("staging", {"db_credentials": "self-managed", "nat_type": "instance", "nat_gateways": 2, "enable_redis": True}),
    (
        "staging",
        {"enable_redis": True, "redis_transit_encryption": False, "enable_execute_command": True, "readonly_root_filesystem": False},
    ),
]
"""Settings that change who may do what."""


def document(**statement: object) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


def found(templates: Templates, resource_type: str, part: str) -> dict[str, Any]:
    """The first resource of a type whose logical id has a part."""
    bodies = (body for template in templates.values() for name, body in template["Resources"].items() if part in name)
    return dict(next(body for body in bodies if body["Type"] == resource_type))


def of(resource_type: str, part: str, **properties: object) -> Fault:
    return lambda templates: found(templates, resource_type, part)["Properties"].update(properties)


def statement(resource_type: str, part: str, number: int, field: str = "PolicyDocument", **elements: object) -> Fault:
    """Elements of a statement replaced; None takes one away."""

    def change(templates: Templates) -> None:
        changed = found(templates, resource_type, part)["Properties"][field]["Statement"][number]
        changed.update(elements)
        for name in [name for name, value in elements.items() if value is None]:
            del changed[name]

    return change


def more(resource_type: str, part: str, field: str = "PolicyDocument", **elements: object) -> Fault:
    added = {"Effect": "Allow", "Resource": "*", **elements}
    return lambda templates: found(templates, resource_type, part)["Properties"][field]["Statement"].append(added)


def less(resource_type: str, part: str, number: int) -> Fault:
    return lambda templates: found(templates, resource_type, part)["Properties"]["PolicyDocument"]["Statement"].pop(number)


def new(stack: str, resource_type: str, **properties: object) -> Fault:
    return lambda templates: templates[stack]["Resources"].update(Rogue={"Type": resource_type, "Properties": properties})


def without(stack: str, part: str) -> Fault:
    return lambda templates: templates[stack]["Resources"].pop(next(name for name in templates[stack]["Resources"] if part in name))


ACCESS = (access.permissions, access.resource_policies, access.boundaries, access.this_account)


def statuses(assembly: Assembly) -> set[Status]:
    return {status for rule in ACCESS for status in judge(rule, assembly).values()}


OF_ROLES: dict[str, Fault] = {
    "the role of the flow log deletes its log": more(MANAGED, "FlowLogRole", Action="logs:DeleteLogGroup"),
    "the role of the flow log writes every log": statement(MANAGED, "FlowLogRole", 0, Resource="*"),
    "the role of the flow log has nothing left": less(MANAGED, "FlowLogRole", 0),
    "the backup role deletes instances": more(MANAGED, "BackupRole", Action="rds:DeleteDBInstance"),
    "the monitoring role attaches policies": more(MANAGED, "MonitoringRole", Action="iam:AttachRolePolicy"),
    "the task deletes secrets": statement(MANAGED, "TaskRole", 0, Action=["secretsmanager:GetSecretValue", "secretsmanager:DeleteSecret"]),
    "the task decrypts by itself": statement(MANAGED, "TaskRole", 1, Condition=None),
    "the task decrypts if a service is named": statement(
        MANAGED, "TaskRole", 1, Condition={"StringEqualsIfExists": {"kms:ViaService": "secretsmanager.ap-southeast-2.amazonaws.com"}}
    ),
    "the task may do all but one thing": statement(MANAGED, "TaskRole", 1, Action=None, NotAction="iam:*"),
    "the task decrypts with all but one key": statement(MANAGED, "TaskRole", 1, Resource=None, NotResource="x"),
    "starting a task pushes images": statement(MANAGED, "ExecutionRole", 1, Action=["ecr:PutImage", "ecr:BatchGetImage"]),
    "replacing tasks reads the password": more(MANAGED, "PasswordRolloutRole", Action="secretsmanager:GetSecretValue"),
    "an action in other letters": more(MANAGED, "TaskRole", Action="SecretsManager:PutSecretValue"),
    "a policy of AWS": of(ROLE, "TaskRole", ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    "the policy of another role": of(ROLE, "TaskRole", ManagedPolicyArns=[{"Ref": "ExecutionRolePolicy79A7F477"}]),
    "a policy inside a role": of(ROLE, "TaskRole", Policies=[{"PolicyName": "x", "PolicyDocument": document(Action="a:B", Resource="x")}]),
    "a policy that chooses its role": of(MANAGED, "ExecutionRole", Roles=[{"Ref": "TaskRole1BACB6E0"}]),
    "another policy of a role": new("ServiceStack", "AWS::IAM::RolePolicy", PolicyDocument=document(Action="s3:GetObject", Resource="x")),
    "permissions of a group": new("ServiceStack", "AWS::IAM::GroupPolicy", PolicyDocument=document(Action="s3:GetObject", Resource="x")),
    "a policy that no row knows": new("ServiceStack", MANAGED, PolicyDocument=document(Action="s3:GetObject", Resource="x")),
    "a role that no row knows": new(
        "ServiceStack", ROLE, AssumeRolePolicyDocument=document(Action="sts:AssumeRole", Principal={"Service": "ecs-tasks.amazonaws.com"})
    ),
    "a role that is gone": without("NetworkStack", "FlowLogRolePolicy"),
    "trust in another account": statement(ROLE, "TaskRole", 0, TRUST, Principal={"AWS": OTHER}),
    "trust in another service": statement(ROLE, "TaskRole", 0, TRUST, Principal={"Service": "lambda.amazonaws.com"}),
    "trust on behalf of another account": statement(ROLE, "TaskRole", 0, TRUST, Condition=FROM_OTHER),
    "trust on behalf of anyone who does not say": statement(ROLE, "TaskRole", 0, TRUST, Condition={"StringEqualsIfExists": FROM_HERE}),
    "trust on behalf of two accounts": statement(
        ROLE, "TaskRole", 0, TRUST, Condition={"StringEquals": {"aws:SourceAccount": [{"Ref": "AWS::AccountId"}, "999988887777"]}}
    ),
    "trust in an identity provider": more(
        ROLE,
        "TaskRole",
        TRUST,
        Action="sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": "arn:aws:iam::111122223333:oidc-provider/x"},
    ),
    "another version of the policy language": lambda templates: found(templates, MANAGED, "FlowLogRole")["Properties"][
        "PolicyDocument"
    ].update(Version="2008-10-17"),
}

OF_RESOURCES: dict[str, Fault] = {
    "a key for another account": more(KEY, "SecretsKey", "KeyPolicy", Action="kms:Decrypt", Principal={"AWS": OTHER}),
    "a key for anyone of another account": more(KEY, "SecretsKey", "KeyPolicy", Action="kms:Decrypt", Principal="*", Condition=FROM_OTHER),
    "a key for every action": statement(KEY, "SecretsKey", 0, "KeyPolicy", Action="kms:*"),
    "a key of logs without its encryption context": statement(KEY, "LogsKey", 1, "KeyPolicy", Condition=None),
    "a key of secrets for a service": more(
        KEY, "SecretsKey", "KeyPolicy", Action="kms:Decrypt", Principal={"Service": "logs.ap-southeast-2.amazonaws.com"}
    ),
    "a key with the policy of the service": lambda templates: found(templates, KEY, "SecretsKey")["Properties"].pop("KeyPolicy"),
    "a key that nobody administers": more(KEY, "SecretsKey", "KeyPolicy", Effect="Deny", Action="kms:*", Principal="*"),
    "a topic without TLS": less(TOPIC_POLICY, "AlarmTopic", 0),
    "a topic without TLS for others": statement(
        TOPIC_POLICY, "AlarmTopic", 0, Condition={"Bool": {"aws:SecureTransport": "false"}, "StringEquals": FROM_HERE}
    ),
    "a topic for subscribers of another account": more(
        TOPIC_POLICY, "AlarmTopic", Action="sns:Subscribe", Principal={"AWS": "*"}, Condition=FROM_OTHER
    ),
    "a topic for alarms of any account": statement(TOPIC_POLICY, "AlarmTopic", 1, Condition={"StringLike": {"aws:SourceAccount": "*"}}),
    "a topic whose policy is gone": without("MonitoringStack", "AlarmTopicPolicy"),
    "a bucket whose objects are deleted": less(BUCKET_POLICY, "AccessLogs", 2),
    "a bucket with old TLS": less(BUCKET_POLICY, "AccessLogs", 1),
    "a bucket for another account": more(BUCKET_POLICY, "AccessLogs", Action="s3:GetObject", Principal={"AWS": OTHER}),
    "a bucket for load balancers of every account": statement(BUCKET_POLICY, "AccessLogs", 3, Resource="arn:aws:s3:::logs/*"),
    "a log group for anyone": of(
        LOGS_POLICY, "ScanResults", PolicyDocument=json.dumps(document(Action="logs:*", Principal="*", Resource="*"))
    ),
    "images for an account that no setting names": of(
        "AWS::ECR::Repository", "Repository", RepositoryPolicyText=document(Action="ecr:BatchGetImage", Principal={"AWS": OTHER})
    ),
    "a vault for copies to other accounts": of(
        "AWS::Backup::BackupVault", "BackupVault", AccessPolicy=document(Action="backup:CopyFromBackupVault", Principal="*", Resource="*")
    ),
    "a log group with a policy of its own": of("AWS::Logs::LogGroup", "Container", ResourcePolicyDocument=document(Action="logs:*")),
    "a secret for another account": new(
        "DataStack", "AWS::SecretsManager::ResourcePolicy", ResourcePolicy=document(Action="secretsmanager:GetSecretValue", Principal=OTHER)
    ),
    "a queue with a policy": new("DataStack", "AWS::SQS::QueuePolicy", PolicyDocument=document(Action="sqs:*", Principal="*")),
    "a bus for another account": new("DataStack", "AWS::Events::EventBusPolicy", Statement=document(Principal=OTHER)["Statement"][0]),
    "a function for another account": new("NetworkStack", "AWS::Lambda::Permission", Principal="999988887777"),
}


def test_every_environment_fits_its_rows(assembly: Assembly) -> None:
    beyond = {(rule.id, name) for rule in ACCESS for name, status in judge(rule, assembly).items() if status is not Status.PASS}
    # The ledger has what the function that sets the account may do (account-function-sets-the-account).
    assert all(rule == "access.boundaries" and name.startswith("DefaultsRolePolicy") for rule, name in beyond), beyond


@pytest.mark.parametrize(("environment_name", "overrides"), VARIANTS, ids=str)
def test_settings_that_change_who_may_do_what_change_the_rows(
    environment_name: str, overrides: dict[str, object], synthesize: Synthesize
) -> None:
    assert statuses(synthesize(environment_name, **overrides)) == {Status.PASS}


@pytest.mark.parametrize("fault", OF_ROLES)
def test_a_role_may_do_nothing_beyond_its_row(fault: str, production: Assembly) -> None:
    assert Status.FAIL in judge(access.permissions, _with(OF_ROLES[fault], production)).values()


@pytest.mark.parametrize("fault", OF_RESOURCES)
def test_a_resource_is_open_to_nobody_beyond_its_row(fault: str, production: Assembly) -> None:
    assert Status.FAIL in judge(access.resource_policies, _with(OF_RESOURCES[fault], production)).values()


def test_accounts_of_the_setting_pull_images_and_no_other(synthesize: Synthesize) -> None:
    assembly = synthesize("production", ecr_pull_accounts="111122223333")
    fault = statement("AWS::ECR::Repository", "Repository", 0, "RepositoryPolicyText", Principal={"AWS": OTHER})
    assert judge(access.resource_policies, _with(fault, assembly))["Repository"] is Status.FAIL


def test_a_statement_may_be_written_in_parts_and_in_any_order(production: Assembly) -> None:
    def split(templates: Templates) -> None:
        own = found(templates, MANAGED, "FlowLogRole")["Properties"]["PolicyDocument"]
        (whole,) = own["Statement"]
        own["Statement"] = [{**whole, "Sid": f"Part{number}", "Action": action} for number, action in enumerate(reversed(whole["Action"]))]

    assert set(judge(access.permissions, _with(split, production)).values()) == {Status.PASS}


def test_the_number_of_the_account_is_the_account(production: Assembly) -> None:
    written = json.dumps(dict(production.templates)).replace('{"Ref": "AWS::AccountId"}', '"111122223333"')
    stacks = {name: replace(stack, account="111122223333") for name, stack in production.stacks.items()}
    numbered = replace(production, templates=json.loads(written), stacks=stacks)
    assert statuses(numbered) == {Status.PASS}
    elsewhere = {name: replace(stack, account="999988887777") for name, stack in stacks.items()}
    assert Status.FAIL in statuses(replace(numbered, stacks=elsewhere))


def test_what_only_cloudformation_decides_is_not_assessed(production: Assembly) -> None:
    fault = statement(MANAGED, "FlowLogRole", 0, Resource={"Fn::If": ["Wide", "*", "x"]})
    assert judge(access.permissions, _with(fault, production))["VpcFlowLogRolePolicyE9FA2143"] is Status.NOT_ASSESSED


def test_without_settings_nothing_is_listed() -> None:
    assembly = assembly_of({"Role": resource(ROLE), "Key": resource(KEY)})
    assert judge(access.permissions, assembly)["Role"] is Status.NOT_ASSESSED
    assert judge(access.resource_policies, assembly)["Key"] is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("secretsmanager:GetSecretValue", Status.PASS),
        ("secretsmanager:deletesecret", Status.FAIL),
        ("secretsmanager:*", Status.FAIL),
        ("*Secret", Status.FAIL),
        ("*:DeleteLogGroup", Status.FAIL),
        ("kms:Schedule*", Status.FAIL),
        ("kms:PutKeyPolicy", Status.FAIL),
        ("iam:PassRole", Status.FAIL),
        ("iam:Get*", Status.FAIL),
        ("iam:GetRole", Status.PASS),
        ("iam:SimulatePrincipalPolicy", Status.PASS),
        (["iam:GetRole", "iam:CreateAccessKey"], Status.FAIL),
        ("rds:*Instance", Status.FAIL),
        ("sts:AssumeRole", Status.FAIL),
        ("*", Status.FAIL),
        (["logs:PutLogEvents", "logs:DeleteLogStream"], Status.FAIL),
        ("cloudtrail:UpdateTrail", Status.FAIL),
        ("cloudtrail:GetTrailStatus", Status.PASS),
        ("config:StopConfigurationRecorder", Status.FAIL),
        ("config:DescribeConfigRules", Status.PASS),
        ("guardduty:DeleteDetector", Status.FAIL),
        ("guardduty:UpdateDetector", Status.FAIL),
        ("guardduty:ListFindings", Status.PASS),
        ("securityhub:DisableSecurityHub", Status.FAIL),
        ("securityhub:GetFindings", Status.PASS),
        ("access-analyzer:CreateArchiveRule", Status.FAIL),
        ("inspector2:Disable", Status.FAIL),
    ],
)
@pytest.mark.parametrize("resource_type", ["AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy"])
def test_boundaries_hold_whatever_the_rows_say(resource_type: str, action: object, status: Status) -> None:
    policy = resource(resource_type, {"PolicyDocument": document(Action=action, Resource="x")})
    assert judge(access.boundaries, assembly_of({"Policy": policy})) == {"Policy": status}


def test_no_role_may_do_everything_but_something() -> None:
    group = resource("AWS::IAM::Group", {"Policies": [{"PolicyDocument": document(NotAction="iam:*", Resource="x")}]})
    assert judge(access.boundaries, assembly_of({"Group": group})) == {"Group": Status.FAIL}


@pytest.mark.parametrize(
    ("elements", "status"),
    [
        ({"Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}}, Status.PASS),
        ({"Principal": {"AWS": "111122223333"}}, Status.PASS),
        ({"Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}, Status.PASS),
        ({"Principal": {"Service": "events.amazonaws.com"}}, Status.PASS),
        ({"Principal": "*", "Condition": {"StringEquals": FROM_HERE}}, Status.PASS),
        ({"Principal": {"AWS": OTHER}}, Status.FAIL),
        ({"Principal": {"AWS": ["111122223333", "999988887777"]}}, Status.FAIL),
        ({"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}}, Status.FAIL),
        ({"Principal": {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}}, Status.FAIL),
        ({"NotPrincipal": {"AWS": OTHER}, "Condition": {"StringEquals": FROM_HERE}}, Status.FAIL),
        ({"Principal": "*"}, Status.FAIL),
        ({"Principal": "*", "Condition": FROM_OTHER}, Status.FAIL),
        ({"Principal": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}}, Status.FAIL),
        ({"Principal": {"Service": "events.amazonaws.com"}, "Condition": FROM_OTHER}, Status.FAIL),
        (
            {"Principal": {"Service": "events.amazonaws.com"}, "Condition": {"StringEqualsIfExists": FROM_OTHER["StringEquals"]}},
            Status.FAIL,
        ),
        ({"Principal": {"AWS": {"Ref": "Somebody"}}}, Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("resource_type", sorted({*access.RESOURCE_POLICIES} - {"AWS::Lambda::Permission"}))
def test_no_policy_of_any_type_lets_in_another_account(resource_type: str, elements: dict[str, object], status: Status) -> None:
    whole = document(Action="x:Y", Resource="*", **elements)
    field = access.RESOURCE_POLICIES[resource_type]
    value = whole["Statement"][0] if field == "Statement" else whole
    assembly = assembly_of({"Policy": resource(resource_type, {field: value}), "Role": resource("AWS::EC2::Subnet")})
    assert judge(access.this_account, assembly) == {"Policy": status}


def test_a_bus_may_name_its_principal_without_a_statement() -> None:
    policy = resource("AWS::Events::EventBusPolicy", {"StatementId": "x", "Principal": "999988887777", "Action": "events:PutEvents"})
    assert judge(access.this_account, assembly_of({"Policy": policy})) == {"Policy": Status.FAIL}


@pytest.mark.parametrize(("account", "status"), [("444455556666", Status.PASS), ("999988887777", Status.FAIL)])
def test_only_accounts_of_the_setting_are_no_strangers_to_images(account: str, status: Status) -> None:
    policy = document(Action="ecr:BatchGetImage", Principal={"AWS": f"arn:aws:iam::{account}:root"})
    bodies = {"Images": resource("AWS::ECR::Repository", {"RepositoryPolicyText": policy})}
    config = load_config("production", {"ecr_pull_accounts": "444455556666"})
    assembly = replace(assembly_of(bodies), config=config)
    assert judge(access.this_account, assembly) == judge(ecr.private, assembly) == {"Images": status}


def test_every_row_is_about_a_resource(production: Assembly) -> None:
    stacks = production.of_type(STACK_TYPE)
    observations = [
        each for stack in stacks for rule in (access.permissions, access.resource_policies) for each in rule.judge(stack, production)
    ]
    assert len(observations) > 20
    assert {each.status for each in observations} == {Status.PASS}


def _with(fault: Fault, assembly: Assembly) -> Assembly:
    templates = copy.deepcopy(dict(assembly.templates))
    fault(templates)
    return replace(assembly, templates=templates)
