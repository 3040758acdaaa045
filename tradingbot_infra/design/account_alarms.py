"""The fifteen alarms of the CIS AWS Foundations Benchmark 5.0, 4.1 to 4.15, a row each: what the trail's log is searched for.

A pattern is the benchmark's own, because tools that check it compare the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass


def _events(*names: str) -> str:
    return " || ".join(f"($.eventName = {name})" for name in names)


def _of(source: str, names: Sequence[str]) -> str:
    return f"{{ ($.eventSource = {source}.amazonaws.com) && ({_events(*names)}) }}"


@dataclass(frozen=True, kw_only=True)
class AccountAlarm:
    """One alarm. `control` is its number in the benchmark, `name` the last part of the alarm's name, `words` what people read.

    `pattern` is what the metric filter matches; CloudWatch Logs takes 1,024 characters (CloudWatch Logs API, "PutMetricFilter").
    """

    control: str
    name: str
    words: str
    pattern: str

    @property
    def metric(self) -> str:
        """The metric's name, as in `UnauthorizedCalls`."""
        return "".join(part.capitalize() for part in self.name.split("-"))


_IAM_POLICIES = (
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreatePolicyVersion",
    "DeletePolicyVersion",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "AttachUserPolicy",
    "DetachUserPolicy",
    "AttachGroupPolicy",
    "DetachGroupPolicy",
)
_TRAIL = ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
_BUCKETS = (
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
)
_RECORDER = ("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder")
_SECURITY_GROUPS = (
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
)
_NETWORK_ACLS = (
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
)
_GATEWAYS = (
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
)
_ROUTES = (
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
)
_VPCS = (
    "CreateVpc",
    "DeleteVpc",
    "ModifyVpcAttribute",
    "AcceptVpcPeeringConnection",
    "CreateVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
    "RejectVpcPeeringConnection",
    "AttachClassicLinkVpc",
    "DetachClassicLinkVpc",
    "DisableVpcClassicLink",
    "EnableVpcClassicLink",
)
_ORGANIZATION = (
    "AcceptHandshake",
    "AttachPolicy",
    "CancelHandshake",
    "CreateAccount",
    "CreateOrganization",
    "CreateOrganizationalUnit",
    "CreatePolicy",
    "DeclineHandshake",
    "DeleteOrganization",
    "DeleteOrganizationalUnit",
    "DeletePolicy",
    "EnableAllFeatures",
    "EnablePolicyType",
    "InviteAccountToOrganization",
    "LeaveOrganization",
    "DetachPolicy",
    "DisablePolicyType",
    "MoveAccount",
    "RemoveAccountFromOrganization",
    "UpdateOrganizationalUnit",
    "UpdatePolicy",
)
"""All events that change an organization: three more than the benchmark names, in the order in which scanners search the text."""

ACCOUNT_ALARMS: tuple[AccountAlarm, ...] = (
    AccountAlarm(
        control="4.1",
        name="unauthorized-calls",
        words="AWS refused a call for lack of permission",
        pattern='{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") '
        '&& ($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }',
    ),
    AccountAlarm(
        control="4.2",
        name="console-without-mfa",
        words="A user signed in to the console without MFA",
        pattern='{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") '
        '&& ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    AccountAlarm(
        control="4.3",
        name="root-user",
        words="The root user did something",
        pattern='{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    ),
    AccountAlarm(control="4.4", name="iam-policies", words="A policy of IAM was changed", pattern=f"{{ {_events(*_IAM_POLICIES)} }}"),
    AccountAlarm(control="4.5", name="cloudtrail", words="CloudTrail was changed", pattern=f"{{ {_events(*_TRAIL)} }}"),
    AccountAlarm(
        control="4.6",
        name="console-failures",
        words="Somebody failed to sign in to the console",
        pattern='{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    ),
    AccountAlarm(
        control="4.7",
        name="keys",
        words="A customer managed key was disabled, or its deletion scheduled",
        pattern=_of("kms", ("DisableKey", "ScheduleKeyDeletion")),
    ),
    AccountAlarm(control="4.8", name="bucket-policies", words="Who may use a bucket was changed", pattern=_of("s3", _BUCKETS)),
    AccountAlarm(control="4.9", name="aws-config", words="AWS Config was changed", pattern=_of("config", _RECORDER)),
    AccountAlarm(
        control="4.10", name="security-groups", words="A security group was changed", pattern=f"{{ {_events(*_SECURITY_GROUPS)} }}"
    ),
    AccountAlarm(control="4.11", name="network-acls", words="A network ACL was changed", pattern=f"{{ {_events(*_NETWORK_ACLS)} }}"),
    AccountAlarm(control="4.12", name="gateways", words="A gateway of a network was changed", pattern=f"{{ {_events(*_GATEWAYS)} }}"),
    AccountAlarm(control="4.13", name="routes", words="A route table was changed", pattern=_of("ec2", _ROUTES)),
    AccountAlarm(control="4.14", name="vpcs", words="A VPC was changed", pattern=f"{{ {_events(*_VPCS)} }}"),
    AccountAlarm(
        control="4.15", name="organization", words="The account's organization was changed", pattern=_of("organizations", _ORGANIZATION)
    ),
)
"""In the benchmark's order."""
