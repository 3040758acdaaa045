"""Rules for Amazon S3 buckets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.observe import (
    at,
    customer_key,
    is_false,
    is_function,
    is_true,
    is_unknown,
    listed,
    literal,
    not_assessed,
    observe,
    seen,
)
from tradingbot_infra.compliance.reading.policy_documents import (
    Statement,
    actions,
    covers,
    each_allowed,
    is_open_to_anyone,
    principals,
    refuses_plain_http,
    resources,
    statements,
)
from tradingbot_infra.compliance.reading.this_account import ThisAccount
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.tristate import TriState, any_of, decided, is_reference_to
from tradingbot_infra.templates import Assembly, Resource

BUCKET = "AWS::S3::Bucket"
BUCKET_POLICY = "AWS::S3::BucketPolicy"

MIN_RETENTION_DAYS = 365
"""The shortest retention of objects in a bucket, in days (PCI DSS 10.5.1: twelve months)."""

_SERVER_ACCESS_LOGS = "Service:logging.s3.amazonaws.com"
_TRAIL = "Service:cloudtrail.amazonaws.com"

_OF_ONE_ACCOUNT = re.compile(r".*/AWSLogs/(\d{12}|\$\{AWS::AccountId\})/.*")
_PUBLIC_ACCESS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_DEFAULT_RETENTION = "ObjectLockConfiguration.Rule.DefaultRetention"
_PARTIAL = ("Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan")


@rule("s3.public_block", BUCKET, title="Buckets block every public access", fix="Set `block_public_access=BlockPublicAccess.BLOCK_ALL`.")
def public_block(bucket: Resource, _: Assembly) -> Iterator[Observation]:
    for member in _PUBLIC_ACCESS:
        yield observe(bucket, f"PublicAccessBlockConfiguration.{member}", is_true, "true")


@rule("s3.tls", BUCKET, title="Buckets refuse requests that are not sent over TLS", fix="Set `enforce_ssl=True` on the bucket.")
def tls(bucket: Resource, assembly: Assembly) -> Iterator[Observation]:
    refusing = [
        policy
        for policy in assembly.of_type(BUCKET_POLICY)
        if any(_refuses_plain_http(statement, bucket) for statement in _statements(policy, "Deny"))
    ]
    answer = any_of(_is_of(policy, bucket, assembly) for policy in refusing)
    observed = [policy.logical_id for policy in refusing]
    yield decided(BUCKET_POLICY, observed, answer, "a policy that denies s3:* on bucket and objects without aws:SecureTransport")


@rule(
    "s3.encrypted",
    BUCKET,
    title="Buckets are encrypted with a customer managed key",
    fix="Set `encryption_key`; a bucket of a log service that writes with no such key gets an exception.",
)
def encrypted(bucket: Resource, assembly: Assembly) -> Iterator[Observation]:
    where = "BucketEncryption.ServerSideEncryptionConfiguration"
    configuration = at(bucket.properties, where)
    if is_function(configuration):
        yield not_assessed(f"Properties.{where}", configuration, "a known encryption")
        return
    by_default = replace(bucket, properties=at(next(iter(listed(configuration)), {}), "ServerSideEncryptionByDefault", {}))
    path = f"Properties.{where}[0].ServerSideEncryptionByDefault"
    found = observe(by_default, "SSEAlgorithm", lambda algorithm: algorithm in ("aws:kms", "aws:kms:dsse"), "aws:kms or aws:kms:dsse")
    yield replace(found, property=f"{path}.SSEAlgorithm")
    yield replace(customer_key(by_default, "KMSMasterKeyID", assembly), property=f"{path}.KMSMasterKeyID")


@rule(
    "s3.versioned_locked",
    BUCKET,
    title="Buckets keep versions and can lock them",
    fix=(
        "Set `versioned=True` and `object_lock_enabled=True`; a trail's bucket also needs a default retention of 365 days, or a policy "
        "that denies everyone to delete objects."
    ),
)
def versioned_locked(bucket: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield observe(bucket, "VersioningConfiguration.Status", lambda status: status == "Enabled", "Enabled")
    if _receives_server_access_logs(bucket, assembly):
        yield observe(bucket, "ObjectLockEnabled", is_false, "false: S3 delivers no server access logs to a locked bucket", default=False)
        return
    yield observe(bucket, "ObjectLockEnabled", is_true, "true", default=False)
    # AWS Config delivers to no bucket with a default retention (AWS Config Developer Guide, "Managing the Delivery Channel").
    if _admits(bucket, _TRAIL, assembly) and not _refuses_deletion(bucket, assembly):
        yield observe(bucket, _DEFAULT_RETENTION, _is_long_enough, f"at least {MIN_RETENTION_DAYS} days, or nobody may delete")


@rule(
    "s3.lifecycle",
    BUCKET,
    title="Objects are kept for 365 days or more and then expire, and so do earlier versions",
    fix=(
        "Set `alb_access_log_days`: a lifecycle rule for the whole bucket with `expiration` of 365 days or more, and "
        "`noncurrent_version_expiration` of as many "
        "or of one day where the bucket policy denies s3:DeleteObject and s3:DeleteObjectVersion to everyone."
    ),
)
def lifecycle(bucket: Resource, assembly: Assembly) -> Iterator[Observation]:
    where = "LifecycleConfiguration.Rules"
    rules, retention = at(bucket.properties, where), at(bucket.properties, _DEFAULT_RETENTION)
    if is_unknown([rules, retention]):
        yield not_assessed(f"Properties.{where}", rules, f"expiry after {MIN_RETENTION_DAYS} days or more")
        return
    enabled = [entry for entry in listed(rules) if entry.get("Status") == "Enabled"]
    # Where nobody can delete objects, only expiry makes earlier versions, so theirs may be early.
    kept = _is_long_enough(retention) or _refuses_deletion(bucket, assembly)
    shortest = 1 if kept else MIN_RETENTION_DAYS
    yield _kept(enabled, "ExpirationInDays", MIN_RETENTION_DAYS)
    yield _kept(enabled, "NoncurrentVersionExpiration.NoncurrentDays", shortest)


@rule(
    "s3.access_logs",
    BUCKET,
    title="Requests to buckets are logged to another bucket",
    fix="Set `server_access_logs_bucket`; the last bucket of the chain gets an exception.",
)
def access_logs(bucket: Resource, assembly: Assembly) -> Iterator[Observation]:
    where = "LoggingConfiguration.DestinationBucketName"
    destination = at(bucket.properties, where)
    target = assembly.referred(destination)
    if target is None:
        yield literal(f"Properties.{where}", destination, bool, "another bucket")
    else:
        yield seen(f"Properties.{where}", destination, target.type == BUCKET and target != bucket, "another bucket")


@rule(
    "s3.no_acl",
    BUCKET,
    BUCKET_POLICY,
    title="Only bucket policies grant access, and only to this account and services on its behalf",
    fix="Set `object_ownership=ObjectOwnership.BUCKET_OWNER_ENFORCED`; restrict services by aws:SourceAccount or an account in the path.",
)
def no_acl(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    if resource.type == BUCKET:
        rules = listed(at(resource.properties, "OwnershipControls.Rules"))
        where, expected = "Properties.OwnershipControls.Rules", "BucketOwnerEnforced"
        yield literal(where, rules, lambda found: [entry.get("ObjectOwnership") for entry in found] == [expected], expected)
        return
    document = resource.properties.get("PolicyDocument")
    elements = ("Principal", "NotPrincipal", "Resource", "Condition")
    yield from each_allowed(
        "Properties.PolicyDocument",
        document,
        elements,
        lambda statement: _admits_this_account(statement, ThisAccount.of(resource, assembly)),
        "this account, or a service on its behalf",
        assembly,
    )


@rule(
    "s3.events",
    BUCKET,
    title="Buckets send their events to EventBridge",
    fix="Set the property `NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled`; the CDK's flag would add a function.",
)
def events(bucket: Resource, _: Assembly) -> Iterator[Observation]:
    yield observe(bucket, "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", is_true, "true", default=False)


def _is_of(policy: Resource, bucket: Resource, assembly: Assembly) -> TriState:
    named = policy.properties.get("Bucket")
    by_name = isinstance(named, str) and named == bucket.properties.get("BucketName")
    return True if by_name else is_reference_to(named, bucket, assembly)


def _policies_of(bucket: Resource, assembly: Assembly) -> list[Resource]:
    return [policy for policy in assembly.of_type(BUCKET_POLICY) if _is_of(policy, bucket, assembly)]


def _statements(policy: Resource, effect: str) -> Iterator[Statement]:
    return statements(policy.properties.get("PolicyDocument"), effect)


def _refuses_deletion(bucket: Resource, assembly: Assembly) -> bool:
    """Whether the bucket's own policy lets nobody delete objects or versions, without any condition."""
    objects = {f"{arn}/*" for arn in _arns(bucket)}
    denied = [
        statement
        for policy in _policies_of(bucket, assembly)
        for statement in _statements(policy, "Deny")
        if "*" in principals(statement) and "Condition" not in statement and objects & set(resources(statement))
    ]
    return all(any(covers(each, action) for each in denied) for action in ("s3:DeleteObject", "s3:DeleteObjectVersion"))


def _arns(bucket: Resource) -> list[str]:
    reference = f"${{{bucket.stack}.{bucket.logical_id}}}"
    names = (reference, str(bucket.properties.get("BucketName")))
    return [f"{reference[:-1]}.Arn}}", *(f"arn:{partition}:s3:::{name}" for name in names for partition in ("aws", "${AWS::Partition}"))]


def _refuses_plain_http(statement: Statement, bucket: Resource) -> bool:
    """Whether a statement denies everyone every action on bucket and objects, on the sole condition of plain HTTP."""
    found = resources(statement)
    return (
        refuses_plain_http({"Statement": statement})
        and sum(len(block) for block in statement["Condition"].values()) == 1
        and bool({"s3:*", "*"} & set(actions(statement)))
        and any(arn in found and f"{arn}/*" in found for arn in _arns(bucket))
    )


def _admits(bucket: Resource, principal: str, assembly: Assembly) -> bool:
    policies = _policies_of(bucket, assembly)
    return any(principal in principals(statement) for policy in policies for statement in _statements(policy, "Allow"))


def _receives_server_access_logs(bucket: Resource, assembly: Assembly) -> bool:
    logged = (at(other.properties, "LoggingConfiguration.DestinationBucketName") for other in assembly.of_type(BUCKET))
    return any(assembly.referred(name) == bucket for name in logged) or _admits(bucket, _SERVER_ACCESS_LOGS, assembly)


def _is_long_enough(retention: Any) -> bool:
    """Whether a default retention of Object Lock, in days or in years, is long enough."""
    return int(at(retention, "Days", 0)) + 365 * int(at(retention, "Years", 0)) >= MIN_RETENTION_DAYS


def _kept(rules: list[Mapping[str, Any]], path: str, at_least: int) -> Observation:
    """Whether a rule for the whole bucket expires its objects, and none does so too early."""
    days = {number: int(at(entry, path)) for number, entry in enumerate(rules) if at(entry, path) is not None}
    whole = any(not any(rules[number].get(part) for part in _PARTIAL) for number in days)
    holds = whole and min(days.values()) >= at_least
    return seen(f"Properties.LifecycleConfiguration.Rules.{path}", list(days.values()), holds, f"{at_least} or more, for the whole bucket")


def _admits_this_account(statement: Statement, here: ThisAccount) -> bool:
    if is_open_to_anyone(statement) or here.is_for_others(statement) or not here.admits_only_it(statement):
        return False
    paths = [_OF_ONE_ACCOUNT.fullmatch(name) for name in resources(statement)]
    by_path = bool(paths) and all(path and here.is_named(path[1]) for path in paths)
    by_service = any(name.startswith("Service:") for name in principals(statement))
    return not by_service or by_path or here.is_tied_by(statement, "aws:sourceaccount", "aws:sourcearn")
