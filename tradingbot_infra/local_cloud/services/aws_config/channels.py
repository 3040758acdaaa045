"""Delivery channels: AWS Config tries at once whether it may write into the bucket, and leaves a file there.

Sources: AWS Config Developer Guide, "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel";
hashicorp/terraform-provider-aws#8655 for the words, and aws/aws-cdk#9001 for the order.
"""

from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import account_records, scopes
from tradingbot_infra.local_cloud.ministack.policies import service_may
from tradingbot_infra.local_cloud.services.operation import Call

_SERVICE = "config.amazonaws.com"
_CHECK_FILE = "ConfigWritabilityCheckFile"


async def put(call: Call) -> dict[str, Any]:
    """PutDeliveryChannel: needs a recorder, refuses a second channel, and a bucket that AWS Config may not write to."""
    wanted = call.parameters["DeliveryChannel"]
    name = wanted.get("name", "default")
    if not (await call.ask("config", "DescribeConfigurationRecorders"))["ConfigurationRecorders"]:
        words = "Configuration recorder is not available to put delivery channel."
        raise LocalApiError("NoAvailableConfigurationRecorderException", words)
    others = [one["name"] for one in (await call.ask("config", "DescribeDeliveryChannels"))["DeliveryChannels"]]
    if others and name not in others:
        words = f"Failed to put delivery channel '{name}' because the maximum number of delivery channels: 1 is reached."
        raise LocalApiError("MaxNumberOfDeliveryChannelsExceededException", words)
    await _try_to_write(wanted, call.ask)
    return await call.as_asked()


async def delete(call: Call) -> dict[str, Any]:
    """DeleteDeliveryChannel, which refuses the one of a recorder that runs."""
    name = call.parameters["DeliveryChannelName"]
    running = (await call.ask("config", "DescribeConfigurationRecorderStatus"))["ConfigurationRecordersStatus"]
    if any(one["recording"] for one in running):
        words = f"Failed to delete last specified delivery channel with name '{name}', because there is a running configuration recorder."
        raise LocalApiError("LastDeliveryChannelDeleteFailedException", words)
    if not account_records.forget_delivery_channel(name):
        raise LocalApiError("NoSuchDeliveryChannelException", f"Cannot find delivery channel with specified name '{name}'.")
    return {}


async def _try_to_write(wanted: dict[str, Any], ask: Ask) -> None:
    bucket, prefix, key = wanted["s3BucketName"], wanted.get("s3KeyPrefix"), wanted.get("s3KmsKeyArn")
    account, region = scopes.current()
    if not account_records.has_bucket(bucket):
        raise LocalApiError("NoSuchBucketException", f"Cannot find a S3 bucket with the name {bucket}")
    place = f"{prefix}/AWSLogs/{account}/Config" if prefix else f"AWSLogs/{account}/Config"
    if not _is_admitted(bucket, place, account, region) or account_records.has_default_retention(bucket):
        shown = [f"'{value or 'null'}'" for value in (prefix, key)]
        words = (
            f"Insufficient delivery policy to s3 bucket: {bucket}, unable to write to bucket, "
            f"provided s3 key prefix is {shown[0]}, provided kms key is {shown[1]}."
        )
        raise LocalApiError("InsufficientDeliveryPolicyException", words)
    await ask("s3", "PutObject", Bucket=bucket, Key=f"{place}/{_CHECK_FILE}", Body=b"")


def _is_admitted(bucket: str, place: str, account: str, region: str) -> bool:
    """The recorder's service-linked role writes as the service, which the bucket's policy has to name."""
    document = account_records.bucket_policy(bucket)
    context = {
        "aws:sourceaccount": account,
        "aws:sourcearn": f"arn:aws:config:{region}:{account}:delivery-channel",
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    arn = f"arn:aws:s3:::{bucket}"
    asked = (("s3:GetBucketAcl", arn), ("s3:ListBucket", arn), ("s3:PutObject", f"{arn}/{place}/{_CHECK_FILE}"))
    return all(service_may(document, _SERVICE, action, resource, context) for action, resource in asked)
