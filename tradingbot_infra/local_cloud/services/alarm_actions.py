"""What is done when an alarm of any kind changes its state: SNS topics are told, unless a mute rule or a suppressor holds it back.

The messages are AWS's. That of a contributor is not documented: it is the alarm's own, with the contributor's id and attributes.
Sources: CloudWatch User Guide, "Acting on alarm changes", "Alarm mute rules", "Alarm suppression"; the form of the messages is what
aws-lambda-go (events, CloudWatchAlarmSNSPayload) reads.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tradingbot_infra.local_cloud.ministack import alarms, scopes
from tradingbot_infra.local_cloud.ministack.topics import refusal
from tradingbot_infra.local_cloud.services import alarm_mute_rules, suppression
from tradingbot_infra.local_cloud.services.region_names import region_name

_logger = logging.getLogger("alarm_actions")
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
_TRIGGER = ("MetricName", "Namespace", "Statistic", "Unit", "Period", "EvaluationPeriods", "ComparisonOperator", "Threshold", "Dimensions")
_LONGEST_SUBJECT = 100


def on_change(record: dict[str, Any], old: str, new: str) -> None:
    """An alarm changed its state."""
    suppression.suppressor_changed(record, _act)
    if not suppression.holds(record, _act):
        _act(record, old, new)


def of_contributor(record: Mapping[str, Any], new: str, contributor: Mapping[str, Any]) -> None:
    """A contributor of an alarm on PromQL changed its state."""
    since: datetime = contributor["StateTransitionedTimestamp"]
    more = {
        "NewStateReason": contributor["StateReason"],
        "StateChangeTime": _moment(since),
        "AlarmContributorId": contributor["ContributorId"],
        "AlarmContributorAttributes": contributor["ContributorAttributes"],
    }
    _tell(record, "OK" if new == "ALARM" else "ALARM", new, more)


def _act(record: Mapping[str, Any], old: str, new: str) -> None:
    _tell(record, old, new, {})


def _tell(record: Mapping[str, Any], old: str, new: str, more: Mapping[str, Any]) -> None:
    topics = [action for action in record.get(_ACTIONS[new]) or [] if action.split(":")[2:3] == ["sns"]]
    if not topics or not record.get("ActionsEnabled", True) or alarm_mute_rules.mutes(record["AlarmName"], datetime.now(UTC)):
        return
    message = json.dumps({**_message(record, old, new), **more})
    subject = f'{new}: "{record["AlarmName"]}" in {_region()}'[:_LONGEST_SUBJECT]
    for topic in topics:
        why = refusal(topic, record["AlarmArn"])
        if why:
            _logger.warning("%s: no message of alarm %s: %s", topic, record["AlarmName"], why)
        else:
            alarms.publish(topic, message, subject)


def _message(record: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    account, _ = scopes.current()
    return {
        "AlarmName": record["AlarmName"],
        "AlarmDescription": record.get("AlarmDescription") or None,
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": _since(record.get("AlarmConfigurationUpdatedTimestamp")),
        "NewStateValue": new,
        "NewStateReason": record["StateReason"],
        "StateChangeTime": _since(record.get("StateUpdatedTimestamp")),
        "Region": _region(),
        "AlarmArn": record["AlarmArn"],
        "OldStateValue": old,
        **{name: record.get(name) or [] for name in _ACTIONS.values()},
        **(_of_composite(record) if "AlarmRule" in record else {"Trigger": _trigger(record)}),
    }


def _of_composite(record: Mapping[str, Any]) -> dict[str, Any]:
    children = [child for child in map(alarms.alarm, alarms.triggering(record)) if child is not None]
    states = [
        {"Arn": each["AlarmArn"], "State": {"Value": each["StateValue"], "Timestamp": _since(each.get("StateUpdatedTimestamp"))}}
        for each in children
    ]
    return {"AlarmRule": record["AlarmRule"], "TriggeringChildren": states}


def _trigger(record: Mapping[str, Any]) -> dict[str, Any]:
    if "EvaluationCriteria" in record:
        return {name: record[name] for name in ("EvaluationCriteria", "EvaluationInterval")}
    return {name: record.get(name) for name in _TRIGGER} | {
        "Dimensions": [{"name": each["Name"], "value": each["Value"]} for each in record.get("Dimensions") or []]
    }


def _region() -> str:
    _, region = scopes.current()
    return region_name(region)


def _since(seconds: float | None) -> str:
    return _moment(datetime.fromtimestamp(seconds or 0, UTC))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
