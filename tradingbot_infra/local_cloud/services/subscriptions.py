"""E-mail subscriptions of SNS, which stay unconfirmed until they are confirmed, as on AWS.

No mail is sent. To confirm one, call ConfirmSubscription with the last part of the subscription's ARN as its token.
"""

from typing import Any

from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call


async def subscribe(call: Call) -> dict[str, Any]:
    """Subscribe, which returns the ARN of an unconfirmed subscription only with ReturnSubscriptionArn."""
    answer = await call.as_asked()
    records.hold_email_subscriptions()
    if answer["SubscriptionArn"] in records.unconfirmed_subscriptions() and not call.parameters.get("ReturnSubscriptionArn"):
        return {"SubscriptionArn": "pending confirmation"}
    return answer


async def list_subscriptions(call: Call) -> dict[str, Any]:
    """ListSubscriptions and ListSubscriptionsByTopic, which return no ARN of an unconfirmed subscription."""
    records.hold_email_subscriptions()
    answer = await call.as_asked()
    waiting = records.unconfirmed_subscriptions()
    for subscription in answer["Subscriptions"]:
        if subscription["SubscriptionArn"] in waiting:
            subscription["SubscriptionArn"] = "PendingConfirmation"
    return answer


async def with_emails_held(call: Call) -> dict[str, Any]:
    """Any other operation on subscriptions, with e-mail subscriptions unconfirmed until they are confirmed."""
    records.hold_email_subscriptions()
    return await call.as_asked()
