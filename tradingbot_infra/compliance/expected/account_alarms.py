"""What the fifteen alarms of CIS count, apart from the design's own table (CIS AWS Foundations Benchmark 5.0.0, 4.1 to 4.15)."""

from collections.abc import Mapping


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
        "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization "
        "DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization "
        "LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdateOrganizationalUnit UpdatePolicy",
        "organizations",
    ),
}
"""The filter pattern of each control."""
