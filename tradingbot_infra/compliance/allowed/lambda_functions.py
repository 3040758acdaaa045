"""What templates may hold of Lambda: the CDK's function that empties the VPC's default security group."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, computed, exactly, one, refers_to_the, required
from tradingbot_infra.templates import Assembly, Resource

FUNCTION = "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler"
"""The construct path of the one function."""

_CODE = "02b51ab524e7bcf8f477de3e71e5f9a72e448301b26ba62e9e75a14f9c55a093.zip"
"""Its code in aws-cdk-lib 2.275.0, named by its hash. Read the code of a newer version before naming its hash here."""

_BUCKET = "cdk-hnb659fds-assets"


def _is_bootstrap_bucket(value: Any, resource: Resource, assembly: Assembly) -> bool:
    """A bucket of that name in another account may hold other code under the same hash."""
    stack = assembly.stacks[resource.stack]
    return any(value == f"{_BUCKET}-{account}-{stack.region}" for account in ("${AWS::AccountId}", stack.account))


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Lambda::Function": allowed(
        *required(
            computed("Code.S3Bucket", _is_bootstrap_bucket, "the bucket of cdk bootstrap in this account"),
            exactly("Code.S3Key", _CODE),
            exactly("Description", "Lambda function for removing all inbound/outbound rules from the VPC default security group"),
            exactly("Handler", "__entrypoint__.handler"),
            refers_to_the("LoggingConfig.LogGroup", "NetworkStack/DefaultSecurityGroupLog/Resource"),
            exactly("MemorySize", 128),
            refers_to_the("Role", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Role"),
            exactly("Runtime", "nodejs24.x"),
            exactly("Timeout", 900),
        ),
        exact=True,
        NetworkStack=one,
    ),
}
