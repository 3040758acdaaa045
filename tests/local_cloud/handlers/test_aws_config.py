"""Recorder, delivery channel and rules of AWS Config, as a stack makes them. Each test has an account of its own."""

from typing import Any

import pytest

from tests.local_cloud.handlers.resources import create, delete, update
from tests.local_cloud.services.aws_config.recording import ROLE, admitted, bucket_with, put_recorder, record
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

RECORDER, CHANNEL, RULE = "AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel", "AWS::Config::ConfigRule"
DAILY: dict[str, Any] = {
    "Name": "main",
    "RoleARN": ROLE,
    "RecordingGroup": {"ResourceTypes": ["AWS::S3::Bucket"]},
    "RecordingMode": {"RecordingFrequency": "DAILY"},
}
MFA: dict[str, Any] = {"ConfigRuleName": "root-mfa", "Source": {"Owner": "AWS", "SourceIdentifier": "ROOT_ACCOUNT_MFA_ENABLED"}}

pytestmark = pytest.mark.usefixtures("account")


def recording() -> dict[str, bool]:
    return {one["name"]: one["recording"] for one in call("config", "DescribeConfigurationRecorderStatus")["ConfigurationRecordersStatus"]}


@pytest.mark.parametrize("order", [(RECORDER, CHANNEL), (CHANNEL, RECORDER)], ids=["recorder-first", "channel-first"])
def test_the_recorder_runs_once_both_are_there_whichever_comes_first(order: tuple[str, str]) -> None:
    properties: dict[str, dict[str, Any]] = {RECORDER: DAILY, CHANNEL: {"Name": "main", "S3BucketName": admitted()}}
    first, second = order
    assert create(first, properties[first])[0] == "main"
    assert recording() in ({"main": False}, {})
    create(second, properties[second])
    assert recording() == {"main": True}
    (shown,) = call("config", "DescribeConfigurationRecorders")["ConfigurationRecorders"]
    assert (shown["recordingMode"], shown["recordingGroup"]) == ({"recordingFrequency": "DAILY"}, {"resourceTypes": ["AWS::S3::Bucket"]})


def test_a_recorder_that_somebody_made_before_fails_the_stacks_own() -> None:
    put_recorder("default")
    with pytest.raises(LocalApiError, match="the maximum number of configuration recorders: 1 is reached"):
        create(RECORDER, DAILY)
    record()
    with pytest.raises(LocalApiError, match="the maximum number of delivery channels: 1 is reached"):
        create(CHANNEL, {"Name": "main", "S3BucketName": admitted()})


def test_a_bucket_that_does_not_admit_aws_config_fails_the_channel_or_the_recorder_that_it_waited_for() -> None:
    closed = {"Name": "main", "S3BucketName": bucket_with(None)}
    create(CHANNEL, closed)
    with pytest.raises(LocalApiError, match="Insufficient delivery policy to s3 bucket"):
        create(RECORDER, DAILY)
    with pytest.raises(LocalApiError, match="Insufficient delivery policy to s3 bucket"):
        create(CHANNEL, closed)


def test_recorder_and_channel_change_in_place_and_go_in_either_order() -> None:
    channel = {"Name": "main", "S3BucketName": admitted()}
    create(RECORDER, DAILY)
    create(CHANNEL, channel)
    continuous = {**DAILY, "RecordingMode": {"RecordingFrequency": "CONTINUOUS"}}
    assert update(RECORDER, "main", DAILY, continuous) == "main"
    assert update(CHANNEL, "main", channel, {**channel, "S3BucketName": admitted()}) == "main"
    assert recording() == {"main": True}
    delete(CHANNEL, "main", channel)
    assert recording() == {"main": False}
    delete(RECORDER, "main", continuous)
    delete(RECORDER, "main", continuous)
    delete(CHANNEL, "main", channel)
    assert recording() == {}


def test_a_rule_has_an_id_and_keeps_its_name_when_it_changes() -> None:
    record()
    with_parameters = {**MFA, "InputParameters": {"maxAge": "90"}}
    made, attributes = create(RULE, with_parameters)
    assert (made, attributes["Compliance.Type"]) == ("root-mfa", "INSUFFICIENT_DATA")
    assert attributes["Arn"].endswith(attributes["ConfigRuleId"])
    (shown,) = call("config", "DescribeConfigRules")["ConfigRules"]
    assert shown["InputParameters"] == '{"maxAge": "90"}'
    assert update(RULE, made, with_parameters, MFA) == made
    delete(RULE, made, MFA)
    delete(RULE, made, MFA)


def test_a_rule_without_a_recorder_fails() -> None:
    with pytest.raises(LocalApiError, match="Configuration Recorder is not available to put config rule"):
        create(RULE, MFA)
