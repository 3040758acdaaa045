"""Somebody reads or answers in a chat what is not theirs, or keeps the day's summary from who waits for it."""

from collections.abc import Mapping
from typing import Any

from tests.compliance.seeds.faults import (
    OTHER_ACCOUNT,
    OWN_ACCOUNT,
    Fault,
    Seeds,
    Templates,
    appends,
    both,
    drops,
    permits,
    removes,
    sets,
    states,
)

SLACK: Mapping[str, object] = {
    "trading_alarms": True,
    "alarm_emails": "reads@example.com",
    "chat": "slack",
    "slack_workspace_id": "T01234567",
    "slack_channel_id": "C01234567",
}
"""Production's settings beside its own, where a channel of Slack gets alarms."""

_FUNCTION, _PERMISSION, _PERSON = "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::SNS::Subscription"
_CHANNEL, _ROLE, _QUERY = "AWS::Chatbot::SlackChannelConfiguration", "AWS::IAM::Role", "AWS::Logs::ScheduledQuery"
_NOTIFIER = "TelegramNotifier"
_SUMMARY = "DailySummary"
_TO_S3 = "DestinationConfiguration/S3Configuration"


def _sends(old: str, new: str) -> Fault:
    """The function's source has another text in place of one, in whatever function of CloudFormation's it is written."""

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(old, new)
        if isinstance(value, list):
            return [replaced(item) for item in value]
        return {name: replaced(item) for name, item in value.items()}

    def fault(templates: Templates) -> None:
        code = templates.body(_FUNCTION, _NOTIFIER)["Properties"]["Code"]
        code["ZipFile"] = replaced(code["ZipFile"])

    return fault


SEEDS: Seeds = {
    "messages go to another host than Telegram's": _sends("api.telegram.org", "telegram.example.com"),
    "messages go to another chat": _sends("-1001234567", "-1009999999"),
    "a variable names another host than Telegram's": sets(
        _FUNCTION, "Environment", {"Variables": {"TELEGRAM_API_URL": "https://telegram.example.com"}}, of=_NOTIFIER
    ),
    "the function keeps what it is told in another log group": sets(
        _FUNCTION, "LoggingConfig/LogGroup", "/aws/lambda/another", of=_NOTIFIER
    ),
    "the function is in the network of the tasks": sets(_FUNCTION, "VpcConfig", {"SubnetIds": ["subnet-0"]}, of=_NOTIFIER),
    "the token is in a variable": sets(_FUNCTION, "Environment", {"Variables": {"TOKEN": "123456:ABC"}}, of=_NOTIFIER),
    "another layer of code runs with it": sets(
        _FUNCTION, "Layers", [f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:layer:theirs:1"], of=_NOTIFIER
    ),
    "the function may read every secret": permits(f"{_NOTIFIER}Role", "secretsmanager:GetSecretValue"),
    "the function may change alarms": permits(f"{_NOTIFIER}Role", "cloudwatch:PutMetricAlarm"),
    "the function publishes": permits(f"{_NOTIFIER}Role", "sns:Publish"),
    "a topic of somebody else calls the function": sets(
        _PERMISSION, "SourceArn", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:theirs", of=_NOTIFIER
    ),
    "another service calls the function": sets(_PERMISSION, "Principal", "events.amazonaws.com", of=_NOTIFIER),
    "everybody calls the function": sets(_PERMISSION, "Principal", "*", of=_NOTIFIER),
    "whoever is SNS's customer calls the function": drops(_PERMISSION, "SourceArn", of=_NOTIFIER),
    "another account calls the function": sets(_PERMISSION, "Principal", OTHER_ACCOUNT, of=_NOTIFIER),
    "the function that sends to Telegram has an address": appends(_PERMISSION, "FunctionUrlAuthType", "NONE", of=_NOTIFIER),
    "pages do not reach Telegram": removes(_PERSON, of="PagingTopicTelegram"),
    "only some pages reach Telegram": sets(_PERSON, "FilterPolicy", {"severity": ["never"]}, of="PagingTopicTelegram"),
    "pages reach another function": sets(
        _PERSON, "Endpoint", f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:function:theirs", of="PagingTopicTelegram"
    ),
    # The summary of a day
    "the summary is written into a bucket of somebody else": sets(_QUERY, f"{_TO_S3}/DestinationIdentifier", "s3://theirs/daily-summary"),
    "the summary is written as somebody else": sets(_QUERY, f"{_TO_S3}/RoleArn", f"arn:aws:iam::{OTHER_ACCOUNT}:role/theirs"),
    "the summary is somebody else's by its owner": sets(_QUERY, f"{_TO_S3}/OwnerAccountId", OTHER_ACCOUNT),
    "the summary is of another log group": sets(_QUERY, "LogGroupIdentifiers", ["/aws/cloudtrail/account"]),
    "the summary is of one more log group": appends(_QUERY, "LogGroupIdentifiers", "aws/spans"),
    "the summary copies every line": sets(_QUERY, "QueryString", "fields @timestamp, @message"),
    "the summary is made once a year": sets(_QUERY, "ScheduleExpression", "cron(10 0 1 1 ? *)"),
    "the summary is made every minute": sets(_QUERY, "ScheduleExpression", "cron(* * * * ? *)"),
    "the summary reads ten days": sets(_QUERY, "StartTimeOffset", 864_000),
    "the summary is switched off": sets(_QUERY, "State", "DISABLED"),
    "the summary is over": sets(_QUERY, "ScheduleEndTime", 1),
    "there is no summary": removes(_QUERY),
    "who writes the summary reads what is in the bucket": permits(f"{_SUMMARY}Role", "s3:GetObject"),
    "who writes the summary deletes logs": permits(f"{_SUMMARY}Role", "logs:DeleteLogGroup"),
    "every service of AWS runs the summary": sets(
        _ROLE, "AssumeRolePolicyDocument/Statement/0/Principal", {"Service": ["logs.amazonaws.com", "ec2.amazonaws.com"]}, of=_SUMMARY
    ),
    "CloudWatch Logs of any account runs the summary": drops(_ROLE, "AssumeRolePolicyDocument/Statement/0/Condition", of=_SUMMARY),
}
"""Of production with everything of observability (observability.OBSERVED)."""

SLACK_SEEDS: Seeds = {
    "another channel gets alarms": sets(_CHANNEL, "SlackChannelId", "C99999999"),
    "another workspace gets alarms": sets(_CHANNEL, "SlackWorkspaceId", "T99999999"),
    "people of the channel may do everything": both(drops(_CHANNEL, "GuardrailPolicies")),
    "the guardrail is AWS's own for administrators": sets(_CHANNEL, "GuardrailPolicies", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
    "the channel acts as an administrator": sets(_CHANNEL, "IamRoleArn", {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/admin"}),
    "each of its people acts as they like": sets(_CHANNEL, "UserRoleRequired", True),
    "the channel hears of a topic of somebody else": appends(
        _CHANNEL, "SnsTopicArns", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:theirs"
    ),
    "the channel hears of no page": lambda templates: templates.body(_CHANNEL)["Properties"]["SnsTopicArns"].pop(),
    "the channel hears of nothing": sets(_CHANNEL, "SnsTopicArns", []),
    "whatever is said in the channel is logged": sets(_CHANNEL, "LoggingLevel", "INFO"),
    "another name of the channel": sets(_CHANNEL, "ConfigurationName", "another"),
    "more is possible from the channel": states("AWS::IAM::ManagedPolicy", "SlackChannelPolicy", {"Action": "cloudwatch:*"}),
    "the denial is for one person only": lambda templates: templates.statements("AWS::IAM::ManagedPolicy", "SlackChannelPolicy")[0].update(
        Condition={"StringEquals": {"aws:PrincipalAccount": OWN_ACCOUNT}}
    ),
    "the role has a policy of AWS too": appends(
        _ROLE, "ManagedPolicyArns", "arn:aws:iam::aws:policy/ReadOnlyAccess", of="SlackChannelRole"
    ),
    "a custom action runs from the channel": appends(
        _CHANNEL, "CustomizationResourceArns", f"arn:aws:chatbot::{OTHER_ACCOUNT}:custom-action/theirs"
    ),
    "there is no channel": removes(_CHANNEL),
}
