"""ministack's alarms: their records, how their state changes, and what is done about it."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cloudwatch, sns

from tradingbot_infra.local_cloud.ministack import scopes

Act = Callable[[dict[str, Any], str, str], None]
"""Takes an alarm's record, its old and its new state."""


def metric_alarm(name: str) -> dict[str, Any] | None:
    """The record of a metric alarm, to be read or changed."""
    record: dict[str, Any] | None = cloudwatch._alarms.get(name)  # noqa: SLF001 - its API has no call for an alarm on PromQL
    return record


def alarm(name: str) -> dict[str, Any] | None:
    """The record of an alarm of whatever kind."""
    record: dict[str, Any] | None = metric_alarm(name) or cloudwatch._composite_alarms.get(name)  # noqa: SLF001 - as above
    return record


def composite_alarms() -> list[dict[str, Any]]:
    """The records of all composite alarms."""
    return list(cloudwatch._composite_alarms.values())  # noqa: SLF001 - as above


def put(record: dict[str, Any], tags: Mapping[str, str]) -> None:
    """Stores a metric alarm; tags count for a new one only."""
    name = record["AlarmName"]
    is_new = metric_alarm(name) is None
    cloudwatch._alarms[name] = record  # noqa: SLF001 - as above
    if is_new and tags:
        cloudwatch._resource_tags[record["AlarmArn"]] = dict(tags)  # noqa: SLF001 - as above


def set_state(record: dict[str, Any], state: str, reason: str) -> None:
    """Gives a metric alarm a state, with its history, its actions, and the composite alarms above it."""
    old, now = record["StateValue"], int(time.time())
    record.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=now, StateTransitionedTimestamp=now)
    cloudwatch._record_history(record["AlarmName"], old, state, reason)  # noqa: SLF001 - as above
    cloudwatch._dispatch_alarm_actions(record, old, state, reason)  # noqa: SLF001 - as above
    cloudwatch._evaluate_parent_alarms(record)  # noqa: SLF001 - as above


def act_by(act: Act) -> None:
    """Makes `act` decide what is done when an alarm of any kind changes its state."""

    def dispatched(record: dict[str, Any], old: str, new: str, _reason: str) -> None:
        act(record, old, new)

    cloudwatch._dispatch_alarm_actions = dispatched  # noqa: SLF001 - it has no hook for this


def publish(topic_arn: str, message: str, subject: str) -> None:
    """Sends a message to a topic as CloudWatch does."""
    sns._fanout(topic_arn, sns.new_uuid(), message, subject)  # noqa: SLF001 - its Publish asks for a caller


def triggering(record: Mapping[str, Any]) -> list[str]:
    """The names of the alarms that agree with a composite alarm's state, the last to change first."""
    names: list[str] = cloudwatch._matching_children(record, record["StateValue"])  # noqa: SLF001 - as above
    return names


def arn(name: str) -> str:
    """The ARN of an alarm of the current account and region."""
    return scopes.arn("cloudwatch", f"alarm:{name}")
