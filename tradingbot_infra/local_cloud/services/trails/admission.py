"""Whether bucket, key and role admit a trail, as CloudTrail checks when a trail is created or changed, and when it delivers.

Sources: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail", "Configure AWS KMS key policies for CloudTrail", "Role policy
document for CloudTrail to use CloudWatch Logs for monitoring". The words are those that people report (hashicorp/terraform#29991,
aws/aws-cdk#1963, cloudposse/terraform-aws-cloudtrail-cloudwatch-alarms#2).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack.policies import Context, service_may
from tradingbot_infra.local_cloud.ministack.scopes import current

_SERVICE = "cloudtrail.amazonaws.com"
_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:DescribeKey")
_LOG_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]

Trail = Mapping[str, Any]
"""Name, TrailARN, S3BucketName and what else a trail has, under the names of GetTrail."""


async def require_all(trail: Trail, ask: Ask) -> None:
    """Raises LocalApiError with CloudTrail's code for the first of bucket, key and role that does not admit the trail."""
    await require_bucket(trail, ask)
    await _require_key(trail, ask)
    await require_logs(trail, ask)


async def require_bucket(trail: Trail, ask: Ask) -> None:
    """The bucket's policy lets CloudTrail read its ACL and write log files, and digest files if they are wanted."""
    name = trail["S3BucketName"]
    try:
        document = (await ask("s3", "GetBucketPolicy", Bucket=name))["Policy"]
    except LocalApiError as error:
        if error.code == "NoSuchBucket":
            raise LocalApiError("S3BucketDoesNotExistException", f"S3 bucket {name} does not exist!") from error
        document = "{}"
    bucket = f"arn:aws:s3:::{name}"
    written = [f"{bucket}/{folder}/x.json.gz" for folder in _folders(trail)]
    wanted = [("s3:GetBucketAcl", bucket), *(("s3:PutObject", each) for each in written)]
    context = _context(trail)
    if not all(_admits(document, action, resource, context) for action, resource in wanted):
        raise LocalApiError("InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {name}")


async def require_logs(trail: Trail, ask: Ask) -> None:
    """The role trusts CloudTrail and may write to the log group, if the trail has them."""
    group, role = trail.get("CloudWatchLogsLogGroupArn"), trail.get("CloudWatchLogsRoleArn")
    if bool(group) != bool(role):
        missing = "a role ARN as well as a log group" if group else "a log group ARN as well as a role"
        raise _not_role(f"You must specify {missing}.") if group else _not_group(f"You must specify {missing}.")
    if not group or not role:
        return
    name, stream = group_name(group), log_stream(trail)
    found = (await ask("logs", "DescribeLogGroups", logGroupNamePrefix=name))["logGroups"]
    if name not in [one["logGroupName"] for one in found]:
        raise _not_group("CloudTrail cannot validate the specified log group ARN.")
    await _require_trust(trail, role, ask)
    arn = f"{group.removesuffix(':*')}:log-stream:{stream}"
    asked = {"PolicySourceArn": role, "ActionNames": _LOG_ACTIONS, "ResourceArns": [arn]}
    answer = await ask("iam", "SimulatePrincipalPolicy", **asked)
    if any(each["EvalDecision"] != "allowed" for each in answer["EvaluationResults"]):
        raise _not_group("Access denied. Check the permissions for your role.")


def group_name(arn: str) -> str:
    """The name of a log group in its ARN."""
    return arn.split(":")[6]


def log_stream(trail: Trail) -> str:
    """The log stream of a trail."""
    account, _ = current()
    return f"{account}_CloudTrail_{trail['HomeRegion']}"


async def _require_key(trail: Trail, ask: Ask) -> None:
    if not trail.get("KmsKeyId"):
        return
    try:
        key = (await ask("kms", "DescribeKey", KeyId=trail["KmsKeyId"]))["KeyMetadata"]
    except LocalApiError as error:
        raise LocalApiError("KmsKeyNotFoundException", f"KMS key {trail['KmsKeyId']} is not found.") from error
    if not key["Enabled"]:
        raise LocalApiError("KmsException", f"KMS key {key['Arn']} is in the state {key['KeyState']}.")
    document = (await ask("kms", "GetKeyPolicy", KeyId=key["KeyId"], PolicyName="default"))["Policy"]
    context = {**_context(trail), "kms:encryptioncontext:aws:cloudtrail:arn": trail["TrailARN"]}
    if not all(_admits(document, action, key["Arn"], context) for action in _KEY_ACTIONS):
        words = f"Insufficient permissions to access S3 bucket {trail['S3BucketName']} or KMS key {key['Arn']}."
        raise LocalApiError("InsufficientEncryptionPolicyException", words)


async def _require_trust(trail: Trail, role: str, ask: Ask) -> None:
    try:
        found = (await ask("iam", "GetRole", RoleName=role.rpartition("/")[2]))["Role"]
    except LocalApiError as error:
        raise _not_role("CloudTrail cannot validate the specified role ARN.") from error
    trust = found["AssumeRolePolicyDocument"]
    document = json.loads(unquote(trust)) if isinstance(trust, str) else trust
    # A trust policy is about its role and names no resource.
    about = {"Statement": [{**one, "Resource": "*"} for one in _each(document)]}
    if not _admits(json.dumps(about), "sts:AssumeRole", role, _context(trail)):
        raise _not_role("Access denied. Check the trust relationships for your role.")


def _folders(trail: Trail) -> Iterator[str]:
    account, _ = current()
    prefix = f"{trail['S3KeyPrefix']}/" if trail.get("S3KeyPrefix") else ""
    yield f"{prefix}AWSLogs/{account}/CloudTrail"
    if trail.get("LogFileValidationEnabled"):
        yield f"{prefix}AWSLogs/{account}/CloudTrail-Digest"


def _context(trail: Trail) -> Context:
    account, _ = current()
    encrypted = {"s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": str(trail.get("KmsKeyId"))}
    return {
        "aws:principalisawsservice": "true",
        "aws:principalservicename": _SERVICE,
        "aws:securetransport": "true",
        "aws:sourceaccount": account,
        "aws:sourcearn": trail["TrailARN"],
        "s3:tlsversion": "1.3",
        "s3:x-amz-acl": "bucket-owner-full-control",
        **(encrypted if trail.get("KmsKeyId") else {}),
    }


def _admits(document: str, action: str, resource: str, context: Context) -> bool:
    """Whether a resource's policy allows this to CloudTrail; a service has no other rights."""
    return service_may(document, _SERVICE, action, resource, context)


def _each(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement", [])
    return [found] if isinstance(found, dict) else list(found)


def _not_role(words: str) -> LocalApiError:
    return LocalApiError("InvalidCloudWatchLogsRoleArnException", words)


def _not_group(words: str) -> LocalApiError:
    return LocalApiError("InvalidCloudWatchLogsLogGroupArnException", words)
