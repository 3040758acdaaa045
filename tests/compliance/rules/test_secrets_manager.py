"""Rules for Secrets Manager, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import secrets_manager
from tradingbot_infra.compliance.status import Status

KEY = resource("AWS::KMS::Key")
DATABASE = resource("AWS::RDS::DBInstance", {"MasterUsername": "tradingbot"})
FUNCTION = {"RotationLambdaARN": {"Fn::GetAtt": ["Rotator", "Arn"]}}
OPEN_STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
NAMED_STATEMENT = {**OPEN_STATEMENT, "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}


def secret(**properties: object) -> Body:
    return resource("AWS::SecretsManager::Secret", properties)


def schedule(secret_id: object = None, /, **properties: object) -> Body:
    return resource("AWS::SecretsManager::RotationSchedule", {"SecretId": secret_id or {"Ref": "Secret"}, **properties})


def database_url(*parts: object) -> dict[str, object]:
    return {"Fn::Join": ["", list(parts)]}


HOST = {"Fn::GetAtt": ["Database", "Endpoint.Address"]}


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ({"Fn::GetAtt": ["Key", "Arn"]}, Status.PASS),
        ("alias/aws/secretsmanager", Status.FAIL),
        (None, Status.FAIL),
        ({"Ref": "KeyParameter"}, Status.NOT_ASSESSED),
    ],
)
def test_a_secret_is_under_a_customer_managed_key(key: object, status: Status) -> None:
    assembly = assembly_of({"Key": KEY, "Secret": secret(**({"KmsKeyId": key} if key else {}))})
    assert judge(secrets_manager.cmk, assembly) == {"Secret": status}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"ManageMasterUserPassword": True, "MasterUserSecret": {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}}, Status.PASS),
        ({"ManageMasterUserPassword": True}, Status.FAIL),
        ({"ManageMasterUserPassword": "true", "MasterUserSecret": {"KmsKeyId": "alias/aws/secretsmanager"}}, Status.FAIL),
        ({"ManageMasterUserPassword": True, "MasterUserSecret": {"KmsKeyId": {"Fn::ImportValue": "key"}}}, Status.NOT_ASSESSED),
        ({"ManageMasterUserPassword": False}, None),
        ({}, None),
    ],
)
def test_the_secret_that_rds_makes_is_under_a_customer_managed_key(properties: dict[str, object], status: Status | None) -> None:
    assembly = assembly_of({"Key": KEY, "Database": resource("AWS::RDS::DBInstance", properties)})
    assert judge(secrets_manager.cmk, assembly) == ({"Database": status} if status else {})


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ({"AutomaticallyAfterDays": 90}, Status.PASS),
        ({"AutomaticallyAfterDays": 91}, Status.FAIL),
        ({"ScheduleExpression": "rate(10 days)"}, Status.PASS),
        ({"ScheduleExpression": "rate(12 hours)"}, Status.PASS),
        ({"ScheduleExpression": "rate(1 day)"}, Status.PASS),
        ({"ScheduleExpression": "rate(100 days)"}, Status.FAIL),
        ({"ScheduleExpression": "rate(2160 hours)"}, Status.PASS),
        ({"ScheduleExpression": "rate(2161 hours)"}, Status.FAIL),
        ({"ScheduleExpression": "cron(0 8 1 * ? *)"}, Status.PASS),
        ({"ScheduleExpression": "cron(0 8 1 1 ? *)"}, Status.FAIL),
        ({"ScheduleExpression": {"Ref": "Schedule"}}, Status.NOT_ASSESSED),
        ({"Fn::If": ["Strict", {"AutomaticallyAfterDays": 30}, {"AutomaticallyAfterDays": 300}]}, Status.NOT_ASSESSED),
        ({}, Status.FAIL),
        (None, Status.FAIL),
    ],
)
def test_a_secret_rotates_at_least_every_ninety_days(rules: object, status: Status) -> None:
    rotation = schedule(**FUNCTION, **({} if rules is None else {"RotationRules": rules}))
    assert judge(secrets_manager.rotation, assembly_of({"Secret": secret(), "Rotation": rotation})) == {"Secret": status}


@pytest.mark.parametrize(
    ("rotator", "status"),
    [
        ({"HostedRotationLambda": {"RotationType": "PostgreSQLSingleUser"}}, Status.PASS),
        ({"ExternalSecretRotationRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}, Status.PASS),
        ({}, Status.FAIL),
    ],
)
def test_a_schedule_names_what_rotates(rotator: dict[str, object], status: Status) -> None:
    rotation = schedule(**rotator, RotationRules={"AutomaticallyAfterDays": 30})
    assert judge(secrets_manager.rotation, assembly_of({"Secret": secret(), "Rotation": rotation})) == {"Secret": status}


def test_a_secret_without_a_schedule_of_its_own_fails() -> None:
    rotation = schedule(**FUNCTION, RotationRules={"AutomaticallyAfterDays": 30})
    assembly = assembly_of({"Secret": secret(), "Other": secret(), "Rotation": rotation})
    assert judge(secrets_manager.rotation, assembly) == {"Secret": Status.PASS, "Other": Status.FAIL}


def test_a_schedule_reaches_its_secret_through_the_attachment_to_a_database() -> None:
    attachment = resource("AWS::SecretsManager::SecretTargetAttachment", {"SecretId": {"Ref": "Secret"}})
    rotation = schedule({"Ref": "Attachment"}, **FUNCTION, RotationRules={"AutomaticallyAfterDays": 30})
    assembly = assembly_of({"Secret": secret(), "Attachment": attachment, "Rotation": rotation})
    assert judge(secrets_manager.rotation, assembly) == {"Secret": Status.PASS}


def test_a_schedule_of_an_unknown_secret_is_undecided() -> None:
    rotation = schedule({"Ref": "SecretParameter"}, **FUNCTION, RotationRules={"AutomaticallyAfterDays": 30})
    assert judge(secrets_manager.rotation, assembly_of({"Secret": secret(), "Rotation": rotation})) == {"Secret": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        database_url("postgresql://", HOST, ":", {"Fn::GetAtt": ["Database", "Endpoint.Port"]}, "/tradingbot?sslmode=require"),
        database_url("postgresql://tradingbot@", HOST, "/tradingbot"),
        HOST,
        "{{resolve:secretsmanager:somewhere:SecretString:url}}",
    ],
    ids=["none", "empty", "address", "address with the master user", "reference", "dynamic reference"],
)
def test_no_value_or_an_address_of_references_is_no_literal(text: object) -> None:
    assembly = assembly_of({"Database": DATABASE, "Secret": secret(**({} if text is None else {"SecretString": text}))})
    assert judge(secrets_manager.no_literal, assembly) == {"Secret": Status.PASS}


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        "postgresql://db.example.com/tradingbot",
        database_url("postgresql://tradingbot:hunter2@", HOST, "/tradingbot"),
        database_url("postgresql://tradingbot:", {"Ref": "Password"}, "@", HOST, "/tradingbot"),
        database_url("postgresql://", HOST, "/tradingbot?password=hunter2"),
        database_url("postgresql://hunter2@", HOST, "/tradingbot"),
        database_url("postgresql://tradingbot@", {"Ref": "Elsewhere"}, "/tradingbot"),
        database_url('{"host": "', HOST, '", "password": "hunter2"}'),
        database_url("https://", HOST, "/hooks/a8Fk20dkE93kdLsp"),
        database_url("https://", HOST, "/hooks/AbCdEfGhIjKlMnOpQr"),
    ],
    ids=[
        "word",
        "no reference",
        "password",
        "user and reference",
        "parameter",
        "another user",
        "another host",
        "json",
        "digits",
        "letters",
    ],
)
def test_a_literal_credential_fails(text: object) -> None:
    assert judge(secrets_manager.no_literal, assembly_of({"Database": DATABASE, "Secret": secret(SecretString=text)})) == {
        "Secret": Status.FAIL
    }


def test_a_credential_by_reference_is_no_literal() -> None:
    text = database_url('{"host": "', HOST, '", "password": "{{resolve:secretsmanager:other:SecretString:password}}"}')
    assert judge(secrets_manager.no_literal, assembly_of({"Database": DATABASE, "Secret": secret(SecretString=text)})) == {
        "Secret": Status.PASS
    }


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"GenerateSecretString": {"PasswordLength": 32, "ExcludePunctuation": True}}, Status.PASS),
        ({"GenerateSecretString": {"PasswordLength": "64", "ExcludePunctuation": "true"}}, Status.PASS),
        ({"SecretString": "postgresql://${Database.Endpoint.Address}"}, Status.PASS),
        ({"GenerateSecretString": {"PasswordLength": 31, "ExcludePunctuation": True}}, Status.FAIL),
        ({"GenerateSecretString": {"ExcludePunctuation": True}}, Status.FAIL),
        ({"GenerateSecretString": {"PasswordLength": 32}}, Status.FAIL),
        ({"GenerateSecretString": {"PasswordLength": 32, "ExcludePunctuation": True}, "SecretString": "x"}, Status.FAIL),
        ({}, Status.FAIL),
        ({"GenerateSecretString": {"PasswordLength": {"Ref": "Length"}, "ExcludePunctuation": True}}, Status.NOT_ASSESSED),
    ],
    ids=str,
)
def test_a_secret_begins_with_a_long_random_value_or_an_address(properties: dict[str, object], status: Status) -> None:
    assert judge(secrets_manager.first_value, assembly_of({"Secret": secret(**properties)})) == {"Secret": status}


def test_the_evidence_does_not_repeat_a_literal_secret() -> None:
    assembly = assembly_of({"Secret": secret(SecretString="hunter2")})
    (observation,) = secrets_manager.no_literal.judge(assembly.only("AWS::SecretsManager::Secret"), assembly)
    assert "hunter2" not in str(observation.observed)


@pytest.mark.parametrize("text", [{"Ref": "Value"}, {"Fn::ImportValue": "value"}], ids=["parameter", "function"])
def test_a_value_that_only_cloudformation_knows_is_not_assessed(text: object) -> None:
    assert judge(secrets_manager.no_literal, assembly_of({"Secret": secret(SecretString=text)})) == {"Secret": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("statement", "block", "status"),
    [
        (NAMED_STATEMENT, True, Status.PASS),
        (NAMED_STATEMENT, False, Status.FAIL),
        (NAMED_STATEMENT, None, Status.FAIL),
        (OPEN_STATEMENT, True, Status.FAIL),
        ({**OPEN_STATEMENT, "Principal": {"AWS": ["*"]}}, True, Status.FAIL),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}}, True, Status.FAIL),
        ({**OPEN_STATEMENT, "Effect": "Deny"}, True, Status.PASS),
        ({**OPEN_STATEMENT, "Principal": {"AWS": {"Fn::ImportValue": "role"}}}, True, Status.NOT_ASSESSED),
    ],
)
def test_a_resource_policy_names_who_may_read(statement: object, block: bool | None, status: Status) -> None:
    policy = {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": {"Statement": [statement]}}
    policy |= {} if block is None else {"BlockPublicPolicy": block}
    resources = {
        "Role": resource("AWS::IAM::Role"),
        "Secret": secret(),
        "Policy": resource("AWS::SecretsManager::ResourcePolicy", policy),
    }
    assert judge(secrets_manager.not_public, assembly_of(resources)) == {"Policy": status}


def test_a_secret_without_a_resource_policy_is_not_public() -> None:
    assert judge(secrets_manager.not_public, assembly_of({"Secret": secret()})) == {"Secret": Status.PASS}


def test_a_secret_is_used_by_a_container_or_by_a_policy_that_allows() -> None:
    task = resource(
        "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Secrets": [{"Name": "KEY", "ValueFrom": {"Ref": "Injected"}}]}]}
    )
    statements = [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [{"Ref": "Allowed"}]},
        {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": [{"Ref": "Denied"}]},
    ]
    policy = resource("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": statements}})
    field = {"Fn::Join": ["", [{"Ref": "Inline"}, ":password::"]]}
    inline = {"PolicyName": "Inline", "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "x:Y", "Resource": field}}}
    role = resource("AWS::IAM::Role", {"Policies": [inline]})
    names = ("Injected", "Allowed", "Inline", "Denied", "Inject")
    assembly = assembly_of({**{name: secret() for name in names}, "Task": task, "Policy": policy, "Role": role})
    assert judge(secrets_manager.used, assembly) == {
        "Injected": Status.PASS,
        "Allowed": Status.PASS,
        "Inline": Status.PASS,
        "Denied": Status.FAIL,
        "Inject": Status.FAIL,
    }
