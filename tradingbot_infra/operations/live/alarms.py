"""Alarms in CloudWatch, and the subscriptions that receive them in SNS."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import Names
from tradingbot_infra.design.stacks import StackScope
from tradingbot_infra.operations.failures import is_denied, is_missing
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import CompositeAlarmTypeDef, MetricAlarmTypeDef


_PART = re.compile(r'ALARM\("?([^")]+)"?\)')
"""In the rule of a composite alarm, an alarm by its ARN or name."""


@dataclass(frozen=True)
class Alarm:
    """One alarm; `state` is OK, ALARM or INSUFFICIENT_DATA, and it has been that `since`.

    One that is `of_account` tells that somebody changed something, as a deployment does, and not that something is down. A composite alarm
    is made of the alarms named in `parts`. `contributors` are the series that ring, of an alarm on a query; None where nobody read them.
    """

    name: str
    state: str
    reason: str
    actions: tuple[str, ...]
    actions_enabled: bool
    since: datetime | None = None
    of_account: bool = False
    parts: tuple[str, ...] = ()
    contributors: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Subscription:
    """One endpoint of the alarm topic. Until the person has confirmed it, SNS returns a word in place of its ARN (SNS API, Subscribe)."""

    protocol: str
    endpoint: str
    confirmed: bool


def alarms(session: Session, names: Names) -> tuple[Alarm, ...]:
    """Every alarm of the environment, composite ones too, by name."""
    # Without AlarmTypes CloudWatch leaves composite alarms out.
    pages = session.cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{names.prefix}-", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    found: list[Alarm] = []
    for page in pages:
        found += [*map(_alarm, page.get("MetricAlarms", ())), *map(_alarm, page.get("CompositeAlarms", ()))]
    return tuple(sorted(found, key=lambda alarm: alarm.name))


def _alarm(item: "MetricAlarmTypeDef | CompositeAlarmTypeDef") -> Alarm:
    rule = str(item.get("AlarmRule", ""))
    return Alarm(
        name=item.get("AlarmName", ""),
        state=item.get("StateValue", ""),
        reason=item.get("StateReason", ""),
        actions=tuple(item.get("AlarmActions", ())),
        actions_enabled=item.get("ActionsEnabled", True),
        since=item.get("StateTransitionedTimestamp", item.get("StateUpdatedTimestamp")),
        parts=tuple(part.rpartition(":")[2] for part in _PART.findall(rule)),
        contributors=None if "EvaluationCriteria" in item and item.get("StateValue") == "ALARM" else (),
    )


def with_contributors(session: Session, alarm: Alarm) -> Alarm:
    """The alarm with the series that ring, such as `strategy=trend`. They stay unknown where AWS does not say them."""
    if alarm.contributors is not None:
        return alarm
    try:
        answer = session.cloudwatch.describe_alarm_contributors(AlarmName=alarm.name)
    except Exception as error:
        if not (is_denied(error) or is_missing(error)):
            raise
        return alarm
    found = [each.get("ContributorAttributes", {}) for each in answer.get("AlarmContributors", ())]
    shown = (",".join(f"{name}={value}" for name, value in sorted(each.items()) if name != "environment") for each in found)
    return replace(alarm, contributors=tuple(sorted(filter(None, shown))))


def every_alarm(session: Session, config: EnvironmentConfig) -> tuple[Alarm, ...]:
    """The alarms of the environment, and those of the account where this environment deploys its stacks."""
    places = dict.fromkeys((stack.names, stack.region) for stack in config.stacks if stack.scope is StackScope.ACCOUNT)
    of_account = (alarm for names, region in places for alarm in alarms(session.in_region(region), names))
    return (*alarms(session, config.names), *(replace(alarm, of_account=True) for alarm in of_account))


def subscriptions(session: Session, topic_arn: str) -> tuple[Subscription, ...] | None:
    """The subscriptions of a topic; an unconfirmed one receives nothing. None when there is no such topic."""
    try:
        return tuple(_subscriptions(session, topic_arn))
    except Exception as error:
        if not is_missing(error):
            raise
        return None


def _subscriptions(session: Session, topic_arn: str) -> Iterator[Subscription]:
    for page in session.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn):
        for item in page["Subscriptions"]:
            if item.get("SubscriptionArn") == "Deleted":
                continue
            confirmed = item.get("SubscriptionArn", "").startswith("arn:")
            yield Subscription(item.get("Protocol", ""), item.get("Endpoint", ""), confirmed)
