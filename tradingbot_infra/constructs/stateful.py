"""How a stateful resource is kept: a fixed logical id, and a removal policy that the environment chooses."""

import aws_cdk as cdk
from constructs import Construct

from tradingbot_infra.config.sections.retention import RetentionConfig


def pin(resource: Construct, logical_id: str) -> None:
    """Fixes the logical id, so that moving a construct in the code never replaces the resource."""
    child = resource if isinstance(resource, cdk.CfnResource) else resource.node.default_child
    if not isinstance(child, cdk.CfnResource):
        raise TypeError(f"{resource.node.path} has no CloudFormation resource of its own to pin")
    child.override_logical_id(logical_id)


def keep_or_destroy(retention: RetentionConfig) -> cdk.RemovalPolicy:
    """For keys, secrets, images, buckets and logs.

    Kept when a stack is updated or deleted, but not when its first deployment fails: there is nothing to keep yet, and the
    fixed names would block the next attempt.
    """
    return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if retention.retain_data else cdk.RemovalPolicy.DESTROY


def snapshot_or_destroy(retention: RetentionConfig) -> cdk.RemovalPolicy:
    """For databases and caches: a final snapshot frees the fixed name for the next deployment; retention would not."""
    return cdk.RemovalPolicy.SNAPSHOT if retention.retain_data else cdk.RemovalPolicy.DESTROY
