"""What the function of AccountDefaults may do, by the custom resource that needs it."""

from collections.abc import Iterator, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from tradingbot_infra.design.telemetry import SPANS_LOG_GROUP

_INSPECTOR = "inspector2.amazonaws.com"

_OF_THE_ACCOUNT: Mapping[str, str] = {
    "Custom::AccountPasswordPolicy": "iam:UpdateAccountPasswordPolicy",
    "Custom::S3AccountPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
}
_OF_REGIONS: Mapping[str, str] = {
    "Custom::EbsEncryptionByDefault": "ec2:EnableEbsEncryptionByDefault",
    "Custom::InstanceMetadataDefaults": "ec2:ModifyInstanceMetadataDefaults",
    "Custom::ImageBlockPublicAccess": "ec2:EnableImageBlockPublicAccess",
    "Custom::SnapshotBlockPublicAccess": "ec2:EnableSnapshotBlockPublicAccess",
}

_READ = (
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRegions",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
)
"""What shows whether somebody uses a default VPC."""

_REMOVED = ("internet-gateway", "subnet", "vpc")
"""What goes with a default VPC."""


def statements(stack: cdk.Stack, kind: str, regions: list[str]) -> Iterator[iam.PolicyStatement]:
    """The statements for one type of custom resource, which the function of AccountDefaults knows.

    Where AWS offers nothing narrower than `*`, a condition names the regions.
    """
    here = {"StringEquals": {"aws:RequestedRegion": regions}}
    if kind in _OF_THE_ACCOUNT:
        yield iam.PolicyStatement(actions=[_OF_THE_ACCOUNT[kind]], resources=["*"])
    elif kind in _OF_REGIONS:
        yield iam.PolicyStatement(actions=[_OF_REGIONS[kind]], resources=["*"], conditions=here)
    elif kind == "Custom::InspectorEnable":
        yield from _inspector(stack, here)
    elif kind == "Custom::DefaultVpcRemoval":
        yield from _default_vpcs(stack)
    elif kind == "Custom::SpanLog":
        yield _span_log(stack)
    else:
        yield _contact(stack)


def _contact(stack: cdk.Stack) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["account:PutAlternateContact"],
        resources=[stack.format_arn(service="account", region="", resource="account", arn_format=cdk.ArnFormat.NO_RESOURCE_NAME)],
        conditions={"ForAnyValue:StringEquals": {"account:AlternateContactTypes": ["SECURITY"]}},
    )


def _span_log(stack: cdk.Stack) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["logs:AssociateKmsKey", "logs:PutRetentionPolicy"],
        resources=[
            stack.format_arn(
                service="logs", resource="log-group", resource_name=f"{SPANS_LOG_GROUP}:*", arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
            )
        ],
    )


def _inspector(stack: cdk.Stack, here: dict[str, dict[str, list[str]]]) -> Iterator[iam.PolicyStatement]:
    yield iam.PolicyStatement(actions=["inspector2:Enable"], resources=["*"], conditions=here)
    # Inspector makes its role with the permissions of whoever enables it first.
    role = f"aws-service-role/{_INSPECTOR}/AWSServiceRoleForAmazonInspector2"
    yield iam.PolicyStatement(
        actions=["iam:CreateServiceLinkedRole"],
        resources=[stack.format_arn(service="iam", region="", resource="role", resource_name=role)],
        conditions={"StringEquals": {"iam:AWSServiceName": _INSPECTOR}},
    )


def _default_vpcs(stack: cdk.Stack) -> Iterator[iam.PolicyStatement]:
    yield iam.PolicyStatement(actions=list(_READ), resources=["*"])
    # In every region, but nothing that has this project's tags: a default VPC has none.
    yield iam.PolicyStatement(
        actions=["ec2:DeleteInternetGateway", "ec2:DeleteSubnet", "ec2:DeleteVpc", "ec2:DetachInternetGateway"],
        resources=[stack.format_arn(service="ec2", region="*", resource=kind, resource_name="*") for kind in _REMOVED],
        conditions={"Null": {"aws:ResourceTag/Project": "true"}},
    )
