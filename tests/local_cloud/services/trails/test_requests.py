"""Which operation a request asks for, and with which parameters: what botocore writes is read again."""

from typing import Any

import pytest

from tradingbot_infra.local_cloud.api import client
from tradingbot_infra.local_cloud.api.messages import HttpRequest
from tradingbot_infra.local_cloud.services.trails.requests import operation_of, parameters_of, service_of, source_of

OBJECT = {"Bucket": "bucket-1", "Key": "a/b c.txt"}
POLICY = {"Bucket": "bucket-1"}


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "CreateBucket", POLICY),
        ("s3", "ListBuckets", {}),
        ("s3", "ListObjectsV2", POLICY),
        ("s3", "ListObjects", POLICY),
        ("s3", "GetBucketPolicy", POLICY),
        ("s3", "DeleteBucket", POLICY),
        ("s3", "DeleteBucketPolicy", POLICY),
        ("s3", "PutObject", {**OBJECT, "Body": b"x"}),
        ("s3", "GetObject", OBJECT),
        ("s3", "HeadObject", OBJECT),
        ("s3", "DeleteObject", OBJECT),
        ("s3", "CopyObject", {**OBJECT, "CopySource": "bucket-1/b"}),
        ("s3", "CreateMultipartUpload", OBJECT),
        ("s3", "UploadPart", {**OBJECT, "UploadId": "u", "PartNumber": 1, "Body": b"x"}),
        ("s3", "AbortMultipartUpload", {**OBJECT, "UploadId": "u"}),
        ("s3", "DeleteObjects", {**POLICY, "Delete": {"Objects": [{"Key": "a"}]}}),
        ("lambda", "Invoke", {"FunctionName": "f", "Payload": b"{}"}),
        ("lambda", "GetFunction", {"FunctionName": "f"}),
        ("lambda", "GetFunctionConfiguration", {"FunctionName": "f"}),
        ("lambda", "ListFunctions", {}),
        ("backup", "ListBackupVaults", {}),
        ("scheduler", "GetSchedule", {"Name": "s"}),
        ("cloudtrail", "DeleteTrail", {"Name": "t"}),
        ("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}),
        ("iam", "ListUsers", {}),
        ("sqs", "ListQueues", {}),
        ("cloudwatch", "DescribeAlarms", {"AlarmNames": ["a"]}),
    ],
)
def test_what_botocore_writes_is_read_again(service: str, operation: str, parameters: dict[str, Any]) -> None:
    request = client.written(service, operation, parameters)
    assert operation_of(service, request) == operation
    asked = parameters_of(service, operation, request)
    unread = {"Body", "CopySource", "Delete", "PartNumber", "Payload", "UploadId"}
    assert asked == {name: value for name, value in parameters.items() if name not in unread}


def test_a_request_of_the_rpc_protocol_names_its_operation_in_the_path() -> None:
    request = HttpRequest("POST", "/service/GraniteServiceVersion20100801/operation/PutDashboard", {}, b"\xbf\xff")
    assert operation_of("cloudwatch", request) == "PutDashboard"
    assert parameters_of("cloudwatch", "PutDashboard", request) == {}


@pytest.mark.parametrize(
    "request_",
    [HttpRequest("PATCH", "/a/b", {}, b""), HttpRequest("POST", "/", {"x-amz-target": "Logs_20140328.Nothing"}, b"")],
    ids=["no-route", "no-operation"],
)
def test_a_request_that_names_no_operation_of_the_service_has_none(request_: HttpRequest) -> None:
    assert operation_of("s3" if request_.path != "/" else "logs", request_) == ""


def test_services_have_the_names_of_boto3_and_sources_those_of_cloudtrail() -> None:
    assert (service_of("monitoring"), service_of("elasticloadbalancing"), service_of("imds")) == ("cloudwatch", "elbv2", None)
    sources = {name: source_of(name) for name in ("cloudwatch", "ecr", "elbv2", "logs", "stepfunctions")}
    assert sources == {
        "cloudwatch": "monitoring.amazonaws.com",
        "ecr": "ecr.amazonaws.com",
        "elbv2": "elasticloadbalancing.amazonaws.com",
        "logs": "logs.amazonaws.com",
        "stepfunctions": "states.amazonaws.com",
    }
