"""Rules for IAM, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import iam
from tradingbot_infra.compliance.status import Status

TABLE = "arn:aws:dynamodb:ap-southeast-2:111122223333:table/orders"


def document(*statements: object) -> dict[str, object]:
    return {"Statement": list(statements)}


def allow(action: object, on: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": on}


def managed_policy(*statements: object, **properties: object) -> Body:
    return resource("AWS::IAM::ManagedPolicy", {"PolicyDocument": document(*statements), **properties})


def role(**properties: object) -> Body:
    return resource("AWS::IAM::Role", properties)


def of_aws(name: str) -> dict[str, object]:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{name}"}


EVERYTHING = allow("*", "*")
READS = allow(["dynamodb:GetItem"], TABLE)


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        (READS, Status.PASS),
        (allow("*", TABLE), Status.PASS),
        (allow("dynamodb:GetItem", "*"), Status.PASS),
        (EVERYTHING, Status.FAIL),
        (allow(["dynamodb:GetItem", "*:*"], [TABLE, "*"]), Status.FAIL),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, Status.FAIL),
        ({"Effect": "Allow", "Action": "*", "NotResource": TABLE}, Status.FAIL),
        ({**EVERYTHING, "Effect": "Deny"}, None),
        (allow({"Ref": "Action"}, "*"), Status.NOT_ASSESSED),
        (allow("*", {"Fn::ImportValue": "resource"}), Status.NOT_ASSESSED),
        ({**EVERYTHING, "Effect": {"Ref": "Effect"}}, Status.NOT_ASSESSED),
        ({"Fn::If": ["Wide", EVERYTHING, READS]}, Status.NOT_ASSESSED),
    ],
)
def test_no_policy_allows_everything(statement: object, status: Status | None) -> None:
    assert judge(iam.no_star_admin, assembly_of({"Policy": managed_policy(statement)})) == ({"Policy": status} if status else {})


@pytest.mark.parametrize("resource_type", ["AWS::IAM::Policy", "AWS::IAM::Role"])
def test_inline_policies_are_read_as_well(resource_type: str) -> None:
    inline = {"PolicyDocument": document(EVERYTHING), "Policies": [{"PolicyName": "Inline", "PolicyDocument": document(EVERYTHING)}]}
    assembly = assembly_of({"Holder": resource(resource_type, inline)})
    assert judge(iam.no_star_admin, assembly) == {"Holder": Status.FAIL}
    assert judge(iam.no_full_service, assembly) == {"Holder": Status.FAIL}


@pytest.mark.parametrize(
    ("arns", "status"),
    [
        (["arn:aws:iam::aws:policy/AdministratorAccess"], Status.FAIL),
        ([of_aws("PowerUserAccess")], Status.FAIL),
        (["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/IAMFullAccess"], Status.FAIL),
        ([of_aws("service-role/AWSLambdaBasicExecutionRole")], Status.PASS),
        ([{"Ref": "Policy"}], Status.PASS),
        ([], Status.PASS),
        (None, Status.PASS),
        ([{"Ref": "PolicyParameter"}], Status.NOT_ASSESSED),
        (
            [{"Fn::If": ["Prod", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"]}],
            Status.NOT_ASSESSED,
        ),
    ],
)
def test_no_administrator_policy_of_aws_is_attached(arns: object, status: Status) -> None:
    holder = role(**({} if arns is None else {"ManagedPolicyArns": arns}))
    assert judge(iam.no_star_admin, assembly_of({"Role": holder, "Policy": managed_policy()})) == {"Role": status}


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        (READS, Status.PASS),
        (allow("dynamodb:Get*", TABLE), Status.PASS),
        (allow("logs:PutLogEvents", {"Fn::GetAtt": ["Group", "Arn"]}), Status.PASS),
        (allow("dynamodb:GetItem", "arn:aws:dynamodb:ap-southeast-2:111122223333:table/*"), Status.PASS),
        (allow("dynamodb:*", TABLE), Status.FAIL),
        (allow(["dynamodb:GetItem", "*"], TABLE), Status.FAIL),
        (allow("ecr:GetAuthorizationToken", "*"), Status.FAIL),
        (allow("dynamodb:GetItem", [TABLE, "*"]), Status.FAIL),
        (allow("s3:GetObject", ["arn:aws:s3:::*"]), Status.FAIL),
        (allow("ec2:StopInstances", {"Fn::Join": ["", ["arn:aws:ec2:*:", {"Ref": "AWS::AccountId"}, ":*"]]}), Status.FAIL),
        ({"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": TABLE}, Status.FAIL),
        ({"Effect": "Allow", "Action": "dynamodb:GetItem", "NotResource": TABLE}, Status.FAIL),
        (allow("dynamodb:GetItem", {"Ref": "Table"}), Status.NOT_ASSESSED),
        (allow("dynamodb:GetItem", {"Fn::Join": ["", [{"Fn::ImportValue": "table"}, "/index/*"]]}), Status.NOT_ASSESSED),
    ],
)
def test_a_policy_names_actions_and_resources(statement: object, status: Status) -> None:
    assembly = assembly_of({"Policy": managed_policy(statement), "Group": resource("AWS::Logs::LogGroup")})
    assert judge(iam.no_full_service, assembly) == {"Policy": status}


def test_every_statement_is_observed_for_itself() -> None:
    assembly = assembly_of({"Policy": managed_policy(READS, EVERYTHING, READS)})
    observations = iam.no_full_service.judge(assembly.only("AWS::IAM::ManagedPolicy"), assembly)
    assert [observation.status for observation in observations] == [Status.PASS, Status.FAIL, Status.PASS]


@pytest.mark.parametrize(
    ("holder", "status"),
    [
        (role(), Status.PASS),
        (role(Policies=[]), Status.PASS),
        (role(Policies=[{"PolicyName": "Inline", "PolicyDocument": document(READS)}]), Status.FAIL),
        (role(Policies={"Fn::If": ["Inline", [], []]}), Status.NOT_ASSESSED),
        (resource("AWS::IAM::Policy", {"PolicyDocument": document(READS)}), Status.FAIL),
        (resource("AWS::IAM::RolePolicy", {"RoleName": "role"}), Status.FAIL),
    ],
)
def test_permissions_are_in_managed_policies(holder: Body, status: Status) -> None:
    assert judge(iam.no_inline, assembly_of({"Holder": holder})) == {"Holder": status}


@pytest.mark.parametrize("resource_type", ["AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::AccessKey"])
def test_users_groups_and_access_keys_fail_by_being_there(resource_type: str) -> None:
    assert judge(iam.no_users, assembly_of({"Declared": resource(resource_type), "Role": role()})) == {"Declared": Status.FAIL}


@pytest.mark.parametrize(
    ("arns", "status"),
    [
        (["arn:aws:iam::aws:policy/AWSCloudShellFullAccess"], Status.FAIL),
        ([{"Ref": "Policy"}, of_aws("AWSCloudShellFullAccess")], Status.FAIL),
        (["arn:aws:iam::aws:policy/ReadOnlyAccess"], Status.PASS),
        (None, Status.PASS),
        ([{"Ref": "PolicyParameter"}], Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("resource_type", ["AWS::IAM::Role", "AWS::IAM::Group", "AWS::IAM::User"])
def test_nobody_gets_unrestricted_cloudshell(resource_type: str, arns: object, status: Status) -> None:
    holder = resource(resource_type, {} if arns is None else {"ManagedPolicyArns": arns})
    assert judge(iam.no_cloudshell, assembly_of({"Holder": holder, "Policy": managed_policy()})) == {"Holder": status}


TIED = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
ECS = {"Service": "ecs-tasks.amazonaws.com"}


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ({"Principal": ECS, "Condition": TIED}, Status.PASS),
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, Status.PASS),
        ({"Principal": {"Service": "backup.amazonaws.com"}}, Status.PASS),
        ({"Principal": {"Service": "ec2.amazonaws.com"}}, Status.PASS),
        ({"Principal": ECS}, Status.FAIL),
        ({"Principal": ECS, "Condition": {"StringEquals": {"aws:SourceAccount": "*"}}}, Status.FAIL),
        ({"Principal": {"Service": ["ecs-tasks.amazonaws.com", "ec2.amazonaws.com"]}, "Condition": TIED}, Status.FAIL),
        ({"Principal": {"AWS": "*"}, "Condition": TIED}, Status.FAIL),
        ({"Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Condition": TIED}, Status.FAIL),
        ({"NotPrincipal": ECS, "Condition": TIED}, Status.FAIL),
        ({"Principal": {"Service": {"Ref": "Service"}}, "Condition": TIED}, Status.NOT_ASSESSED),
        ({"Principal": ECS, "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "Account"}}}}, Status.NOT_ASSESSED),
    ],
)
def test_a_role_is_assumed_by_one_service_for_this_account(statement: dict[str, object], status: Status) -> None:
    trust = document({"Effect": "Allow", "Action": "sts:AssumeRole", **statement})
    assert judge(iam.trust, assembly_of({"Role": role(AssumeRolePolicyDocument=trust)})) == {"Role": status}


SECRET = {"Ref": "Secret"}
REPOSITORY = {"Fn::GetAtt": ["Repository", "Arn"]}
GROUP = {"Fn::GetAtt": ["Group", "Arn"]}
READ_SECRET = allow("secretsmanager:GetSecretValue", SECRET)
PULL = allow(["ecr:BatchGetImage"], REPOSITORY)
TOKEN = allow("ecr:GetAuthorizationToken", "*")
WRITE_LOG = allow("logs:PutLogEvents", GROUP)
SHELL = allow("ssmmessages:OpenDataChannel", "*")


def task(**properties: object) -> Body:
    secrets = [{"Name": "KEY", "ValueFrom": {"Fn::Join": ["", [SECRET, ":password::"]]}}]
    arns = {"ExecutionRoleArn": {"Fn::GetAtt": ["Execution", "Arn"]}, "TaskRoleArn": {"Fn::GetAtt": ["Own", "Arn"]}}
    return resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Secrets": secrets}], **arns, **properties})


def roles(starts: Body, runs: Body, **others: Body) -> dict[str, Body]:
    stores = {
        "Secret": resource("AWS::SecretsManager::Secret"),
        "Other": resource("AWS::SecretsManager::Secret"),
        "Repository": resource("AWS::ECR::Repository"),
        "Group": resource("AWS::Logs::LogGroup"),
        "Key": resource("AWS::KMS::Key"),
    }
    execution, own = role(ManagedPolicyArns=[{"Ref": "Starts"}]), role(ManagedPolicyArns=[{"Ref": "Runs"}])
    return {**stores, "Task": task(), "Execution": execution, "Own": own, "Starts": starts, "Runs": runs, **others}


DECRYPT = allow("kms:Decrypt", {"Fn::GetAtt": ["Key", "Arn"]})
STARTS = managed_policy(TOKEN, PULL, WRITE_LOG, READ_SECRET, DECRYPT)
RUNS = managed_policy(READ_SECRET, DECRYPT)


def test_two_roles_with_what_each_needs_pass() -> None:
    assert judge(iam.separate_roles, assembly_of(roles(STARTS, RUNS))) == {"Task": Status.PASS}


def test_one_statement_may_name_all_that_a_role_needs() -> None:
    starts = managed_policy(allow(["secretsmanager:GetSecretValue", "kms:Decrypt", "ecr:BatchGetImage", "logs:PutLogEvents"], SECRET))
    runs = managed_policy(allow(["secretsmanager:GetSecretValue", "kms:Decrypt"], SECRET))
    assert judge(iam.separate_roles, assembly_of(roles(starts, runs))) == {"Task": Status.PASS}


def test_a_secret_may_be_named_by_its_complete_arn() -> None:
    arn = "arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:kept-AbCdEf"
    containers = [{"Secrets": [{"Name": "KEY", "ValueFrom": f"{arn}:password::"}]}]
    starts = managed_policy(allow("secretsmanager:GetSecretValue", arn))
    assert judge(iam.separate_roles, assembly_of(roles(starts, RUNS, Task=task(ContainerDefinitions=containers)))) == {"Task": Status.PASS}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"TaskRoleArn": {"Fn::GetAtt": ["Execution", "Arn"]}}, Status.FAIL),
        ({"TaskRoleArn": None}, Status.FAIL),
        ({"ExecutionRoleArn": None}, Status.FAIL),
        ({"TaskRoleArn": {"Ref": "RoleParameter"}}, Status.NOT_ASSESSED),
    ],
)
def test_a_task_has_two_roles(properties: dict[str, object], status: Status) -> None:
    assert judge(iam.separate_roles, assembly_of(roles(STARTS, RUNS, Task=task(**properties)))) == {"Task": status}


@pytest.mark.parametrize(
    "statement",
    [
        allow("secretsmanager:GetSecretValue", {"Ref": "Other"}),
        allow("secretsmanager:GetSecretValue", "*"),
        allow("ecr:BatchGetImage", "*"),
        allow(["ecr:GetAuthorizationToken", "ecr:BatchGetImage"], "*"),
        allow("s3:GetObject", "arn:aws:s3:::orders/today"),
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": SECRET},
        {"Effect": "Allow", "Action": "ecr:BatchGetImage", "NotResource": REPOSITORY},
    ],
)
def test_an_execution_role_that_reads_more_than_the_task_names_fails(statement: object) -> None:
    assert judge(iam.separate_roles, assembly_of(roles(managed_policy(statement), RUNS))) == {"Task": Status.FAIL}


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        (SHELL, Status.PASS),
        (allow("secretsmanager:GetSecretValue", {"Ref": "Other"}), Status.PASS),
        (allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:tradingbot*"), Status.FAIL),
        (PULL, Status.FAIL),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, Status.FAIL),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": SECRET}, Status.FAIL),
        ({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "NotResource": SECRET}, Status.FAIL),
        (allow("secretsmanager:GetSecretValue", {"Ref": "SecretParameter"}), Status.NOT_ASSESSED),
    ],
)
def test_a_task_role_reads_named_secrets_only(statement: object, status: Status) -> None:
    assert judge(iam.separate_roles, assembly_of(roles(STARTS, managed_policy(statement)))) == {"Task": status}


@pytest.mark.parametrize(
    ("own", "others", "status"),
    [
        (role(ManagedPolicyArns=["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]), {}, Status.FAIL),
        (role(ManagedPolicyArns=[of_aws("AmazonS3FullAccess")]), {}, Status.FAIL),
        (role(ManagedPolicyArns=[{"Fn::ImportValue": "policy"}]), {}, Status.NOT_ASSESSED),
        (role(Policies=[{"PolicyName": "Inline", "PolicyDocument": document(PULL)}]), {}, Status.FAIL),
        (role(), {"Attached": managed_policy(PULL, Roles=[{"Ref": "Own"}])}, Status.FAIL),
        (role(), {"Attached": managed_policy(PULL, Roles=[{"Ref": "Elsewhere"}]), "Elsewhere": role()}, Status.PASS),
    ],
)
def test_a_policy_is_read_however_it_is_attached(own: Body, others: dict[str, Body], status: Status) -> None:
    assert judge(iam.separate_roles, assembly_of(roles(STARTS, RUNS, Own=own, **others))) == {"Task": status}


@pytest.mark.parametrize("rule", [iam.no_full_service, iam.no_star_admin, iam.trust], ids=lambda rule: rule.id)
def test_a_whole_document_that_only_cloudformation_knows_is_not_assessed(rule: Rule) -> None:
    unknown = {"Fn::FindInMap": ["Policies", "Prod", "Document"]}
    holder = role(AssumeRolePolicyDocument=unknown, Policies=[{"PolicyName": "Inline", "PolicyDocument": unknown}])
    assert judge(rule, assembly_of({"Holder": holder})) == {"Holder": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    "policies",
    [[{"Fn::If": ["Wide", {}, {}]}], [{"PolicyName": "Inline", "PolicyDocument": {"Statement": {"Fn::If": ["Wide", [], []]}}}]],
    ids=["policy", "statements"],
)
def test_a_part_that_only_cloudformation_knows_is_not_assessed(policies: object) -> None:
    assert judge(iam.no_full_service, assembly_of({"Holder": role(Policies=policies)})) == {"Holder": Status.NOT_ASSESSED}
