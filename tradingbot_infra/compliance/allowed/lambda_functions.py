"""What templates may hold of Lambda: the CDK's function that empties the VPC's default security group."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, exactly, matching, one, refers_to_the, required

FUNCTION = "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler"
"""The construct path of the one function."""

_CODE = "02b51ab524e7bcf8f477de3e71e5f9a72e448301b26ba62e9e75a14f9c55a093.zip"
"""Its code in aws-cdk-lib 2.275.0, named by its hash. Read the code of a newer version before naming its hash here."""

_BUCKET = r"cdk-hnb659fds-assets-(?:\$\{AWS::AccountId\}|\d{12})-[a-z0-9-]+"

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Lambda::Function": allowed(
        *required(
            matching("Code.S3Bucket", _BUCKET, "the bucket of cdk bootstrap in this account"),
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
