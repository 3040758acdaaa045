"""What a trail writes to: bucket, key, log group and role, whose policies admit it unless a test changes them."""

import asyncio
import contextvars
import gzip
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.api import client
from tradingbot_infra.local_cloud.api.messages import HttpRequest
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.ministack import services as ministack_services
from tradingbot_infra.local_cloud.services.trails.seen import recorded

ACCOUNT = "000000000000"
SERVICE = {"Service": "cloudtrail.amazonaws.com"}
Statement = dict[str, Any]


def document(*statements: Statement) -> str:
    """A policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str = "*", **more: object) -> Statement:
    """A statement for CloudTrail."""
    return {"Effect": "Allow", "Principal": SERVICE, "Action": action, "Resource": resource, **more}


@dataclass
class Audit:
    """What a trail of this name writes to."""

    name: str = field(default_factory=lambda: f"audit-{uuid.uuid4().hex}")

    def __post_init__(self) -> None:
        call("s3", "CreateBucket", Bucket=self.name)
        call("logs", "CreateLogGroup", logGroupName=self.name)
        self.region = scopes.current()[1]
        self.trail_arn = f"arn:aws:cloudtrail:{self.region}:{ACCOUNT}:trail/{self.name}"
        self.group_arn = f"arn:aws:logs:{self.region}:{ACCOUNT}:log-group:{self.name}:*"
        self.key = call("kms", "CreateKey")["KeyMetadata"]["Arn"]
        trust = document({"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"})
        self.role = call("iam", "CreateRole", RoleName=self.name[:64], AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.let_the_role(["logs:CreateLogStream", "logs:PutLogEvents"])
        self.let_the_bucket(*self.bucket_statements())
        self.let_the_key(allow(["kms:GenerateDataKey*", "kms:DescribeKey"]))

    def bucket_statements(self) -> list[Statement]:
        """What CloudTrail's guide says a bucket's policy needs, and a denial of requests without TLS."""
        bucket, of_trail = f"arn:aws:s3:::{self.name}", {"aws:SourceArn": self.trail_arn}
        owned = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **of_trail}}
        insecure = {"Bool": {"aws:SecureTransport": "false"}}
        return [
            allow("s3:GetBucketAcl", bucket, Condition={"StringEquals": of_trail}),
            allow("s3:PutObject", f"{bucket}/AWSLogs/{ACCOUNT}/*", Condition=owned),
            {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [bucket, f"{bucket}/*"], "Condition": insecure},
        ]

    def let_the_bucket(self, *statements: Statement) -> None:
        call("s3", "PutBucketPolicy", Bucket=self.name, Policy=document(*statements))

    def let_the_key(self, *statements: Statement) -> None:
        call("kms", "PutKeyPolicy", KeyId=self.key, PolicyName="default", Policy=document(*statements))

    def let_the_role(self, actions: list[str], resource: str = "*") -> None:
        policy = document({"Effect": "Allow", "Action": actions, "Resource": resource})
        call("iam", "PutRolePolicy", RoleName=self.name[:64], PolicyName="write", PolicyDocument=policy)

    @property
    def to_logs(self) -> dict[str, str]:
        """Parameters of a trail that writes to the log group."""
        return {"CloudWatchLogsLogGroupArn": self.group_arn, "CloudWatchLogsRoleArn": self.role}

    def create_trail(self, *, logging: bool = False, **parameters: Any) -> dict[str, Any]:
        """A trail of every region with validation and the key, unless the parameters say otherwise."""
        usual: dict[str, Any] = {"S3BucketName": self.name, "KmsKeyId": self.key, "IsMultiRegionTrail": True, **self.to_logs}
        made = call("cloudtrail", "CreateTrail", Name=self.name, EnableLogFileValidation=True, **{**usual, **parameters})
        if logging:
            call("cloudtrail", "StartLogging", Name=self.name)
        return made

    def logged(self) -> list[dict[str, Any]]:
        """The events in the log group."""
        return [json.loads(one["message"]) for one in call("logs", "FilterLogEvents", logGroupName=self.name)["events"]]

    def names(self) -> list[str]:
        """The names of the events in the log group."""
        return [event["eventName"] for event in self.logged()]

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """Key and records of each log file in the bucket."""
        keys = [one["Key"] for one in call("s3", "ListObjectsV2", Bucket=self.name).get("Contents", [])]
        return {key: json.loads(gzip.decompress(read_object(self.name, key)))["Records"] for key in keys}


def read_object(bucket: str, key: str) -> bytes:
    """The content of an object, in ministack's words: botocore's answer would be a stream."""
    written = client.written("s3", "GetObject", {"Bucket": bucket, "Key": key})
    return bytes(finished(written.sent_to(ministack_services.handler("s3")))[2])


def ask_as(key: str, service: str, operation: str, /, **parameters: object) -> None:
    """One request as it reaches the server, signed with an access key; what is answered to it does not matter."""
    written = client.written(service, operation, parameters)
    signed = {"authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/{scopes.current()[1]}/{service}/aws4_request"}
    headers = {**written.headers, **signed, "user-agent": "a test"}
    ask_raw(service, HttpRequest(written.method, written.path, headers, written.body, written.query))


def ask_raw(service: str, request: HttpRequest) -> None:
    """One request as it reaches the server; what is answered to it does not matter."""
    name = ministack_services.REGISTRY_NAMES.get(service, service)
    finished(request.sent_to(recorded(name, gateway.handler(service), gateway.ask)))


def finished(answer: Any) -> Any:
    """The result of a coroutine, in a thread of its own: the main thread's event loop would be taken for the server's."""
    context = contextvars.copy_context()
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(context.run, asyncio.run, answer).result()


Mutation = Callable[[Audit], None]
