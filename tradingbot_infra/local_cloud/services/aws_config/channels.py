"""Delivery channels: AWS Config tries at once whether it may write into the bucket, and leaves a file there.

Sources: AWS Config Developer Guide, "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel";
hashicorp/terraform-provider-aws#8655 for the words, and aws/aws-cdk#9001 for the order.
"""

from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import config_records, scopes
from tradingbot_infra.local_cloud.ministack.policies import service_may
from tradingbot_infra.local_cloud.services.operation import Call

_SERVICE = "config.amazonaws.com"
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
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
    if not config_records.forget_delivery_channel(name):
        raise LocalApiError("NoSuchDeliveryChannelException", f"Cannot find delivery channel with specified name '{name}'.")
    return {}


async def _try_to_write(wanted: dict[str, Any], ask: Ask) -> None:
    bucket, prefix, key = wanted["s3BucketName"], wanted.get("s3KeyPrefix"), wanted.get("s3KmsKeyArn")
    account, _ = scopes.current()
    place = f"{prefix}/AWSLogs/{account}/Config" if prefix else f"AWSLogs/{account}/Config"
    if not await _is_admitted(bucket, place, key, ask) or await _keeps_everything(bucket, ask):
        shown = [f"'{value or 'null'}'" for value in (prefix, key)]
        words = (
            f"Insufficient delivery policy to s3 bucket: {bucket}, unable to write to bucket, "
            f"provided s3 key prefix is {shown[0]}, provided kms key is {shown[1]}."
        )
        raise LocalApiError("InsufficientDeliveryPolicyException", words)
    await ask("s3", "PutObject", Bucket=bucket, Key=f"{place}/{_CHECK_FILE}", Body=b"")


async def _is_admitted(bucket: str, place: str, key: str | None, ask: Ask) -> bool:
    """The recorder's service-linked role writes as the service, which the policies of bucket and key have to name."""
    account, region = scopes.current()
    context = {
        "aws:sourceaccount": account,
        "aws:sourcearn": f"arn:aws:config:{region}:{account}:delivery-channel",
        "aws:securetransport": "true",
        "aws:principalisawsservice": "true",
        "aws:principalservicename": _SERVICE,
        "s3:tlsversion": "1.3",
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    arn, policy = f"arn:aws:s3:::{bucket}", await _bucket_policy(bucket, ask)
    asked = [(policy, "s3:GetBucketAcl", arn), (policy, "s3:ListBucket", arn), (policy, "s3:PutObject", f"{arn}/{place}/{_CHECK_FILE}")]
    if key:
        of_key = (await ask("kms", "GetKeyPolicy", KeyId=key, PolicyName="default"))["Policy"]
        asked += [(of_key, action, key) for action in _KEY_ACTIONS]
    return all(service_may(document, _SERVICE, action, resource, context) for document, action, resource in asked)


async def _bucket_policy(bucket: str, ask: Ask) -> str:
    try:
        return str((await ask("s3", "GetBucketPolicy", Bucket=bucket))["Policy"])
    except LocalApiError as error:
        if error.code == "NoSuchBucket":
            raise LocalApiError("NoSuchBucketException", f"Cannot find a S3 bucket with the name {bucket}") from error
        return ""


async def _keeps_everything(bucket: str, ask: Ask) -> bool:
    """Whether the object lock of a bucket keeps every new object for a time, which AWS Config cannot write to."""
    try:
        lock = (await ask("s3", "GetObjectLockConfiguration", Bucket=bucket))["ObjectLockConfiguration"]
    except LocalApiError:  # it has none
        return False
    return "DefaultRetention" in lock.get("Rule", {})
