"""The Lambda function that sends alarms to a Telegram chat (functions/telegram_notifier.py)."""

from collections.abc import Sequence
from typing import Literal

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from constructs import Construct

from tradingbot_infra.constructs.inline_function import inline_function
from tradingbot_infra.design.telegram import NOTIFIER, notifier_source


class TelegramNotifier(Construct):
    """A function whose whole source is in the template, outside the VPC, subscribed to topics.

    No service of AWS does it without code: Amazon Q Developer in chat applications knows no Telegram, and an API destination of
    EventBridge would have the bot's token in its address, which the template, the console and every reader of the account show.

    `secret` and `key` are the ARNs of the bot's token and of the key that encrypts it. The last of `topics` is the one that pages, where
    `pages` says that there is one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        secret: str,
        key: str,
        region: str,
        chat: str,
        language: Literal["en", "ko"],
        topics: Sequence[sns.Topic],
        pages: bool,
        log_group: logs.ILogGroup,
    ) -> None:
        super().__init__(scope, construct_id)
        by_secrets_manager = {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}}
        function = inline_function(
            self,
            NOTIFIER,
            source=notifier_source(secret=secret, chat=chat, language=language, pages=topics[-1].topic_arn if pages else ""),
            statements=[
                iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret]),
                iam.PolicyStatement(actions=["kms:Decrypt"], resources=[key], conditions=by_secrets_manager),
            ],
            log_group=log_group,
        )
        for topic in topics:
            lambda_.CfnPermission(
                self,
                f"{topic.node.id}Calls",
                action="lambda:InvokeFunction",
                function_name=function.attr_arn,
                principal="sns.amazonaws.com",
                source_arn=topic.topic_arn,
            )
            sns.CfnSubscription(topic, "Telegram", protocol="lambda", endpoint=function.attr_arn, topic_arn=topic.topic_arn)
