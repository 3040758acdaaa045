"""A request as CloudTrail records it.

Sources: CloudTrail User Guide, "CloudTrail record contents", "CloudTrail userIdentity element", "Logging data events".
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradingbot_infra.local_cloud.api import client
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.api.messages import HttpRequest, Response
from tradingbot_infra.local_cloud.api.models import operation_model
from tradingbot_infra.local_cloud.services.trails import redaction
from tradingbot_infra.local_cloud.services.trails.requests import operation_of, parameters_of, service_of, source_of

_READS = ("BatchGet", "Check", "Describe", "Estimate", "Filter", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search", "Select")
_ALSO_READS = frozenset(
    {
        *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "BatchCheckLayerAvailability", "Decrypt", "Encrypt"),
        *("GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "SimulateCustomPolicy", "SimulatePrincipalPolicy", "ValidateTemplate"),
    }
)
_GLOBAL = frozenset({"cloudfront", "iam", "organizations", "route53"})
"""Services whose events are those of us-east-1."""
_S3_LISTS = frozenset({"DeleteObjects", "HeadBucket", "ListMultipartUploads", "ListObjectVersions", "ListObjects", "ListObjectsV2"})
"""Data events of buckets; those of objects have a key."""
_NAMES: Mapping[str, Mapping[str, str]] = {
    "s3": {
        "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
        "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "ListObjectsV2": "ListObjects",
        "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    },
    "s3control": {
        "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
        "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
        "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
    },
}
"""Operations of S3 -> their names in CloudTrail ("Amazon S3 CloudTrail events", S3 User Guide), where these differ."""
_DATA: Mapping[str, tuple[str, ...]] = {
    "cloudwatch": ("GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "ListMetrics", "PutMetricData"),
    "dynamodb": ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"),
    "events": ("PutEvents",),
    "kinesis": ("GetRecords", "PutRecord", "PutRecords"),
    "lambda": ("Invoke", "InvokeAsync", "InvokeWithResponseStream"),
    "logs": ("FilterLogEvents", "GetLogEvents", "PutLogEvents", "StartLiveTail"),
    "sns": ("Publish", "PublishBatch"),
    "sqs": (
        *("ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage", "DeleteMessageBatch", "ReceiveMessage"),
        *("SendMessage", "SendMessageBatch"),
    ),
}
"""Operations on data, which are no management events."""


@dataclass(frozen=True)
class Seen:
    """A request that was answered while a trail logged."""

    name: str
    """The service, by its name in ministack's registry."""
    request: HttpRequest
    response: Response
    identity: Mapping[str, Any]
    account: str
    region: str
    address: str
    at: datetime


def event_of(seen: Seen) -> dict[str, Any] | None:
    """The event of a request; None for what is no operation of an API of AWS."""
    service = service_of(seen.name)
    operation = operation_of(service, seen.request) if service else ""
    if service is None or not operation:
        return None
    asked = parameters_of(service, operation, seen.request)
    resources = _resources(service, operation, asked, seen)
    is_management = resources is None
    return {
        "eventVersion": "1.11",
        "userIdentity": dict(seen.identity),
        "eventTime": seen.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": source_of(service),
        "eventName": _NAMES.get(service, {}).get(operation, operation),
        "awsRegion": "us-east-1" if service in _GLOBAL else seen.region,
        "sourceIPAddress": seen.address,
        "userAgent": seen.request.headers.get("user-agent", ""),
        **_error(service, operation, seen.response),
        "requestParameters": redaction.shown(operation_model(service, operation).input_shape, _named(service, asked)),
        "responseElements": None if _only_reads(operation) else _answer(service, operation, seen.response),
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": _only_reads(operation),
        **({"resources": resources} if resources else {}),
        "eventType": "AwsApiCall",
        "managementEvent": is_management,
        "recipientAccountId": seen.account,
        "eventCategory": "Management" if is_management else "Data",
    }


def _only_reads(operation: str) -> bool:
    return operation in _ALSO_READS or operation.startswith(_READS)


def _named(service: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters under CloudTrail's names."""
    return {"bucketName" if (service, name) == ("s3", "Bucket") else name: value for name, value in asked.items()}


def _resources(service: str, operation: str, asked: Mapping[str, Any], seen: Seen) -> list[dict[str, str]] | None:
    """What an operation on data is about, if CloudTrail has such data events here; None for a management event."""
    if service == "s3" and ("Key" in asked or operation in _S3_LISTS):
        bucket = f"arn:aws:s3:::{asked.get('Bucket', '')}"
        owner = {"accountId": seen.account}
        return [
            {"type": "AWS::S3::Object", "ARN": f"{bucket}/{asked.get('Key', '')}"},
            {**owner, "type": "AWS::S3::Bucket", "ARN": bucket},
        ]
    if operation not in _DATA.get(service, ()):
        return None
    if service == "lambda":
        name = str(asked.get("FunctionName", ""))
        arn = name if name.startswith("arn:") else f"arn:aws:lambda:{seen.region}:{seen.account}:function:{name}"
        return [{"accountId": seen.account, "type": "AWS::Lambda::Function", "ARN": arn}]
    return []


def _error(service: str, operation: str, response: Response) -> dict[str, str]:
    if response[0] < 400:
        return {}
    try:
        client.read(service, operation, response)
    except LocalApiError as error:
        return {"errorCode": f"Client.{error.code}" if service == "ec2" else error.code, "errorMessage": error.message}
    return {"errorCode": str(response[0]), "errorMessage": ""}


def _answer(service: str, operation: str, response: Response) -> dict[str, Any] | None:
    shape = operation_model(service, operation).output_shape
    if response[0] >= 300 or shape is None or getattr(shape, "event_stream_output", None):
        return None
    answer = client.read(service, operation, response)
    return redaction.shown(shape, {name: value for name, value in answer.items() if name != "ResponseMetadata"})
