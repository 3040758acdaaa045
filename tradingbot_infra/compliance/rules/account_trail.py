"""Rules for the account's trail: what it records, and how its log files are kept."""

from collections.abc import Iterator

from tradingbot_infra.compliance.observe import at, customer_key, is_true, listed, observe, refers, seen
from tradingbot_infra.compliance.reading.account_stack import account_rule, of
from tradingbot_infra.compliance.reading.policy_documents import Statement, covers, principals, statements
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.reading.trail_events import MANAGEMENT, Event, bucket_arn, of_object, records
from tradingbot_infra.compliance.rule import Observation
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.compliance.tristate import decided
from tradingbot_infra.templates import Assembly, Resource

TRAIL = "AWS::CloudTrail::Trail"
BUCKET = "AWS::S3::Bucket"
BUCKET_POLICY = "AWS::S3::BucketPolicy"

_SERVICE = "Service:cloudtrail.amazonaws.com"
_PUBLIC_ACCESS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_DELETIONS = ("s3:DeleteObject", "s3:DeleteObjectVersion")
_INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")
_WRITES = ("PutObject", "DeleteObject", "PutObjectRetention")
_READS = ("GetObject", "HeadObject")


@account_rule(
    "acct.trail",
    TRAIL,
    title="A multi-region trail records management events, read and write, of every service, into a bucket of these stacks",
    fix="Set `IsMultiRegionTrail`, `IncludeGlobalServiceEvents` and `IsLogging`, and a selector of all management events.",
)
def trail(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    for name in ("IsMultiRegionTrail", "IncludeGlobalServiceEvents", "IsLogging"):
        yield observe(resource, name, is_true, "true")
    yield refers(resource, "S3BucketName", assembly, BUCKET, expected="a bucket of these stacks")
    yield from _recorded(resource, MANAGEMENT, assembly)


@account_rule(
    "acct.trail_validation",
    TRAIL,
    title="The trail's log files can be validated",
    fix="Set `EnableLogFileValidation` on the trail.",
)
def validation(resource: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(resource, "EnableLogFileValidation", is_true, "true")


@account_rule(
    "acct.trail_kms",
    TRAIL,
    title="The trail is encrypted with a customer managed key, which admits CloudTrail for this account's trail only",
    fix="Name a key in `KMSKeyId`, whose policy admits CloudTrail by aws:SourceArn and the encryption context of the trail.",
)
def kms(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    named = customer_key(resource, "KMSKeyId", assembly)
    yield named
    key = assembly.referred(named.observed)
    if named.status is not Status.PASS or key is None:
        return
    here = ThisAccount.of(resource, assembly)
    admitting = [each for each in statements(key.properties.get("KeyPolicy"), "Allow") if _admits_trail(each, "kms:GenerateDataKey")]
    tied = bool(admitting) and all(here.is_tied_by(each, "aws:sourcearn") for each in admitting)
    yield seen(f"{key.logical_id}.KeyPolicy", len(admitting), tied, "CloudTrail under aws:SourceArn of a trail of this account")


@account_rule(
    "acct.trail_cwl",
    TRAIL,
    title="The trail is delivered to a log group",
    fix="Set `CloudWatchLogsLogGroupArn` and `CloudWatchLogsRoleArn` on the trail.",
)
def log_group(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield refers(resource, "CloudWatchLogsLogGroupArn", assembly, "AWS::Logs::LogGroup", expected="a log group of these stacks")
    yield refers(resource, "CloudWatchLogsRoleArn", assembly, "AWS::IAM::Role", expected="a role of these stacks")


@account_rule(
    "acct.trail_bucket_logs",
    TRAIL,
    title="The trail's bucket keeps access logs, refuses public access, and lets nobody delete a log file",
    fix="Give the bucket another one for its access logs, a full public access block, versions, Object Lock, and a denial of deletion.",
)
def bucket_protected(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    bucket = assembly.referred(resource.properties.get("S3BucketName"))
    if bucket is None or bucket.type != BUCKET:
        yield seen("Properties.S3BucketName", resource.properties.get("S3BucketName"), False, "a bucket of these stacks")
        return
    target = assembly.referred(at(bucket.properties, "LoggingConfiguration.DestinationBucketName"))
    another = target is not None and target.type == BUCKET and target != bucket
    yield seen(f"{bucket.logical_id}.LoggingConfiguration", target and target.logical_id, another, "another bucket of these stacks")
    for member in _PUBLIC_ACCESS:
        yield of(bucket, f"PublicAccessBlockConfiguration.{member}", is_true, "true")
    yield of(bucket, "VersioningConfiguration.Status", lambda status: status == "Enabled", "Enabled")
    yield of(bucket, "ObjectLockEnabled", is_true, "true", default=False)
    yield seen(f"{bucket.logical_id}.PolicyDocument", "", _denies_deletion(bucket, assembly), "everybody is denied to delete objects")


@account_rule("acct.trail_s3_write", TRAIL, title="Writes of objects are recorded", fix="Set `trail_s3_events=write` or `all`.")
def object_writes(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    own = assembly.referred(resource.properties.get("S3BucketName"))
    access_logs = assembly.referred(at(own.properties, "LoggingConfiguration.DestinationBucketName")) if own else None
    for bucket in assembly.of_type(BUCKET):
        # A file that CloudTrail or S3 writes of it would be an event, which CloudTrail writes, and so on.
        names = _WRITES[1:] if bucket in (own, access_logs) else _WRITES
        yield from _recorded(resource, (of_object(bucket_arn(bucket, assembly), name, reads=False) for name in names), assembly)


@account_rule("acct.trail_s3_read", TRAIL, title="Reads of objects are recorded", fix="Set `trail_s3_events=all`.")
def object_reads(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    arns = [bucket_arn(bucket, assembly) for bucket in assembly.of_type(BUCKET)]
    yield from _recorded(resource, (of_object(arn, name, reads=True) for arn in arns for name in _READS), assembly)


@account_rule(
    "acct.trail_insights",
    TRAIL,
    setting="trail_insights",
    title="Unusual rates of API calls and errors are detected",
    fix="Set `trail_insights`.",
)
def insights(resource: Resource, _: Assembly) -> Iterator[Observation]:
    kinds = [at(each, "InsightType") for each in listed(resource.properties.get("InsightSelectors"))]
    yield seen("Properties.InsightSelectors", kinds, set(_INSIGHTS) <= set(kinds), " and ".join(_INSIGHTS))


def _recorded(resource: Resource, events: Iterator[Event] | tuple[Event, ...], assembly: Assembly) -> Iterator[Observation]:
    for event in events:
        what = f"{event['eventSource']} {event['eventName']} {event.get('resources.ARN', '')}".strip()
        yield decided("Properties.EventSelectors", what, records(resource, event, assembly), "an event that the selectors record")


def _admits_trail(statement: Statement, action: str) -> bool:
    return _SERVICE in principals(statement) and covers(statement, action)


def _denies_deletion(bucket: Resource, assembly: Assembly) -> bool:
    policies = [each for each in assembly.of_type(BUCKET_POLICY) if assembly.referred(each.properties.get("Bucket")) == bucket]
    denied = [
        each
        for policy in policies
        for each in statements(policy.properties.get("PolicyDocument"), "Deny")
        if "*" in principals(each) and "Condition" not in each
    ]
    return all(any(covers(each, action) for each in denied) for action in _DELETIONS)
