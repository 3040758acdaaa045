"""The tables of IAM, KMS, SNS and Secrets Manager: a value that the settings did not choose is found."""

from copy import deepcopy
from typing import Any

import pytest

from tests.compliance.allowed.faults import REMOVED, body_of, new_findings, put
from tests.conftest import Synthesize

KEY, ALIAS = "DataStack.SecretsKey", "DataStack.SecretsKeyAlias"
TOPIC, TOPIC_POLICY, SUBSCRIPTION = "MonitoringStack.AlarmTopic", "MonitoringStack.AlarmTopicPolicy", "MonitoringStack.AlarmTopicdesk"
SECRET, TOKEN, ADDRESS = "DataStack.SecretKeySecret", "DataStack.RedisAuthTokenSecret", "DataStack.DatabaseUrlSecret"
ROLE, MANAGED_POLICY = "ServiceStack.TaskRole1", "ServiceStack.TaskRolePolicy"
FOREIGN_KEY = "arn:aws:kms:ap-southeast-2:999988887777:key/12345678-1234-1234-1234-123456789012"
STORAGE_KEY = {"Fn::GetAtt": ["StorageKey", "Arn"]}
GENERATED = "Properties/GenerateSecretString"

FAULTS: list[tuple[str, str, object]] = [
    (KEY, "Properties/EnableKeyRotation", False),
    (KEY, "Properties/EnableKeyRotation", REMOVED),
    (KEY, "Properties/RotationPeriodInDays", 2560),
    (KEY, "Properties/PendingWindowInDays", 7),
    (KEY, "Properties/PendingWindowInDays", REMOVED),
    (KEY, "Properties/Enabled", False),
    (KEY, "Properties/KeySpec", "RSA_2048"),
    (KEY, "Properties/KeyUsage", "SIGN_VERIFY"),
    (KEY, "Properties/MultiRegion", True),
    (KEY, "Properties/Origin", "EXTERNAL"),
    (KEY, "Properties/BypassPolicyLockoutSafetyCheck", True),
    (KEY, "Properties/Tags/0/Value", "public"),
    (KEY, "DeletionPolicy", "Delete"),
    (KEY, "UpdateReplacePolicy", REMOVED),
    (ALIAS, "Properties/AliasName", "alias/aws/secretsmanager"),
    (ALIAS, "Properties/AliasName", "alias/tradingbot-ai-production-storage"),
    (ALIAS, "Properties/TargetKeyId", STORAGE_KEY),
    (ALIAS, "Properties/TargetKeyId", FOREIGN_KEY),
    (TOPIC, "Properties/KmsMasterKeyId", "alias/aws/sns"),
    (TOPIC, "Properties/KmsMasterKeyId", FOREIGN_KEY),
    (TOPIC, "Properties/KmsMasterKeyId", REMOVED),
    (TOPIC, "Properties/Subscription", [{"Protocol": "https", "Endpoint": "https://example.com"}]),
    (TOPIC, "Properties/DeliveryStatusLogging", [{"Protocol": "http/s"}]),
    (TOPIC, "Properties/TopicName", "other"),
    (TOPIC_POLICY, "Properties/Topics/0", "arn:aws:sns:ap-southeast-2:999988887777:other"),
    (SUBSCRIPTION, "Properties/Protocol", "https"),
    (SUBSCRIPTION, "Properties/Endpoint", "somebody@example.org"),
    (SUBSCRIPTION, "Properties/TopicArn", "arn:aws:sns:ap-southeast-2:999988887777:other"),
    (SUBSCRIPTION, "Properties/FilterPolicy", {"never": ["true"]}),
    (SUBSCRIPTION, "Properties/Region", "us-east-1"),
    (SECRET, f"{GENERATED}/PasswordLength", 8),
    (SECRET, f"{GENERATED}/ExcludePunctuation", False),
    (SECRET, f"{GENERATED}/ExcludeNumbers", True),
    (SECRET, f"{GENERATED}/ExcludeCharacters", "abcdefghijklmnopqrstuvwxyz"),
    (SECRET, f"{GENERATED}/SecretStringTemplate", '{"password": "known"}'),
    (SECRET, "Properties/KmsKeyId", "alias/aws/secretsmanager"),
    (SECRET, "Properties/KmsKeyId", FOREIGN_KEY),
    (SECRET, "Properties/KmsKeyId", STORAGE_KEY),
    (SECRET, "Properties/KmsKeyId", REMOVED),
    (SECRET, "Properties/Name", "tradingbot-ai/production/webhook-secret"),
    (SECRET, "Properties/ReplicaRegions", [{"Region": "us-east-1"}]),
    (SECRET, "Properties/SecretString", "known"),
    (SECRET, "DeletionPolicy", "Delete"),
    (TOKEN, f"{GENERATED}/PasswordLength", 32),
    (ADDRESS, "Properties/SecretString", "postgresql://tradingbot:known@example.com/tradingbot"),
    (ADDRESS, "DeletionPolicy", "Retain"),
    (ROLE, "Properties/MaxSessionDuration", 43200),
    (ROLE, "Properties/PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess"),
    (ROLE, "Properties/RoleName", "task"),
    (ROLE, "Properties/Path", "/service-role/"),
    (ROLE, "Properties/Tags/+", {"Key": "admin", "Value": "true"}),
    (MANAGED_POLICY, "Properties/Path", "/other/"),
    (MANAGED_POLICY, "Properties/Users", ["somebody"]),
]


@pytest.mark.parametrize(("place", "path", "value"), FAULTS, ids=lambda value: "removed" if value is REMOVED else str(value))
def test_a_value_that_the_settings_did_not_choose_is_found(place: str, path: str, value: object, synthesize: Synthesize) -> None:
    def fault(templates: dict[str, Any]) -> None:
        put(body_of(templates, place), path, value)

    found = new_findings(synthesize("production", alarm_emails="desk@example.com"), fault)
    assert {finding.rule for finding in found} == {"cfn.allowed"}


@pytest.mark.parametrize("place", [TOPIC, TOPIC_POLICY, SUBSCRIPTION, SECRET])
def test_a_second_one_is_found(place: str, synthesize: Synthesize) -> None:
    def fault(templates: dict[str, Any]) -> None:
        templates[place.partition(".")[0]]["Resources"]["Second"] = deepcopy(body_of(templates, place))

    found = new_findings(synthesize("production", alarm_emails="desk@example.com"), fault)
    assert "cfn.declared" in {finding.rule for finding in found}
