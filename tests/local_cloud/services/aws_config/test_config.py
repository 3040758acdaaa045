"""Recorder, delivery channel and rules of AWS Config, each test in an account of its own."""

import json
from typing import Any

import pytest

from tests.local_cloud.ministack.own import own
from tests.local_cloud.services.aws_config.recording import ROLE, admitted, admitting, bucket_with, put_recorder, record
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


def put_channel(bucket: str, name: str = "default", **more: Any) -> None:
    call("config", "PutDeliveryChannel", DeliveryChannel={"name": name, "s3BucketName": bucket, **more})


def is_recording() -> list[bool]:
    return [one["recording"] for one in call("config", "DescribeConfigurationRecorderStatus")["ConfigurationRecordersStatus"]]


pytestmark = pytest.mark.usefixtures("account")


def test_a_second_recorder_is_refused_in_aws_configs_words_and_the_first_can_be_changed() -> None:
    put_recorder()
    put_recorder()
    with pytest.raises(LocalApiError) as raised:
        put_recorder("second")
    words = "Failed to put configuration recorder 'second' because the maximum number of configuration recorders: 1 is reached."
    assert (raised.value.code, raised.value.message) == ("MaxNumberOfConfigurationRecordersExceededException", words)


def test_ministack_would_take_a_second_recorder() -> None:
    for name in ("first", "second"):
        own("config", "PutConfigurationRecorder", ConfigurationRecorder={"name": name, "roleARN": ROLE})
    assert len(is_recording()) == 2


def test_a_channel_needs_a_recorder_and_a_recorder_starts_only_with_a_channel() -> None:
    bucket = admitted()
    with pytest.raises(LocalApiError, match="Configuration recorder is not available to put delivery channel"):
        put_channel(bucket)
    put_recorder()
    with pytest.raises(LocalApiError, match="Delivery channel is not available to start configuration recorder"):
        call("config", "StartConfigurationRecorder", ConfigurationRecorderName="default")
    put_channel(bucket)
    call("config", "StartConfigurationRecorder", ConfigurationRecorderName="default")
    assert is_recording() == [True]


def test_a_second_channel_is_refused_in_aws_configs_words() -> None:
    record()
    with pytest.raises(LocalApiError) as raised:
        put_channel(admitted(), "second")
    words = "Failed to put delivery channel 'second' because the maximum number of delivery channels: 1 is reached."
    assert (raised.value.code, raised.value.message) == ("MaxNumberOfDeliveryChannelsExceededException", words)


def test_aws_config_leaves_a_file_where_it_may_write(account: str) -> None:
    bucket = admitted()
    put_recorder()
    put_channel(bucket, s3KeyPrefix="AWSLogs")
    (found,) = call("s3", "ListObjectsV2", Bucket=bucket)["Contents"]
    assert found["Key"] == f"AWSLogs/AWSLogs/{account}/Config/ConfigWritabilityCheckFile"


@pytest.mark.parametrize("condition", [{}, {"StringEquals": {"aws:SourceAccount": "own"}}, {"Bool": {"aws:SecureTransport": "true"}}])
def test_a_bucket_policy_that_admits_aws_config_for_this_account_is_enough(condition: dict[str, Any], account: str) -> None:
    put_recorder()
    name = f"audit-{account}"
    held = {operator: {key: account if value == "own" else value for key, value in keys.items()} for operator, keys in condition.items()}
    put_channel(bucket_with(admitting(name, **held), name))


def denying(name: str) -> dict[str, Any]:
    everything = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*"}
    return {**admitting(name), "Statement": [*admitting(name)["Statement"], everything]}


def of_another_service(name: str) -> dict[str, Any]:
    policy = admitting(name)
    for statement in policy["Statement"]:
        statement["Principal"] = {"Service": "cloudtrail.amazonaws.com"}
    return policy


@pytest.mark.parametrize(
    "policy",
    [
        lambda _name: None,
        denying,
        of_another_service,
        lambda name: admitting(name, StringEquals={"aws:SourceAccount": "111111111111"}),
        lambda name: {**admitting(name), "Statement": admitting(name)["Statement"][1:]},
        lambda name: {**admitting(name), "Statement": admitting(name)["Statement"][:1]},
    ],
    ids=["no-policy", "denied", "another-service", "another-account", "no-list", "no-put"],
)
def test_a_bucket_that_does_not_admit_aws_config_is_refused(policy: Any, account: str) -> None:
    put_recorder()
    name = f"audit-{account}"
    bucket_with(policy(name), name)
    with pytest.raises(LocalApiError) as raised:
        put_channel(name)
    assert raised.value.code == "InsufficientDeliveryPolicyException"
    assert "unable to write to bucket, provided s3 key prefix is 'null', provided kms key is 'null'" in raised.value.message


@pytest.mark.parametrize("actions", [["kms:Decrypt", "kms:GenerateDataKey"], ["kms:Decrypt"]])
def test_a_key_has_to_admit_aws_config_too(actions: list[str]) -> None:
    put_recorder()
    principals = {"AWS": "*"}, {"Service": "config.amazonaws.com"}
    every, its_own = ({"Effect": "Allow", "Principal": one, "Resource": "*"} for one in principals)
    statements = [{**every, "Action": "kms:DescribeKey"}, {**its_own, "Action": actions}]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    key = call("kms", "CreateKey", Policy=policy)["KeyMetadata"]["Arn"]
    if len(actions) > 1:
        put_channel(admitted(), s3KmsKeyArn=key)
        return
    with pytest.raises(LocalApiError, match=f"provided kms key is '{key}'"):
        put_channel(admitted(), s3KmsKeyArn=key)


def test_a_bucket_that_keeps_every_object_for_a_time_is_refused_and_one_that_could_is_not(account: str) -> None:
    put_recorder()
    name = f"audit-{account}"
    call("s3", "CreateBucket", Bucket=name, ObjectLockEnabledForBucket=True)
    call("s3", "PutBucketPolicy", Bucket=name, Policy=json.dumps(admitting(name)))
    put_channel(name)
    kept = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    call("s3", "PutObjectLockConfiguration", Bucket=name, ObjectLockConfiguration=kept)
    with pytest.raises(LocalApiError) as raised:
        put_channel(name)
    assert raised.value.code == "InsufficientDeliveryPolicyException"


def test_a_bucket_that_does_not_exist_is_refused() -> None:
    put_recorder()
    with pytest.raises(LocalApiError) as raised:
        put_channel("nowhere")
    assert raised.value.code == "NoSuchBucketException"


def test_the_channel_of_a_recorder_that_runs_stays() -> None:
    record()
    with pytest.raises(LocalApiError) as raised:
        call("config", "DeleteDeliveryChannel", DeliveryChannelName="default")
    assert raised.value.code == "LastDeliveryChannelDeleteFailedException"
    call("config", "StopConfigurationRecorder", ConfigurationRecorderName="default")
    call("config", "DeleteDeliveryChannel", DeliveryChannelName="default")
    call("config", "DeleteConfigurationRecorder", ConfigurationRecorderName="default")
    assert is_recording() == []


@pytest.mark.parametrize(
    ("operation", "parameter", "code"),
    [
        ("DeleteConfigurationRecorder", "ConfigurationRecorderName", "NoSuchConfigurationRecorderException"),
        ("DeleteDeliveryChannel", "DeliveryChannelName", "NoSuchDeliveryChannelException"),
    ],
)
def test_what_does_not_exist_is_not_deleted(operation: str, parameter: str, code: str) -> None:
    with pytest.raises(LocalApiError) as raised:
        call("config", operation, **{parameter: "none"})
    assert raised.value.code == code


def test_a_rule_needs_a_recorder() -> None:
    rule = {"ConfigRuleName": "root-mfa", "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"}}
    with pytest.raises(LocalApiError) as raised:
        call("config", "PutConfigRule", ConfigRule=rule)
    assert raised.value.code == "NoAvailableConfigurationRecorderException"
    record()
    call("config", "PutConfigRule", ConfigRule=rule)
    (shown,) = call("config", "DescribeComplianceByConfigRule")["ComplianceByConfigRules"]
    assert shown["Compliance"]["ComplianceType"] == "INSUFFICIENT_DATA"
