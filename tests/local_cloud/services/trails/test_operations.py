"""What CloudTrail refuses of trails, and what it keeps and tells of them."""

from typing import Any

import pytest

from tests.local_cloud.services.trails.audit import ACCOUNT, SERVICE, Audit, Mutation, allow, document
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call

NO_BUCKET, NO_KEY = "InsufficientS3BucketPolicyException", "InsufficientEncryptionPolicyException"
NO_ROLE, NO_GROUP = "InvalidCloudWatchLogsRoleArnException", "InvalidCloudWatchLogsLogGroupArnException"


@pytest.fixture
def audit() -> Audit:
    return Audit()


def without_validation(audit: Audit) -> None:
    """Log files may be written, digest files not."""
    acl, write, _ = audit.bucket_statements()
    audit.let_the_bucket(acl, {**write, "Resource": f"arn:aws:s3:::{audit.name}/AWSLogs/{ACCOUNT}/CloudTrail/*"})


def of_another_trail(audit: Audit) -> None:
    acl, write, _ = audit.bucket_statements()
    audit.let_the_bucket(acl, {**write, "Condition": {"StringEquals": {"aws:SourceArn": f"{audit.trail_arn}s"}}})


def of_another_service(audit: Audit) -> None:
    audit.let_the_bucket(*({**one, "Principal": {"Service": "config.amazonaws.com"}} for one in audit.bucket_statements()[:2]))


def denied(audit: Audit) -> None:
    no = {"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": f"arn:aws:s3:::{audit.name}/*"}
    audit.let_the_bucket(*audit.bucket_statements(), no)


def denied_without_the_key(audit: Audit) -> None:
    """A denial that the trail does not meet: it encrypts with its key."""
    unless = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    no = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{audit.name}/*", "Condition": unless}
    audit.let_the_bucket(*audit.bucket_statements(), no)


def key_of_another_trail(audit: Audit) -> None:
    other = {"StringEquals": {"kms:EncryptionContext:aws:cloudtrail:arn": f"{audit.trail_arn}s"}}
    audit.let_the_key(allow("kms:GenerateDataKey*", Condition=other), allow("kms:DescribeKey"))


def key_of_this_trail(audit: Audit) -> None:
    this = {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}}
    audit.let_the_key(allow("kms:GenerateDataKey*", Condition=this), allow("kms:DescribeKey"))


def trusting(audit: Audit, **statement: object) -> None:
    trust = {"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole", **statement}
    call("iam", "UpdateAssumeRolePolicy", RoleName=audit.name[:64], PolicyDocument=document(trust))


def role_of_its_stream(audit: Audit) -> None:
    stream = f"{audit.group_arn.removesuffix(':*')}:log-stream:{ACCOUNT}_CloudTrail_{audit.region}*"
    audit.let_the_role(["logs:CreateLogStream", "logs:PutLogEvents"], stream)


@pytest.mark.parametrize(
    "change",
    [lambda _audit: None, denied_without_the_key, key_of_this_trail, role_of_its_stream],
    ids=["as-the-guide-says", "a-denial-that-it-does-not-meet", "a-key-for-its-trail", "a-role-for-its-stream"],
)
def test_a_trail_that_bucket_key_and_role_admit_is_created(audit: Audit, change: Mutation) -> None:
    change(audit)
    assert audit.create_trail()["TrailARN"] == audit.trail_arn


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda audit: call("s3", "DeleteBucketPolicy", Bucket=audit.name), NO_BUCKET),
        (lambda audit: audit.let_the_bucket(audit.bucket_statements()[0]), NO_BUCKET),
        (lambda audit: audit.let_the_bucket(audit.bucket_statements()[1]), NO_BUCKET),
        (without_validation, NO_BUCKET),
        (of_another_trail, NO_BUCKET),
        (of_another_service, NO_BUCKET),
        (denied, NO_BUCKET),
        (lambda audit: audit.let_the_key({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}), NO_KEY),
        (lambda audit: audit.let_the_key(allow("kms:GenerateDataKey*")), NO_KEY),
        (key_of_another_trail, NO_KEY),
        (lambda audit: trusting(audit, Principal={"Service": "ec2.amazonaws.com"}), NO_ROLE),
        (lambda audit: trusting(audit, Condition={"StringEquals": {"aws:SourceAccount": "111111111111"}}), NO_ROLE),
        (lambda audit: audit.let_the_role(["logs:CreateLogStream"]), NO_GROUP),
        (lambda audit: audit.let_the_role(["logs:CreateLogStream", "logs:PutLogEvents"], "arn:aws:logs:*:*:log-group:other:*"), NO_GROUP),
        (lambda audit: call("logs", "DeleteLogGroup", logGroupName=audit.name), NO_GROUP),
    ],
    ids=[
        *("no-policy", "no-writing", "no-acl", "no-digests", "another-trail", "another-service", "denied"),
        *("key-of-the-account-only", "key-not-described", "key-of-another-trail"),
        *("role-of-another-service", "role-of-another-account", "role-without-put", "role-of-another-group", "no-log-group"),
    ],
)
def test_a_trail_that_something_does_not_admit_is_refused_when_created_and_when_changed(audit: Audit, change: Mutation, code: str) -> None:
    admitted = Audit()
    admitted.create_trail()
    change(audit)
    with pytest.raises(LocalApiError) as refused:
        audit.create_trail()
    assert refused.value.code == code
    assert call("cloudtrail", "DescribeTrails", trailNameList=[audit.name])["trailList"] == []
    change(admitted)
    with pytest.raises(LocalApiError) as refused:
        call("cloudtrail", "UpdateTrail", Name=admitted.name, IncludeGlobalServiceEvents=True)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"S3BucketName": "no-such-bucket-here"}, "S3BucketDoesNotExistException"),
        ({"KmsKeyId": "alias/none"}, "KmsKeyNotFoundException"),
        ({"CloudWatchLogsRoleArn": ""}, NO_ROLE),
        ({"CloudWatchLogsLogGroupArn": ""}, NO_GROUP),
        ({"CloudWatchLogsRoleArn": f"arn:aws:iam::{ACCOUNT}:role/none"}, NO_ROLE),
    ],
)
def test_what_does_not_exist_is_refused_by_name(audit: Audit, parameters: dict[str, Any], code: str) -> None:
    with pytest.raises(LocalApiError) as refused:
        audit.create_trail(**parameters)
    assert refused.value.code == code


def test_a_disabled_key_is_refused(audit: Audit) -> None:
    call("kms", "DisableKey", KeyId=audit.key)
    with pytest.raises(LocalApiError) as refused:
        audit.create_trail()
    assert refused.value.code == "KmsException"


def test_a_trail_needs_neither_key_nor_log_group_and_its_prefix_is_part_of_the_path(audit: Audit) -> None:
    plain: dict[str, Any] = {"KmsKeyId": "", "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""}
    with pytest.raises(LocalApiError) as refused:
        audit.create_trail(**plain, S3KeyPrefix="elsewhere")
    assert refused.value.code == NO_BUCKET
    audit.create_trail(**plain)


def test_a_trail_is_described_with_log_group_role_and_tags_and_its_name_is_taken(audit: Audit) -> None:
    audit.create_trail(TagsList=[{"Key": "Project", "Value": "tradingbot"}])
    (described,) = call("cloudtrail", "DescribeTrails", trailNameList=[audit.name])["trailList"]
    assert {name: described[name] for name in audit.to_logs} == audit.to_logs
    (tags,) = call("cloudtrail", "ListTags", ResourceIdList=[audit.trail_arn])["ResourceTagList"]
    assert tags["TagsList"] == [{"Key": "Project", "Value": "tradingbot"}]
    with pytest.raises(LocalApiError) as refused:
        audit.create_trail()
    assert refused.value.code == "TrailAlreadyExistsException"


def test_insight_selectors_are_kept_until_the_trail_is_deleted(audit: Audit) -> None:
    audit.create_trail()
    with pytest.raises(LocalApiError) as refused:
        call("cloudtrail", "GetInsightSelectors", TrailName=audit.name)
    assert refused.value.code == "InsightNotEnabledException"
    wanted = [{"InsightType": "ApiCallRateInsight"}]
    call("cloudtrail", "PutInsightSelectors", TrailName=audit.name, InsightSelectors=wanted)
    assert call("cloudtrail", "GetInsightSelectors", TrailName=audit.trail_arn)["InsightSelectors"] == wanted
    assert call("cloudtrail", "GetTrail", Name=audit.name)["Trail"]["HasInsightSelectors"] is True
    call("cloudtrail", "DeleteTrail", Name=audit.name)
    audit.create_trail()
    with pytest.raises(LocalApiError):
        call("cloudtrail", "GetInsightSelectors", TrailName=audit.name)


@pytest.mark.parametrize("operation", ["PutInsightSelectors", "GetInsightSelectors"])
def test_a_trail_that_does_not_exist_has_no_insights(operation: str) -> None:
    selectors: dict[str, Any] = {"InsightSelectors": []} if operation.startswith("Put") else {}
    with pytest.raises(LocalApiError) as refused:
        call("cloudtrail", operation, TrailName="none", **selectors)
    assert refused.value.code == "TrailNotFoundException"
