"""What AWS Config needs before it records: a bucket that admits it, a recorder and a delivery channel."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.in_process import call

ROLE = "arn:aws:iam::000000000000:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def admitting(bucket: str, **condition: Any) -> dict[str, Any]:
    """The policy of AWS's page, with another condition if one is given."""
    principal = {"Service": "config.amazonaws.com"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                "Resource": f"arn:aws:s3:::{bucket}",
                **({"Condition": condition} if condition else {}),
            },
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/*",
                **({"Condition": condition} if condition else {}),
            },
        ],
    }


def bucket_with(policy: Mapping[str, Any] | None, name: str = "") -> str:
    """A new bucket with this policy, or none."""
    name = name or f"audit-{uuid.uuid4().hex}"
    call("s3", "CreateBucket", Bucket=name)
    if policy is not None:
        call("s3", "PutBucketPolicy", Bucket=name, Policy=json.dumps(policy))
    return name


def admitted() -> str:
    """A new bucket that AWS Config may write to."""
    name = f"audit-{uuid.uuid4().hex}"
    return bucket_with(admitting(name), name)


def put_recorder(name: str = "default") -> None:
    call("config", "PutConfigurationRecorder", ConfigurationRecorder={"name": name, "roleARN": ROLE})


def record() -> None:
    """Makes a recorder run."""
    put_recorder()
    call("config", "PutDeliveryChannel", DeliveryChannel={"name": "default", "s3BucketName": admitted()})
    call("config", "StartConfigurationRecorder", ConfigurationRecorderName="default")
