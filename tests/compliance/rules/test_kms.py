"""Rules for KMS, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import kms
from tradingbot_infra.compliance.status import Status

KEPT = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
ACCOUNT = {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}
SERVICE = {"Service": "logs.ap-southeast-2.amazonaws.com"}
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}


def key(**properties: object) -> Body:
    return resource("AWS::KMS::Key", properties)


def policy(**statement: object) -> dict[str, object]:
    return {"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", **statement}]}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"EnableKeyRotation": True}, Status.PASS),
        ({"EnableKeyRotation": "true", "KeySpec": "SYMMETRIC_DEFAULT"}, Status.PASS),
        ({"EnableKeyRotation": True, "RotationPeriodInDays": 90}, Status.PASS),
        ({"EnableKeyRotation": True, "RotationPeriodInDays": 365}, Status.PASS),
        ({"EnableKeyRotation": True, "RotationPeriodInDays": 366}, Status.FAIL),
        ({"EnableKeyRotation": False}, Status.FAIL),
        ({}, Status.FAIL),
        ({"KeySpec": "RSA_4096"}, None),
        ({"EnableKeyRotation": {"Ref": "Rotate"}}, Status.NOT_ASSESSED),
        ({"EnableKeyRotation": True, "KeySpec": {"Ref": "Spec"}}, Status.NOT_ASSESSED),
    ],
)
def test_a_symmetric_key_rotates_every_year(properties: dict[str, object], status: Status | None) -> None:
    assert judge(kms.rotation, assembly_of({"Key": key(**properties)})) == ({"Key": status} if status else {})


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (policy(Principal={"AWS": ACCOUNT}), Status.PASS),
        (policy(Principal={"AWS": "arn:aws:iam::999988887777:root"}), Status.FAIL),
        (policy(Principal={"AWS": [ACCOUNT, "999988887777"]}), Status.FAIL),
        (policy(Principal={"Federated": "cognito-identity.amazonaws.com"}), Status.FAIL),
        (policy(Principal="*", Condition={"StringEquals": {"kms:CallerAccount": "999988887777"}}), Status.FAIL),
        (policy(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}), Status.FAIL),
        (policy(Principal={"AWS": ACCOUNT}, Condition={"StringEqualsIfExists": {"kms:CallerAccount": "999988887777"}}), Status.FAIL),
        (policy(Principal="*"), Status.FAIL),
        (policy(Principal={"AWS": "*"}), Status.FAIL),
        (policy(NotPrincipal={"AWS": ACCOUNT}), Status.FAIL),
        (policy(Principal="*", Condition={"StringEquals": {"kms:CallerAccount": {"Ref": "AWS::AccountId"}}}), Status.PASS),
        (policy(Principal="*", Condition={"StringEquals": {"kms:ViaService": "sns.ap-southeast-2.amazonaws.com"}}), Status.FAIL),
        (policy(Principal={"AWS": ACCOUNT, **SERVICE}), Status.FAIL),
        (policy(Effect="Deny", Principal="*"), None),
        (policy(Principal={"AWS": {"Ref": "Somebody"}}), Status.NOT_ASSESSED),
        ({"Fn::If": ["Open", policy(Principal="*"), policy(Principal=SERVICE)]}, Status.NOT_ASSESSED),
        (None, Status.PASS),
    ],
)
def test_a_key_policy_admits_nobody_outside_the_account(document: object, status: Status | None) -> None:
    assembly = assembly_of({"Key": key(**({"KeyPolicy": document} if document else {}))})
    assert judge(kms.policy, assembly) == ({"Key": status} if status else {})


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"StringEquals": {"AWS:SourceAccount": {"Ref": "AWS::AccountId"}}}, Status.PASS),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:ap-southeast-2:111122223333:*"}}, Status.PASS),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:ap-southeast-2:111122223333:alerts"}}, Status.PASS),
        ({"StringEqualsIgnoreCase": {"aws:SourceAccount": "111122223333"}}, Status.PASS),
        ({"StringLike": {"aws:SourceAccount": "111122223333"}}, Status.PASS),
        ({"StringEquals": {"aws:SourceAccount": "999988887777"}}, Status.FAIL),
        ({"StringEquals": {"aws:SourceAccount": ["111122223333", "999988887777"]}}, Status.FAIL),
        ({"ForAllValues:StringEquals": {"aws:SourceAccount": "111122223333"}}, Status.FAIL),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:ap-southeast-2:999988887777:*"}}, Status.FAIL),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::somebodys-bucket"}}, Status.FAIL),
        ({"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-southeast-2:999988887777:log-group:*"}}, Status.FAIL),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}, Status.FAIL),
        ({"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-southeast-2:111122223333:log-group:*"}}, Status.PASS),
        ({}, Status.FAIL),
        ({"StringEquals": {"aws:PrincipalTag/team": "trading"}}, Status.FAIL),
        ({"StringNotEquals": {"aws:SourceAccount": "111122223333"}}, Status.FAIL),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}, Status.FAIL),
        ({"StringLike": {"aws:SourceAccount": "*"}}, Status.FAIL),
        ({"StringLike": {"aws:SourceAccount": ["111122223333", "*"]}}, Status.FAIL),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, Status.FAIL),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:ap-southeast-2:*:alerts"}}, Status.FAIL),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}, Status.PASS),
        ({"StringEquals": {"aws:SourceAccount": {"Ref": "Account"}}}, Status.NOT_ASSESSED),
    ],
)
def test_a_service_uses_a_key_on_behalf_of_this_account_only(condition: object, status: Status) -> None:
    assembly = assembly_of({"Key": key(KeyPolicy=policy(Principal=SERVICE, Condition=condition))})
    assert judge(kms.policy, assembly) == {"Key": status}


@pytest.mark.parametrize(
    ("properties", "attributes", "status"),
    [
        ({}, KEPT, Status.PASS),
        ({"PendingWindowInDays": 7}, {**KEPT, "DeletionPolicy": "Retain"}, Status.PASS),
        ({"PendingWindowInDays": 6}, KEPT, Status.FAIL),
        ({}, {}, Status.FAIL),
        ({}, {"DeletionPolicy": "Retain"}, Status.FAIL),
        ({}, {**KEPT, "DeletionPolicy": "Delete"}, Status.FAIL),
        ({}, {**KEPT, "DeletionPolicy": {"Fn::FindInMap": ["Policies", "Prod", "Key"]}}, Status.NOT_ASSESSED),
        ({"PendingWindowInDays": {"Ref": "Window"}}, KEPT, Status.NOT_ASSESSED),
    ],
)
def test_a_key_is_retained(properties: dict[str, object], attributes: dict[str, object], status: Status) -> None:
    assert judge(kms.retained, assembly_of({"Key": resource("AWS::KMS::Key", properties, **attributes)})) == {"Key": status}


LOG_GROUP = resource("AWS::Logs::LogGroup", {"KmsKeyId": KEY_ARN, "RetentionInDays": 400})
TOPIC = resource("AWS::SNS::Topic", {"KmsMasterKeyId": {"Ref": "Key"}})
DATABASE = resource("AWS::RDS::DBInstance", {"MasterUserSecret": {"KmsKeyId": KEY_ARN}})
SECRET = resource("AWS::SecretsManager::Secret", {"KmsKeyId": KEY_ARN})
ENCRYPTION = {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"KMSMasterKeyID": KEY_ARN}}, {}]}
BUCKET = resource("AWS::S3::Bucket", {"BucketEncryption": ENCRYPTION})
ALIAS = resource("AWS::KMS::Alias", {"TargetKeyId": KEY_ARN})
TOPIC_BY_ALIAS = resource("AWS::SNS::Topic", {"KmsMasterKeyId": {"Ref": "Alias"}})
READER = resource("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Resource": KEY_ARN}]}})


@pytest.mark.parametrize(
    ("users", "status"),
    [
        ([], Status.PASS),
        ([LOG_GROUP, LOG_GROUP], Status.PASS),
        ([DATABASE, SECRET, BUCKET], Status.PASS),
        ([LOG_GROUP, READER], Status.PASS),
        ([LOG_GROUP, TOPIC], Status.FAIL),
        ([LOG_GROUP, DATABASE], Status.FAIL),
        ([BUCKET, TOPIC], Status.FAIL),
        ([SECRET, TOPIC_BY_ALIAS], Status.FAIL),
    ],
)
def test_a_key_serves_one_kind_of_store(users: list[Body], status: Status) -> None:
    named = {f"User{number}": user for number, user in enumerate(users)}
    assert judge(kms.separation, assembly_of({"Key": key(), "Alias": ALIAS, **named})) == {"Key": status}


@pytest.mark.parametrize(
    ("store", "path"),
    [
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
        ("AWS::Events::EventBus", "KmsKeyIdentifier"),
        ("AWS::Backup::BackupVault", "EncryptionKeyArn"),
        ("AWS::DynamoDB::Table", "KMSMasterKeyId"),
        ("AWS::ECR::Repository", "KmsKey"),
        ("AWS::EFS::FileSystem", "KmsKeyId"),
        ("AWS::ElastiCache::ReplicationGroup", "KmsKeyId"),
        ("AWS::RDS::DBCluster", "KmsKeyId"),
    ],
)
def test_no_other_store_shares_the_key_of_the_logs(store: str, path: str) -> None:
    assembly = assembly_of({"Key": key(), "Group": LOG_GROUP, "Store": resource(store, {path: KEY_ARN})})
    assert judge(kms.separation, assembly) == {"Key": Status.FAIL}


def test_what_another_key_encrypts_does_not_count() -> None:
    topic = resource("AWS::SNS::Topic", {"KmsMasterKeyId": {"Ref": "Other"}, "Subscription": [{"Endpoint": "team@example.com"}]})
    assembly = assembly_of({"Key": key(), "Other": key(), "Group": LOG_GROUP, "Bucket": BUCKET, "Topic": topic})
    assert judge(kms.separation, assembly) == {"Key": Status.FAIL, "Other": Status.PASS}


ALIAS = resource("AWS::KMS::Alias", {"AliasName": "alias/logs", "TargetKeyId": KEY_ARN})
ENCRYPTED = resource("AWS::Logs::LogGroup", {"KmsKeyId": KEY_ARN})


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({"Alias": ALIAS, "Log": ENCRYPTED}, Status.PASS),
        ({"Alias": ALIAS}, Status.FAIL),
        ({"Log": ENCRYPTED}, Status.FAIL),
        ({"Alias": ALIAS, "Log": resource("AWS::Logs::LogGroup", {"KmsKeyId": {"Ref": "Other"}})}, Status.FAIL),
        ({}, Status.FAIL),
    ],
    ids=["both", "encrypts nothing", "no alias", "of another key", "neither"],
)
def test_a_key_has_an_alias_and_encrypts_something(others: dict[str, Body], status: Status) -> None:
    assert judge(kms.used, assembly_of({"Key": key(), **others})) == {"Key": status}
