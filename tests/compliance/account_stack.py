"""AccountSecurityStack made by hand, sound as a whole, for rules that are judged without the CDK."""

import copy
from collections.abc import Mapping
from typing import Any

from tests.compliance.builders import Body, assembly_of, resource
from tradingbot_infra.compliance.expected.account_alarms import FILTERS
from tradingbot_infra.compliance.expected.recorded import BY_HAND, EVALUATED, IDENTITIES, RECORDED_AS
from tradingbot_infra.compliance.reading.account_stack import STACK
from tradingbot_infra.templates import Assembly

_ROOT = {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":root"]]}
_TRAIL = {"Fn::Join": ["", ["arn:aws:cloudtrail:ap-southeast-2:", {"Ref": "AWS::AccountId"}, ":trail/account"]]}
_BLOCK = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
_OBJECTS = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]
_TOKEN = {"Fn::GetAtt": ["Function", "Arn"]}
_STANDARDS = ("aws-foundational-security-best-practices/v/1.0.0", "cis-aws-foundations-benchmark/v/5.0.0", "pci-dss/v/4.0.1")


def account_stack(**changes: Body | None) -> Assembly:
    """A sound stack; `changes` replace resources by logical id, or with None take them away."""
    resources: dict[str, Any] = {**_trail(), **_alarms(), **_config(), **_detection(), **_defaults(), **changes}
    declared: dict[str, Any] = {STACK: {name: body for name, body in resources.items() if body is not None}}
    return assembly_of(**declared)


def part(logical_id: str, **properties: object) -> Body:
    """A resource of the sound stack with other properties; None takes one away."""
    found = {**_trail(), **_alarms(), **_config(), **_detection(), **_defaults()}[logical_id]
    changed = {**copy.deepcopy(found["Properties"]), **properties}
    return resource(found["Type"], {name: value for name, value in changed.items() if value is not None})


def _trail() -> dict[str, Any]:
    deletion = {"Effect": "Deny", "Principal": "*", "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"], "Resource": "*"}
    admits = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "kms:GenerateDataKey",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceArn": _TRAIL}},
    }
    return {
        "Trail": resource(
            "AWS::CloudTrail::Trail",
            {
                "IsMultiRegionTrail": True,
                "IncludeGlobalServiceEvents": True,
                "IsLogging": True,
                "EnableLogFileValidation": True,
                "S3BucketName": {"Ref": "Audit"},
                "KMSKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
                "CloudWatchLogsLogGroupArn": {"Fn::GetAtt": ["Log", "Arn"]},
                "CloudWatchLogsRoleArn": {"Fn::GetAtt": ["LogRole", "Arn"]},
                "AdvancedEventSelectors": [
                    {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
                    {"FieldSelectors": _OBJECTS},
                ],
                "InsightSelectors": [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}],
            },
        ),
        "Key": resource("AWS::KMS::Key", {"KeyPolicy": {"Statement": [admits]}}),
        "Log": resource("AWS::Logs::LogGroup"),
        "LogRole": resource("AWS::IAM::Role"),
        "Audit": resource(
            "AWS::S3::Bucket",
            {
                "LoggingConfiguration": {"DestinationBucketName": {"Ref": "AccessLogs"}},
                "PublicAccessBlockConfiguration": _BLOCK,
                "VersioningConfiguration": {"Status": "Enabled"},
                "ObjectLockEnabled": True,
            },
        ),
        "AuditPolicy": resource("AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Audit"}, "PolicyDocument": {"Statement": [deletion]}}),
        "AccessLogs": resource("AWS::S3::Bucket"),
    }


def _alarms() -> dict[str, Any]:
    made: dict[str, Any] = {"Topic": resource("AWS::SNS::Topic")}
    for control, pattern in FILTERS.items():
        name = f"cis-{control}"
        made[f"Filter{control.replace('.', 'x')}"] = resource(
            "AWS::Logs::MetricFilter",
            {
                "LogGroupName": {"Ref": "Log"},
                "FilterPattern": pattern,
                "MetricTransformations": [{"MetricName": name, "MetricNamespace": "CIS", "MetricValue": "1"}],
            },
        )
        made[f"Alarm{control.replace('.', 'x')}"] = resource(
            "AWS::CloudWatch::Alarm",
            {
                "Namespace": "CIS",
                "MetricName": name,
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "AlarmActions": [{"Ref": "Topic"}],
            },
        )
    return made


def _config() -> dict[str, Any]:
    service_role = ":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    role = {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, service_role]]}
    rules = {
        f"Rule{name.title().replace('_', '')}": resource(
            "AWS::Config::ConfigRule", {"Source": {"Owner": "AWS", "SourceIdentifier": name}, "InputParameters": dict(parameters)}
        )
        for name, parameters in EVALUATED.items()
    }
    return {
        "Recorder": resource(
            "AWS::Config::ConfigurationRecorder",
            {
                "RoleARN": role,
                "RecordingGroup": {"AllSupported": False, "ResourceTypes": sorted({*RECORDED_AS.values(), *IDENTITIES, *BY_HAND})},
                "RecordingMode": {"RecordingFrequency": "DAILY"},
            },
        ),
        "Channel": resource("AWS::Config::DeliveryChannel", {"S3BucketName": {"Ref": "Audit"}}),
        **rules,
    }


def _detection() -> dict[str, Any]:
    features = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")
    arns = [f"arn:aws:securityhub:ap-southeast-2::standards/{name}" for name in _STANDARDS]
    standards = {f"Standard{number}": resource("AWS::SecurityHub::Standard", {"StandardsArn": arn}) for number, arn in enumerate(arns)}
    return {
        "Detector": resource(
            "AWS::GuardDuty::Detector", {"Enable": True, "Features": [{"Name": name, "Status": "ENABLED"} for name in features]}
        ),
        "Hub": resource("AWS::SecurityHub::Hub", {"EnableDefaultStandards": False}),
        **standards,
        "Analyzer": resource("AWS::AccessAnalyzer::Analyzer", {"Type": "ACCOUNT"}),
        "Inspector": resource("Custom::InspectorEnable", {"ResourceTypes": ["ECR"]}),
    }


def _defaults() -> dict[str, Any]:
    mixed = ("RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols")
    trust: Mapping[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": _ROOT},
        "Action": "sts:AssumeRole",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    }
    return {
        "Function": resource("AWS::Lambda::Function"),
        "Passwords": resource(
            "Custom::AccountPasswordPolicy",
            {
                "ServiceToken": _TOKEN,
                "MinimumPasswordLength": 14,
                "PasswordReusePrevention": 24,
                "MaxPasswordAge": 90,
                **dict.fromkeys(mixed, True),
            },
        ),
        "Block": resource("Custom::S3AccountPublicAccessBlock", {"ServiceToken": _TOKEN, **_BLOCK}),
        "Ebs": resource("Custom::EbsEncryptionByDefault", {"ServiceToken": _TOKEN}),
        "DefaultVpcs": resource("Custom::DefaultVpcRemoval", {"ServiceToken": _TOKEN}),
        "Support": resource(
            "AWS::IAM::Role",
            {"AssumeRolePolicyDocument": {"Statement": [trust]}, "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSSupportAccess"]},
        ),
    }
