"""Buckets and their policies."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader
from tradingbot_infra.operations.failures import is_missing


def _bucket(one: One) -> Live:
    s3, bucket = one.session.s3, one.physical_id
    s3.head_bucket(Bucket=bucket)
    encryption = _or_nothing(lambda: s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"])
    replication = _or_nothing(lambda: s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"])
    return Live(
        properties={
            "PublicAccessBlockConfiguration": _or_nothing(
                lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            ),
            "VersioningConfiguration": {"Status": s3.get_bucket_versioning(Bucket=bucket).get("Status")},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [_encryption(rule) for rule in encryption or []]},
            "ReplicationConfiguration": replication,
        }
    )


def _policy(one: One) -> Live:
    answer = one.session.s3.get_bucket_policy(Bucket=_bucket_of(one))
    return Live(properties={"PolicyDocument": json.loads(answer["Policy"])})


def _bucket_of(one: One) -> str:
    bucket = one.assembly.referred(one.resource.properties.get("Bucket"))
    return (one.ids.of(bucket.stack, bucket.logical_id) if bucket else None) or one.physical_id


def _or_nothing(read: Callable[[], Any]) -> Any:
    """What is read; None where the bucket has no such configuration, which S3 answers with an error."""
    from botocore.exceptions import ClientError

    try:
        return read()
    except ClientError as error:
        if is_missing(error):
            return None
        raise


def _encryption(rule: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation has another name for the default than S3's API."""
    default = rule.get("ApplyServerSideEncryptionByDefault", {})
    return {"ServerSideEncryptionByDefault": default, "BucketKeyEnabled": rule.get("BucketKeyEnabled") or None}


READERS: Mapping[str, Reader] = {"AWS::S3::Bucket": _bucket, "AWS::S3::BucketPolicy": _policy}
