"""S3: the load balancer's access logs and the account's audit logs, for as long as their buckets keep them."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import DAYS, HOURS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::S3::Bucket",)

SERVICE = "S3"

FILES_AN_HOUR = 12
"""Log files that each zone of a load balancer writes (Elastic Load Balancing User Guide, "Access logs": every five minutes)."""

_STORED = "After the first retention period; less before."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Storage of a bucket of access logs once the oldest expire, and the requests that write them."""
    for bucket in _access_log_buckets(assembly):
        days = _kept_days(bucket)
        gib = usage.expected_access_log_gib * days / DAYS
        stored = Quantity(id="s3.storage", what=f"Access logs of {days} days", price="s3.standard_gb_month", amount=gib)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, stored, of=(bucket,), note=_STORED)
        files = _zones(assembly) * FILES_AN_HOUR * HOURS
        written = Quantity(id="s3.requests", what="Log files written", price="s3.put_1k", amount=files)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, written, of=(bucket,))
    yield from _audit_logs(assembly, usage)


def unassumed(assembly: Assembly) -> tuple[Resource, ...]:
    """Buckets that hold something other than access logs and audit logs."""
    known = (*_access_log_buckets(assembly), *_audit_buckets(assembly), *_buckets_of_their_requests(assembly))
    return tuple(bucket for bucket in assembly.of_type("AWS::S3::Bucket") if bucket not in known)


def _audit_logs(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Storage of the audit bucket, whose own access logs are little and counted with it, and the requests that write its files."""
    buckets = _audit_buckets(assembly)
    if buckets:
        days = max(_kept_days(bucket) for bucket in buckets)
        gib, of = usage.expected_audit_gib * days / DAYS, (*buckets, *_buckets_of_their_requests(assembly))
        stored = Quantity(id="s3.audit", what=f"Audit logs of {days} days", price="s3.standard_gb_month", amount=gib)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, stored, of=of, note=_STORED)
        files = Quantity(id="s3.audit_files", what="Audit files written", price="s3.put_1k", amount=Decimal(usage.expected_audit_files))
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, files, of=buckets)


def _audit_buckets(assembly: Assembly) -> tuple[Resource, ...]:
    """What trails and AWS Config write into."""
    targets = [trail.properties["S3BucketName"] for trail in assembly.of_type("AWS::CloudTrail::Trail")]
    targets += [channel.properties["S3BucketName"] for channel in assembly.of_type("AWS::Config::DeliveryChannel")]
    found = {target: assembly.referred(target) for target in targets}
    return tuple(bucket for bucket in found.values() if bucket is not None)


def _buckets_of_their_requests(assembly: Assembly) -> tuple[Resource, ...]:
    """Where S3 writes who asked an audit bucket for something."""
    logging = (bucket.properties.get("LoggingConfiguration", {}) for bucket in _audit_buckets(assembly))
    found = (assembly.referred(each.get("DestinationBucketName")) for each in logging)
    return tuple(bucket for bucket in found if bucket is not None)


def _access_log_buckets(assembly: Assembly) -> tuple[Resource, ...]:
    found = [
        assembly.referred(attribute["Value"])
        for balancer in assembly.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
        for attribute in balancer.properties.get("LoadBalancerAttributes", [])
        if attribute["Key"] == "access_logs.s3.bucket"
    ]
    return tuple(bucket for bucket in found if bucket is not None)


def _kept_days(bucket: Resource) -> int:
    """In a versioned bucket an expired object is stored on as a noncurrent version."""
    rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
    current = sum(int(rule.get("ExpirationInDays", 0)) for rule in rules)
    noncurrent = sum(int(rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", 0)) for rule in rules)
    versioned = bucket.properties.get("VersioningConfiguration", {}).get("Status") == "Enabled"
    return current + noncurrent if versioned else current


def _zones(assembly: Assembly) -> Decimal:
    balancers = assembly.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
    return Decimal(sum(len(balancer.properties["Subnets"]) for balancer in balancers))
