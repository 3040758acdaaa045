"""Somebody blinds what watches the account, or loosens it. Of an account with AccountSecurityStack."""

from collections.abc import Mapping
from typing import Any

from tests.compliance.seeds.faults import (
    OTHER_ACCOUNT,
    OWN_ACCOUNT,
    Fault,
    Seeds,
    adds,
    appends,
    attribute,
    both,
    drops,
    permits,
    removes,
    sets,
    states,
)

OURS: Mapping[str, object] = {
    "account_security": "ours",
    "security_emails": "security@example.com",
    "guardduty_runtime_monitoring": True,
    "unused_access_days": 90,
}
"""Production's settings beside its own."""

_TRAIL, _FILTER, _ALARM = "AWS::CloudTrail::Trail", "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm"
_KEY, _BUCKET, _BUCKET_POLICY = "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"
_TOPIC, _TOPIC_POLICY, _MAIL = "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription"
_RECORDER, _CHANNEL, _RULE = "AWS::Config::ConfigurationRecorder", "AWS::Config::DeliveryChannel", "AWS::Config::ConfigRule"
_DETECTOR, _HUB, _STANDARD = "AWS::GuardDuty::Detector", "AWS::SecurityHub::Hub", "AWS::SecurityHub::Standard"
_ANALYZER, _ROLE, _EVENTS = "AWS::AccessAnalyzer::Analyzer", "AWS::IAM::Role", "AWS::Events::Rule"
_PASSWORDS, _FUNCTION = "Custom::AccountPasswordPolicy", "AWS::Lambda::Function"
_MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
_OLD_STANDARD = "arn:aws:securityhub:ap-southeast-2::standards/cis-aws-foundations-benchmark/v/1.2.0"
_OTHER_TRAIL = f"arn:aws:cloudtrail:ap-southeast-2:{OTHER_ACCOUNT}:trail/theirs"
_OWN_ROOT = {"AWS": {"Fn::Join": ["", ["arn:aws:iam::", OWN_ACCOUNT, ":root"]]}}
_OTHER_ROOT = {"AWS": f"arn:aws:iam::{OTHER_ACCOUNT}:root"}


def _records(*fields: Mapping[str, Any]) -> Fault:
    """The trail's selector of management events has these fields."""
    return sets(_TRAIL, "AdvancedEventSelectors/0/FieldSelectors", list(fields))


def _in_account(resource_type: str, properties: Mapping[str, Any]) -> Fault:
    return adds(resource_type, properties, stack="AccountSecurityStack")


SEEDS: Seeds = {
    # The trail
    "the trail does not log": sets(_TRAIL, "IsLogging", False),
    "the trail sees one region": sets(_TRAIL, "IsMultiRegionTrail", False),
    "the trail does not see IAM": sets(_TRAIL, "IncludeGlobalServiceEvents", False),
    "the trail's files cannot be validated": sets(_TRAIL, "EnableLogFileValidation", False),
    "the trail has S3's own key": drops(_TRAIL, "KMSKeyId"),
    "the trail reaches no log group": both(drops(_TRAIL, "CloudWatchLogsLogGroupArn"), drops(_TRAIL, "CloudWatchLogsRoleArn")),
    "the trail writes to a bucket of another account": sets(_TRAIL, "S3BucketName", f"trail-{OTHER_ACCOUNT}"),
    "the trail writes to the bucket of access logs": sets(_TRAIL, "S3BucketName", {"Ref": "AuditAccessLogsBucket"}),
    "the trail tells a topic of another account": sets(_TRAIL, "SnsTopicName", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:x"),
    "the trail records writes only": _records(_MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}),
    "the trail leaves out KMS": _records(_MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}),
    "the trail leaves out one service": _records(_MANAGEMENT, {"Field": "eventSource", "NotEquals": ["iam.amazonaws.com"]}),
    "the trail leaves out one user": _records(_MANAGEMENT, {"Field": "userIdentity.arn", "NotEndsWith": ["user/mallory"]}),
    "the trail leaves out one call": _records(_MANAGEMENT, {"Field": "eventName", "NotEquals": ["StopLogging"]}),
    "the trail records nothing but objects": drops(_TRAIL, "AdvancedEventSelectors/0"),
    "the trail records no objects": sets(_TRAIL, "AdvancedEventSelectors", [{"FieldSelectors": [_MANAGEMENT]}]),
    "reads of audit logs are not recorded": drops(_TRAIL, "AdvancedEventSelectors/3"),
    "deletions of audit logs are not recorded": drops(_TRAIL, "AdvancedEventSelectors/2"),
    "objects of other buckets are recorded instead": sets(
        _TRAIL, "AdvancedEventSelectors/1/FieldSelectors/2/StartsWith", ["arn:aws:s3:::somebody-elses-"]
    ),
    "the trail has no insights": drops(_TRAIL, "InsightSelectors"),
    "the trail is gone": removes(_TRAIL),
    "a second trail goes elsewhere": _in_account(_TRAIL, {"IsLogging": True, "S3BucketName": f"trail-{OTHER_ACCOUNT}"}),
    # What it is kept in
    "anybody's trail uses the key": drops(_KEY, "KeyPolicy/Statement/2/Condition", of="AuditKey"),
    "a trail of another account uses the key": sets(
        _KEY, "KeyPolicy/Statement/2/Condition", {"StringEquals": {"aws:SourceArn": _OTHER_TRAIL}}, of="AuditKey"
    ),
    "any trail but one uses the key": sets(
        _KEY, "KeyPolicy/Statement/2/Condition", {"StringNotEquals": {"aws:SourceArn": _OTHER_TRAIL}}, of="AuditKey"
    ),
    "another account decrypts the audit logs": states(_KEY, "AuditKey", {"Action": "kms:Decrypt", "Principal": _OTHER_ROOT}),
    "the key does not admit the trail": drops(_KEY, "KeyPolicy/Statement/2", of="AuditKey"),
    "the audit key does not rotate": sets(_KEY, "EnableKeyRotation", False, of="AuditKey"),
    "audit logs can be deleted": drops(_BUCKET_POLICY, "PolicyDocument/Statement/2", of="AuditBucket"),
    "audit logs can be deleted by one role": sets(
        _BUCKET_POLICY,
        "PolicyDocument/Statement/2/Condition",
        {"StringNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/mallory"}},
        of="AuditBucket",
    ),
    "another account's trail writes into the bucket": sets(
        _BUCKET_POLICY, "PolicyDocument/Statement/4/Condition/StringEquals/aws:SourceArn", _OTHER_TRAIL, of="AuditBucket"
    ),
    "another account reads the audit logs": states(_BUCKET_POLICY, "AuditBucket", {"Action": "s3:GetObject", "Principal": _OTHER_ROOT}),
    "the trail may not write": drops(_BUCKET_POLICY, "PolicyDocument/Statement/4", of="AuditBucket"),
    "audit logs expire after a week": sets(_BUCKET, "LifecycleConfiguration/Rules/0/ExpirationInDays", 7, of="AuditBucket"),
    "audit logs are public": drops(_BUCKET, "PublicAccessBlockConfiguration", of="AuditBucket"),
    "audit logs have no versions": sets(_BUCKET, "VersioningConfiguration/Status", "Suspended", of="AuditBucket"),
    "audit logs cannot be locked": drops(_BUCKET, "ObjectLockEnabled", of="AuditBucket"),
    "nobody sees who read the audit logs": drops(_BUCKET, "LoggingConfiguration", of="AuditBucket"),
    "the bucket of access logs is locked, so that it gets none": sets(_BUCKET, "ObjectLockEnabled", True, of="AuditAccessLogs"),
    "audit logs go with the stack": attribute(_BUCKET, "DeletionPolicy", "Delete", of="AuditBucket"),
    "audit logs are copied elsewhere": sets(
        _BUCKET, "ReplicationConfiguration", {"Role": "x", "Rules": [{"Destination": {"Bucket": "arn:aws:s3:::theirs"}}]}, of="AuditBucket"
    ),
    # Alarms
    "the filter for the trail counts something else": sets(
        _FILTER, "FilterPattern", "{ ($.eventName = DescribeTrails) }", of="AccountAlarmsCloudtrail"
    ),
    "the filter for the root user leaves one event out": sets(
        _FILTER,
        "FilterPattern",
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" '
        '&& $.eventName != "ConsoleLogin" }',
        of="AccountAlarmsRootUser",
    ),
    "a filter watches another log": sets(_FILTER, "LogGroupName", {"Ref": "DefaultsLog"}, of="AccountAlarmsKeys"),
    "a filter counts nothing": sets(_FILTER, "MetricTransformations/0/MetricValue", "0", of="AccountAlarmsVpcs"),
    "a filter counts on another metric": sets(_FILTER, "MetricTransformations/0/MetricName", "Elsewhere", of="AccountAlarmsRoutes"),
    "an alarm of the account watches another metric": sets(_ALARM, "MetricName", "RootUser", of="AlarmsCloudtrail"),
    "an alarm rings at the hundredth event": sets(_ALARM, "Threshold", 100, of="AlarmsSecurityGroups"),
    "an alarm averages": sets(_ALARM, "Statistic", "Average", of="AlarmsNetworkAcls"),
    "an alarm looks once a day": sets(_ALARM, "Period", 86400, of="AlarmsOrganization"),
    "an alarm needs five periods": sets(_ALARM, "EvaluationPeriods", 5, of="AlarmsGateways"),
    "an alarm tells nobody": sets(_ALARM, "AlarmActions", [], of="AlarmsIamPolicies"),
    "an alarm may not act": sets(_ALARM, "ActionsEnabled", False, of="AlarmsBucketPolicies"),
    "an alarm tells another account": sets(
        _ALARM, "AlarmActions", [f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:x"], of="AlarmsUnauthorizedCalls"
    ),
    "an alarm of the account is gone": removes(_ALARM, of="AlarmsConsoleWithoutMfa"),
    "nobody subscribes to the security topic": removes(_MAIL, of="SecurityTopic"),
    "a stranger subscribes to the security topic": sets(_MAIL, "Endpoint", "mallory@example.org", of="SecurityTopic"),
    "a filter of the subscription lets nothing through": sets(_MAIL, "FilterPolicy", {"never": ["x"]}, of="SecurityTopic"),
    "alarms may not publish": drops(_TOPIC_POLICY, "PolicyDocument/Statement/1", of="SecurityTopic"),
    "alarms may not use the topic's key": drops(_KEY, "KeyPolicy/Statement/5", of="AuditKey"),
    "another account publishes to the security topic": states(
        _TOPIC_POLICY, "SecurityTopic", {"Action": "sns:Publish", "Principal": _OTHER_ROOT}
    ),
    "the security topic is under AWS's key": sets(_TOPIC, "KmsMasterKeyId", "alias/aws/sns", of="SecurityTopic"),
    # AWS Config
    "users are not recorded": sets(_RECORDER, "RecordingGroup/ResourceTypes", ["AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role"]),
    "the recorder leaves types out": sets(
        _RECORDER, "RecordingGroup", {"ExclusionByResourceTypes": {"ResourceTypes": ["AWS::EC2::SecurityGroup"]}}
    ),
    "the recorder has somebody's role": sets(_RECORDER, "RoleARN", f"arn:aws:iam::{OTHER_ACCOUNT}:role/x"),
    "the recorder delivers nowhere": removes(_CHANNEL),
    "the recorder delivers to another account": sets(_CHANNEL, "S3BucketName", f"config-{OTHER_ACCOUNT}"),
    "the recorder is gone": removes(_RECORDER),
    "a managed rule is gone": removes(_RULE, of="ConfigRulesRootHasMfa"),
    "a managed rule asks for less": sets(_RULE, "InputParameters/maxAccessKeyAge", "3650", of="ConfigRulesKeysAreRotated"),
    "a managed rule looks at nothing": sets(
        _RULE, "Scope", {"ComplianceResourceTypes": ["AWS::S3::Bucket"]}, of="ConfigRulesUsersAreInGroups"
    ),
    "a rule runs somebody's function": sets(
        _RULE,
        "Source",
        {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:function:x"},
        of="ConfigRulesRootHasNoKey",
    ),
    # Detection
    "GuardDuty is off": sets(_DETECTOR, "Enable", False),
    "GuardDuty does not watch S3": sets(_DETECTOR, "Features/0/Status", "DISABLED"),
    "GuardDuty does not watch logins to RDS": sets(_DETECTOR, "Features/1/Status", "DISABLED"),
    "GuardDuty watches tasks without an agent": sets(_DETECTOR, "Features/5/AdditionalConfiguration", []),
    "GuardDuty is gone": removes(_DETECTOR),
    "findings of GuardDuty are archived unread": _in_account(
        "AWS::GuardDuty::Filter", {"Action": "ARCHIVE", "DetectorId": {"Ref": "GuardDuty"}, "FindingCriteria": {}, "Rank": 1}
    ),
    "an address is trusted by GuardDuty": _in_account(
        "AWS::GuardDuty::IPSet", {"Activate": True, "Format": "TXT", "Location": "https://s3.amazonaws.com/theirs/ips.txt"}
    ),
    "Security Hub is gone": removes(_HUB),
    "Security Hub has an old standard": sets(_STANDARD, "StandardsArn", _OLD_STANDARD, of="SecurityHubCis"),
    "a standard is gone": removes(_STANDARD, of="SecurityHubPciDss"),
    "a control of a standard is off": appends(
        _STANDARD, "DisabledStandardsControls", {"StandardsControlArn": "arn:aws:securityhub:::control/x"}, of="SecurityHubFsbp"
    ),
    "findings of Access Analyzer are archived unread": appends(
        _ANALYZER, "ArchiveRules", {"RuleName": "all", "Filter": []}, of="AccessAnalyzerExternal"
    ),
    "no analyzer looks for access from outside": sets(_ANALYZER, "Type", "ACCOUNT_UNUSED_ACCESS", of="AccessAnalyzerExternal"),
    "nothing looks for unused access": removes(_ANALYZER, of="AccessAnalyzerUnused"),
    "people hear of critical findings of GuardDuty only": sets(
        _EVENTS, "EventPattern/detail/severity", [{"numeric": [">=", 9]}], of="FindingsGuardDuty"
    ),
    "people hear nothing of Security Hub": sets(_EVENTS, "State", "DISABLED", of="FindingsSecurityHub"),
    "findings go to another account": sets(
        _EVENTS, "Targets/0/Arn", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:x", of="FindingsInspector"
    ),
    "findings go to a bus as well": appends(
        _EVENTS, "Targets", {"Arn": f"arn:aws:events:us-east-1:{OTHER_ACCOUNT}:event-bus/x", "Id": "x"}, of="FindingsAccessAnalyzer"
    ),
    "the account's budget tells nobody": sets("AWS::Budgets::Budget", "NotificationsWithSubscribers/0/Subscribers", [], of="AccountBudget"),
    # The account's own settings
    "passwords may be short": sets(_PASSWORDS, "MinimumPasswordLength", 6),
    "passwords may be used again": drops(_PASSWORDS, "PasswordReusePrevention"),
    "passwords never expire": sets(_PASSWORDS, "MaxPasswordAge", 0),
    "buckets of the account may be public": sets("Custom::S3AccountPublicAccessBlock", "RestrictPublicBuckets", False),
    "instances give their credentials without a token": sets("Custom::InstanceMetadataDefaults", "HttpTokens", "optional"),
    "images may be public": sets("Custom::ImageBlockPublicAccess", "State", "unblocked"),
    "snapshots may be public": sets("Custom::SnapshotBlockPublicAccess", "State", "unblocked"),
    "EBS is encrypted elsewhere": sets("Custom::EbsEncryptionByDefault", "Regions", ["us-west-1"]),
    "default VPCs stay": removes("Custom::DefaultVpcRemoval"),
    "Inspector scans nothing": sets("Custom::InspectorEnable", "ResourceTypes", []),
    "the function does something else": sets(_FUNCTION, "Code/ZipFile", "def handler(event, _): pass", of="Defaults"),
    "somebody else's function sets the password policy": sets(
        _PASSWORDS, "ServiceToken", f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:function:x"
    ),
    "the function creates users": permits("DefaultsRole", "iam:CreateUser"),
    "the function stops the trail": permits("DefaultsRole", "cloudtrail:StopLogging"),
    "the function deletes any VPC": permits("DefaultsRole", "ec2:DeleteVpc"),
    "the trail's role reads its log": permits("TrailRole", "logs:GetLogEvents"),
    # People
    "people get the support role without MFA": drops(_ROLE, "AssumeRolePolicyDocument/Statement/0/Condition", of="SupportRole"),
    "people get the support role if MFA is not asked": sets(
        _ROLE,
        "AssumeRolePolicyDocument/Statement/0/Condition",
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
        of="SupportRole",
    ),
    "another account gets the support role": sets(_ROLE, "AssumeRolePolicyDocument/Statement/0/Principal", _OTHER_ROOT, of="SupportRole"),
    "a user gets the support role by another way": states(_ROLE, "SupportRole", {"Action": "sts:AssumeRole", "Principal": _OWN_ROOT}),
    "the support role administers": appends(_ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/AdministratorAccess", of="SupportRole"),
    "the support role is gone": removes(_ROLE, of="SupportRole"),
}
