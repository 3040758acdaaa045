"""AccountSecurityStack on the local cloud: what is in its way, what it sets, what people hear, what stays, and that it comes again.

The tests build on each other in order.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.local_cloud.account_stack import REGION, STACK, AccountStack, until
from tradingbot_infra.local_cloud.server import ACCOUNT, running

pytestmark = pytest.mark.local_cloud

LOG = "/aws/lambda/tradingbot-ai-account-defaults"
PRODUCT = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default"
FINDING = {
    "SchemaVersion": "2018-10-08",
    "Id": "one",
    "ProductArn": PRODUCT,
    "ProductName": "Security Hub",
    "GeneratorId": "security-control/S3.1",
    "AwsAccountId": ACCOUNT,
    "CreatedAt": "2026-01-01T00:00:00Z",
    "UpdatedAt": "2026-01-01T00:00:00Z",
    "Severity": {"Label": "HIGH"},
    "Title": "Buckets should block public access",
    "Description": "text",
    "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::open"}],
    "Compliance": {"Status": "FAILED", "SecurityControlId": "S3.1"},
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, synthesize: Synthesize) -> Iterator[AccountStack]:
    template = synthesize("production", account_security="ours").templates[STACK]
    with running(tmp_path_factory.mktemp("local-cloud")) as cloud:
        made = AccountStack(cloud, template)
        made.upload()
        yield made


def settings(stack: AccountStack) -> dict[str, object]:
    """What the function sets, as AWS's APIs show it."""
    ec2 = stack.aws("ec2")
    (inspected,) = stack.aws("inspector2").batch_get_account_status()["accounts"]
    block = stack.aws("s3control").get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"]
    return {
        "passwords": stack.aws("iam").get_account_password_policy()["PasswordPolicy"]["MinimumPasswordLength"],
        "buckets": all(block.values()),
        "volumes": ec2.get_ebs_encryption_by_default()["EbsEncryptionByDefault"],
        "metadata": ec2.get_instance_metadata_defaults()["AccountLevel"]["HttpTokens"],
        "images": ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"],
        "inspector": inspected["resourceState"]["ecr"]["status"],
        "default VPCs": [len(stack.aws("ec2", region).describe_vpcs()["Vpcs"]) for region in (REGION, "us-east-1", "eu-west-1")],
    }


SET = {
    "passwords": 14,
    "buckets": True,
    "volumes": True,
    "metadata": "required",
    "images": "block-new-sharing",
    "inspector": "ENABLED",
    "default VPCs": [0, 0, 0],
}


def services(stack: AccountStack) -> dict[str, int]:
    """How many of each the account has."""
    return {
        "trails": len(stack.aws("cloudtrail").describe_trails()["trailList"]),
        "recorders": len(stack.aws("config").describe_configuration_recorders()["ConfigurationRecorders"]),
        "channels": len(stack.aws("config").describe_delivery_channels()["DeliveryChannels"]),
        "detectors": len(stack.aws("guardduty").list_detectors()["DetectorIds"]),
        "analyzers": len(stack.aws("accessanalyzer").list_analyzers()["analyzers"]),
    }


def said_by_the_function(stack: AccountStack, request: str) -> list[dict[str, str]]:
    """What the function wrote into its log about requests of one kind."""
    events = stack.aws("logs").filter_log_events(logGroupName=LOG)["events"]
    lines = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
    return [line for line in lines if line["request"] == request]


def test_a_detector_that_the_account_has_fails_the_stack_in_awss_words_and_stays(stack: AccountStack) -> None:
    guardduty = stack.aws("guardduty")
    own = guardduty.create_detector(Enable=True)["DetectorId"]
    assert stack.deploy().startswith("ROLLBACK")
    assert any("a detector already exists for the current account" in why for name, why in stack.failures() if name == "GuardDuty")
    assert guardduty.list_detectors()["DetectorIds"] == [own]
    assert stack.delete() == "DELETE_COMPLETE"
    guardduty.delete_detector(DetectorId=own)


def test_the_whole_stack_deploys_and_everything_is_on(stack: AccountStack) -> None:
    assert stack.deploy(import_existing=True) == "CREATE_COMPLETE", stack.failures()
    assert settings(stack) == SET
    assert set(services(stack).values()) == {1}
    (recorder,) = stack.aws("config").describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert recorder["recording"]
    standards = stack.aws("securityhub").get_enabled_standards()["StandardsSubscriptions"]
    assert {one["StandardsStatus"] for one in standards} == {"READY"}
    assert stack.aws("ec2").get_snapshot_block_public_access_state()["State"] == "block-all-sharing"


def test_aws_config_may_write_into_the_audit_bucket(stack: AccountStack) -> None:
    written = stack.aws("s3").list_objects_v2(Bucket=stack.outputs["AuditBucketName"], Prefix=f"AWSLogs/{ACCOUNT}/Config/")["Contents"]
    assert [each["Key"].rpartition("/")[2] for each in written] == ["ConfigWritabilityCheckFile"]


def test_findings_reach_the_topic_in_readable_words_and_minor_ones_do_not(stack: AccountStack) -> None:
    sqs, guardduty = stack.aws("sqs"), stack.aws("guardduty")
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    stack.aws("sns").subscribe(
        TopicArn=stack.outputs["SecurityTopicArn"], Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
    )
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    types = ["Policy:IAMUser/RootCredentialUsage", "Exfiltration:S3/AnomalousBehavior"]
    guardduty.create_sample_findings(DetectorId=detector, FindingTypes=types)
    low: dict[str, Any] = {**FINDING, "Id": "two", "Severity": {"Label": "LOW"}}
    stack.aws("securityhub").batch_import_findings(Findings=[FINDING, low])
    messages: list[str] = []

    def heard() -> bool:
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        messages.extend(one["Body"] for one in found)
        return len(messages) >= 2

    until(heard)
    from_guardduty, from_security_hub = sorted(messages)
    assert "Exfiltration:S3/AnomalousBehavior" in from_guardduty
    assert "Severity 8.0 of 10" in from_guardduty
    assert all(part in from_security_hub for part in ("Buckets should block public access", "HIGH", "S3.1", "arn:aws:s3:::open"))
    assert not any("<" in message for message in messages)


def test_a_stack_that_goes_takes_its_services_along_and_leaves_what_it_set(stack: AccountStack) -> None:
    assert stack.delete() == "DELETE_COMPLETE"
    assert set(services(stack).values()) == {0}
    assert settings(stack) == SET
    left = said_by_the_function(stack, "Delete")
    assert {line["status"] for line in left} == {"SUCCESS"}
    assert all("stays as it is" in line["reason"] for line in left)
    assert {line["type"] for line in left} == {line["type"] for line in said_by_the_function(stack, "Create")}


def test_the_next_deployment_takes_over_the_logs_that_were_kept(stack: AccountStack) -> None:
    assert stack.deploy(import_existing=True) == "CREATE_COMPLETE", stack.failures()
    assert set(services(stack).values()) == {1}
    assert settings(stack) == SET
