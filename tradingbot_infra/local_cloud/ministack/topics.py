"""Whom topics take an alarm's message from, and which functions take a topic's: what policies say, and ministack does not ask."""

import json
import logging
from typing import Any

from ministack.services import kms, lambda_svc, sns

from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.ministack.policies import service_may

_logger = logging.getLogger("topics")
_CLOUDWATCH, _SNS = "cloudwatch.amazonaws.com", "sns.amazonaws.com"
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
"""What a service needs of a topic's key (SNS Developer Guide, "Enable compatibility between event sources from AWS services and encrypted
topics")."""


def refusal(topic_arn: str, alarm_arn: str) -> str:
    """Why CloudWatch may not publish an alarm's message to a topic; empty where it may, or where there is no such topic."""
    topic = sns._topic_by_arn_any_scope(topic_arn)  # noqa: SLF001 - its Publish asks for a caller
    if topic is None:
        return ""
    account, _ = scopes.current()
    context = {"aws:sourcearn": alarm_arn, "aws:sourceaccount": account, "aws:sourceowner": account, "aws:securetransport": "true"}
    attributes = topic["attributes"]
    # A topic that lost its policy has SNS's own, which lets the account's alarms publish.
    if "Policy" in attributes and not service_may(attributes["Policy"], _CLOUDWATCH, "sns:Publish", topic_arn, context):
        return "the topic's policy does not let CloudWatch publish"
    key = attributes.get("KmsMasterKeyId")
    if not key:
        return ""
    # A key of AWS's own, as alias/aws/sns, is not there, and admits nobody.
    document, _owner = kms.key_policy_for_arn(key) or ("", "")
    if not all(service_may(document, _CLOUDWATCH, action, key, context) for action in _KEY_ACTIONS):
        return f"the policy of the topic's key {key} does not let CloudWatch use it"
    return ""


def ask_functions() -> None:
    """Keeps messages from functions whose policy does not let SNS invoke them for that topic (AWS::Lambda::Permission)."""
    deliver = sns._deliver_to_lambda  # noqa: SLF001 - it has no hook for this

    def delivered(endpoint: str, envelope: str, topic_arn: str, *more: Any) -> None:
        found = lambda_svc.function_policy_for_arn(endpoint)
        account = topic_arn.split(":")[4]
        context = {"aws:sourcearn": topic_arn, "aws:sourceaccount": account, "aws:securetransport": "true"}
        if found and not service_may(json.dumps(found[0]), _SNS, "lambda:InvokeFunction", endpoint, context):
            _logger.warning("%s gets no message of %s: its policy does not let SNS invoke it", endpoint, topic_arn)
            return
        deliver(endpoint, envelope, topic_arn, *more)

    sns._deliver_to_lambda = delivered  # noqa: SLF001 - as above
