"""What the fifteen alarms of CIS count, apart from the design's own table (CIS AWS Foundations Benchmark 5.0.0, 4.1 to 4.15)."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.compliance.expected.resource import Expected, FilterPattern, Reference
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import ACCOUNT

_STACK = "AccountSecurityStack"


def _events(names: str, source: str | None = None) -> str:
    """Any of these calls, of one service where a source is given."""
    listing = " || ".join(f"($.eventName = {name})" for name in names.split())
    return f"{{ ($.eventSource = {source}.amazonaws.com) && ({listing}) }}" if source else f"{{ {listing} }}"


FILTERS: Mapping[str, str] = {
    "4.1": '{ ($.errorCode = "*UnauthorizedOperation") || (($.errorCode = "AccessDenied*") && '
    '($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket")) }',
    "4.2": '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser")'
    ' && ($.responseElements.ConsoleLogin = "Success") }',
    "4.3": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    "4.4": _events(
        "AttachGroupPolicy AttachRolePolicy AttachUserPolicy CreatePolicy CreatePolicyVersion DeleteGroupPolicy DeletePolicy "
        "DeletePolicyVersion DeleteRolePolicy DeleteUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy PutGroupPolicy "
        "PutRolePolicy PutUserPolicy"
    ),
    "4.5": _events("CreateTrail DeleteTrail StartLogging StopLogging UpdateTrail"),
    "4.6": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "4.7": _events("DisableKey ScheduleKeyDeletion", "kms"),
    "4.8": _events(
        "DeleteBucketCors DeleteBucketLifecycle DeleteBucketPolicy DeleteBucketReplication PutBucketAcl PutBucketCors PutBucketLifecycle "
        "PutBucketPolicy PutBucketReplication",
        "s3",
    ),
    "4.9": _events("DeleteDeliveryChannel PutConfigurationRecorder PutDeliveryChannel StopConfigurationRecorder", "config"),
    "4.10": _events(
        "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateSecurityGroup DeleteSecurityGroup RevokeSecurityGroupEgress "
        "RevokeSecurityGroupIngress"
    ),
    "4.11": _events(
        "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclAssociation ReplaceNetworkAclEntry"
    ),
    "4.12": _events(
        "AttachInternetGateway CreateCustomerGateway CreateInternetGateway DeleteCustomerGateway DeleteInternetGateway "
        "DetachInternetGateway"
    ),
    "4.13": _events(
        "CreateRoute CreateRouteTable DeleteRoute DeleteRouteTable DisassociateRouteTable ReplaceRoute ReplaceRouteTableAssociation", "ec2"
    ),
    "4.14": _events(
        "AcceptVpcPeeringConnection AttachClassicLinkVpc CreateVpc CreateVpcPeeringConnection DeleteVpc DeleteVpcPeeringConnection "
        "DetachClassicLinkVpc DisableVpcClassicLink EnableVpcClassicLink ModifyVpcAttribute RejectVpcPeeringConnection"
    ),
    "4.15": _events(
        "AcceptHandshake AttachPolicy CancelHandshake CreateAccount CreateOrganization CreateOrganizationalUnit CreatePolicy "
        "DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnableAllFeatures "
        "EnablePolicyType InviteAccountToOrganization "
        "LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdateOrganizationalUnit UpdatePolicy",
        "organizations",
    ),
}
"""The filter pattern of each control."""

NAMES: Mapping[str, str] = {
    "4.1": "unauthorized-calls",
    "4.2": "console-without-mfa",
    "4.3": "root-user",
    "4.4": "iam-policies",
    "4.5": "cloudtrail",
    "4.6": "console-failures",
    "4.7": "keys",
    "4.8": "bucket-policies",
    "4.9": "aws-config",
    "4.10": "security-groups",
    "4.11": "network-acls",
    "4.12": "gateways",
    "4.13": "routes",
    "4.14": "vpcs",
    "4.15": "organization",
}
"""The last part of each alarm's name; the metric has it without hyphens."""


def account_alarms(config: EnvironmentConfig) -> Iterator[Expected]:
    """The alarm of each control, on its metric, to the security topic."""
    names = _names(config)
    topic = Reference(type="AWS::SNS::Topic", named=("TopicName", names.security_topic))
    for name in NAMES.values() if _deployed(config) else ():
        properties = {
            "AlarmName": names.alarm(name),
            "AlarmActions": [topic],
            "OKActions": [topic],
            "Namespace": names.metric_namespace,
            "MetricName": _metric(name),
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        }
        yield Expected(type="AWS::CloudWatch::Alarm", stack=_STACK, key="AlarmName", properties=properties)


def account_filters(config: EnvironmentConfig) -> Iterator[Expected]:
    """The metric filter of each control, on the trail's log group."""
    names = _names(config)
    group = Reference(type="AWS::Logs::LogGroup", named=("LogGroupName", names.trail_log_group))
    for control, name in NAMES.items() if _deployed(config) else ():
        counted = [{"MetricName": _metric(name), "MetricNamespace": names.metric_namespace, "MetricValue": "1"}]
        pattern = FilterPattern(FILTERS[control])
        properties = {"FilterPattern": pattern, "LogGroupName": group, "MetricTransformations": counted}
        yield Expected(type="AWS::Logs::MetricFilter", stack=_STACK, key="MetricTransformations", properties=properties)


def account_log_groups(config: EnvironmentConfig) -> Iterator[str]:
    """The names of the stack's log groups."""
    if _deployed(config):
        names, account = _names(config), config.account
        yield names.trail_log_group
        wanted = (account.account_defaults, account.remove_default_vpcs, account.inspector_images, account.security_contact_name)
        if any(wanted) or account.transaction_search == "ours":
            yield names.account_defaults_log_group


def _deployed(config: EnvironmentConfig) -> bool:
    return config.account_stacks and config.account.ours


def _names(config: EnvironmentConfig) -> Names:
    return Names(project=config.project, environment=ACCOUNT)


def _metric(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
