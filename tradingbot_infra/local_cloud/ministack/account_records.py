"""ministack's records of AWS Config and of buckets, read and written where its service APIs have no call for it."""

from ministack.services.config import _delivery_channels, _recorders
from ministack.services.s3 import _bucket_object_lock, _bucket_policies, _buckets


def forget_recorder(name: str) -> bool:
    """Takes a configuration recorder away; False where there is none of this name."""
    return _recorders.pop(name, None) is not None


def forget_delivery_channel(name: str) -> bool:
    """Takes a delivery channel away; False where there is none of this name."""
    return _delivery_channels.pop(name, None) is not None


def has_bucket(name: str) -> bool:
    """Whether the account has a bucket of this name."""
    return name in _buckets


def bucket_policy(name: str) -> str:
    """The policy of a bucket, which is JSON; empty where it has none."""
    policy = _bucket_policies.get(name) or ""
    return policy.decode() if isinstance(policy, bytes) else str(policy)


def has_default_retention(name: str) -> bool:
    """Whether the object lock of a bucket keeps every new object for a time."""
    return bool((_bucket_object_lock.get(name) or {}).get("default_retention"))
