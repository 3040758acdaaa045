"""Rules for ElastiCache, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import elasticache
from tradingbot_infra.compliance.status import Status

IF = {"Fn::If": ["Cheap", "this", "that"]}
PARAMETER = {"Ref": "SomeParameter"}
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}
SECRET_VALUE = {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:::}}"]]}


def group(**properties: object) -> Body:
    return resource("AWS::ElastiCache::ReplicationGroup", properties)


def status_of(rule: Rule, body: Body, **others: Body) -> Status:
    known = {"Key": resource("AWS::KMS::Key"), "Secret": resource("AWS::SecretsManager::Secret")}
    return judge(rule, assembly_of({**known, **others, "Judged": body}))["Judged"]


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"AtRestEncryptionEnabled": True, "KmsKeyId": KEY_ARN}, Status.PASS),
        ({"AtRestEncryptionEnabled": True}, Status.FAIL),
        ({"AtRestEncryptionEnabled": True, "KmsKeyId": "alias/aws/elasticache"}, Status.FAIL),
        ({"KmsKeyId": KEY_ARN}, Status.FAIL),
        ({"AtRestEncryptionEnabled": False, "KmsKeyId": KEY_ARN}, Status.FAIL),
        ({"AtRestEncryptionEnabled": IF, "KmsKeyId": KEY_ARN}, Status.NOT_ASSESSED),
        ({"AtRestEncryptionEnabled": True, "KmsKeyId": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_a_cache_is_encrypted_at_rest_under_a_customer_managed_key(properties: dict[str, object], status: Status) -> None:
    assert status_of(elasticache.at_rest, group(**properties)) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"TransitEncryptionEnabled": True, "TransitEncryptionMode": "required"}, Status.PASS),
        ({"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}, Status.FAIL),
        ({"TransitEncryptionEnabled": True}, Status.FAIL),
        ({"TransitEncryptionMode": "required"}, Status.FAIL),
        ({"TransitEncryptionEnabled": IF, "TransitEncryptionMode": "required"}, Status.NOT_ASSESSED),
        ({"TransitEncryptionEnabled": True, "TransitEncryptionMode": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_a_cache_refuses_plain_connections(properties: dict[str, object], status: Status) -> None:
    assert status_of(elasticache.in_transit, group(**properties)) is status


@pytest.mark.parametrize(
    ("token", "status"),
    [
        (SECRET_VALUE, Status.PASS),
        ("{{resolve:secretsmanager:bot/redis:SecretString:token}}", Status.PASS),
        ("{{resolve:ssm-secure:/bot/redis}}", Status.PASS),
        ("{{resolve:ssm:/bot/redis}}", Status.FAIL),
        ("a-token-that-was-typed", Status.FAIL),
        (None, Status.FAIL),
        (PARAMETER, Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_a_cache_requires_a_token_that_is_stored_as_a_secret(token: object, status: Status) -> None:
    assert status_of(elasticache.auth, group(**({"AuthToken": token} if token else {}))) is status


@pytest.mark.parametrize(("token", "shown"), [("{{resolve:secretsmanager:bot/redis}}", True), ("a-token-that-was-typed", False)])
def test_only_the_reference_to_a_token_is_shown(token: str, shown: bool) -> None:
    assembly = assembly_of({"Judged": group(AuthToken=token)})
    assert (token in repr(elasticache.auth.judge(assembly.resources[0], assembly))) is shown


def user(**properties: object) -> Body:
    return resource("AWS::ElastiCache::User", {"UserId": "app", "UserName": "default", "AccessString": "on ~* +@all", **properties})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (user(Passwords=[SECRET_VALUE]), Status.PASS),
        (user(AuthenticationMode={"Type": "password", "Passwords": [SECRET_VALUE]}), Status.PASS),
        (user(AuthenticationMode={"Type": "iam"}), Status.PASS),
        (user(NoPasswordRequired=True, AccessString="off -@all"), Status.PASS),
        (user(Passwords=[SECRET_VALUE], NoPasswordRequired=False), Status.PASS),
        (user(NoPasswordRequired=True), Status.FAIL),
        (user(Passwords=[SECRET_VALUE], NoPasswordRequired=True), Status.FAIL),
        (user(AuthenticationMode={"Type": "no-password-required"}), Status.FAIL),
        (user(), Status.FAIL),
        (user(Passwords=[SECRET_VALUE], NoPasswordRequired=IF), Status.NOT_ASSESSED),
        (user(AuthenticationMode=IF), Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("named", [{"Ref": "User"}, "app"])
def test_every_user_of_a_cache_has_a_password(body: Body, status: Status, named: object) -> None:
    users = resource("AWS::ElastiCache::UserGroup", {"UserIds": [named]})
    assert status_of(elasticache.auth, group(UserGroupIds=[{"Ref": "Users"}]), User=body, Users=users) is status


@pytest.mark.parametrize(
    ("user_ids", "status"),
    [
        (["app", "default"], Status.FAIL),
        (["app", "of-another-stack"], Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
        ([], Status.NOT_ASSESSED),
    ],
)
def test_a_group_of_users_is_as_good_as_its_worst(user_ids: object, status: Status) -> None:
    users = resource("AWS::ElastiCache::UserGroup", {"UserIds": user_ids})
    assert status_of(elasticache.auth, group(UserGroupIds=[{"Ref": "Users"}]), User=user(Passwords=["x"]), Users=users) is status


@pytest.mark.parametrize("groups", [["of-another-stack"], [PARAMETER], IF])
def test_users_that_cannot_be_seen_are_not_assessed(groups: object) -> None:
    assert status_of(elasticache.auth, group(UserGroupIds=groups)) is Status.NOT_ASSESSED


@pytest.mark.parametrize("rule", [elasticache.at_rest, elasticache.in_transit, elasticache.auth])
def test_a_lone_redis_node_fails_what_only_a_replication_group_can_do(rule: Rule) -> None:
    assert status_of(rule, resource("AWS::ElastiCache::CacheCluster", {"Engine": "redis"})) is Status.FAIL


@pytest.mark.parametrize("rule", [elasticache.at_rest, elasticache.in_transit, elasticache.auth])
def test_memcached_is_not_judged(rule: Rule) -> None:
    assert judge(rule, assembly_of({"Judged": resource("AWS::ElastiCache::CacheCluster", {"Engine": "memcached"})})) == {}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"EngineVersion": "7.0"}, Status.PASS),
        ({"EngineVersion": "6.x"}, Status.PASS),
        ({"Engine": "valkey", "EngineVersion": "7.2"}, Status.PASS),
        ({"EngineVersion": "5.0.6"}, Status.FAIL),
        ({"EngineVersion": "7.0", "AutoMinorVersionUpgrade": False}, Status.FAIL),
        ({"EngineVersion": "7.0", "AutoMinorVersionUpgrade": None}, Status.FAIL),
        ({"EngineVersion": "7.0", "AutoMinorVersionUpgrade": IF}, Status.NOT_ASSESSED),
        ({}, Status.NOT_ASSESSED),
        ({"Engine": "another", "EngineVersion": "9.0"}, Status.NOT_ASSESSED),
        ({"EngineVersion": PARAMETER}, Status.NOT_ASSESSED),
    ],
)
def test_a_cache_runs_a_supported_release_and_upgrades_itself(properties: dict[str, object], status: Status) -> None:
    assert status_of(elasticache.minor_upgrade, group(**{"AutoMinorVersionUpgrade": True, **properties})) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"SnapshotRetentionLimit": 7}, Status.PASS),
        ({"SnapshotRetentionLimit": "15"}, Status.PASS),
        ({"SnapshotRetentionLimit": 6}, Status.FAIL),
        ({}, Status.FAIL),
        ({"SnapshotRetentionLimit": IF}, Status.NOT_ASSESSED),
    ],
)
def test_snapshots_are_kept_a_week(properties: dict[str, object], status: Status) -> None:
    assert status_of(elasticache.snapshots, group(**properties)) is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"NumCacheClusters": 2}, Status.PASS),
        ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1}, Status.PASS),
        ({"NumNodeGroups": 2, "ReplicasPerNodeGroup": 0}, Status.FAIL),
        ({"NumCacheClusters": 1}, Status.FAIL),
        ({}, Status.FAIL),
        ({"NumCacheClusters": 2, "AutomaticFailoverEnabled": False}, Status.FAIL),
        ({"NumCacheClusters": 2, "MultiAZEnabled": False}, Status.FAIL),
        ({"NumCacheClusters": PARAMETER}, Status.NOT_ASSESSED),
        ({"NumCacheClusters": 2, "MultiAZEnabled": IF}, Status.NOT_ASSESSED),
    ],
)
def test_a_replica_takes_over(properties: dict[str, object], status: Status) -> None:
    assert status_of(elasticache.failover, group(**{"AutomaticFailoverEnabled": True, "MultiAZEnabled": True, **properties})) is status


def delivery(kind: str, log_group: object) -> dict[str, object]:
    return {"LogType": kind, "DestinationType": "cloudwatch-logs", "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": log_group}}}


SLOW = delivery("slow-log", {"Ref": "Logs"})


@pytest.mark.parametrize(
    ("configurations", "status"),
    [
        ([SLOW, delivery("engine-log", {"Ref": "Logs"})], Status.PASS),
        ([SLOW, delivery("engine-log", "/redis/engine")], Status.PASS),
        ([SLOW], Status.FAIL),
        ([SLOW, delivery("engine-log", {"Ref": "Plain"})], Status.FAIL),
        ([SLOW, {"LogType": "engine-log", "DestinationDetails": {"KinesisFirehoseDetails": {"DeliveryStream": "s"}}}], Status.FAIL),
        (None, Status.FAIL),
        ([SLOW, delivery("engine-log", "/of/another/stack")], Status.NOT_ASSESSED),
        ([SLOW, delivery("engine-log", PARAMETER)], Status.NOT_ASSESSED),
        ([SLOW, IF], Status.NOT_ASSESSED),
        (IF, Status.NOT_ASSESSED),
    ],
)
def test_slow_log_and_engine_log_reach_an_encrypted_group(configurations: object, status: Status) -> None:
    encrypted = resource("AWS::Logs::LogGroup", {"KmsKeyId": KEY_ARN, "LogGroupName": "/redis/engine"})
    others = {"Logs": encrypted, "Plain": resource("AWS::Logs::LogGroup")}
    assert status_of(elasticache.logs, group(LogDeliveryConfigurations=configurations), **others) is status
