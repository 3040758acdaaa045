"""Somebody keeps an alarm of trading from ringing, or from reaching who gets up. Of production that is observed, with alarms."""

import json
from collections.abc import Mapping
from typing import Any

from tests.compliance.seeds.faults import (
    OTHER_ACCOUNT,
    Fault,
    Seeds,
    Templates,
    adds,
    appends,
    both,
    drops,
    permits,
    removes,
    section,
    sets,
    states,
)

_ALARM, _OUTAGE, _FILTER = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::Logs::MetricFilter"
_TOPIC, _TOPIC_POLICY, _PERSON = "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription"
_DRAWDOWN, _SILENT, _LOOP = "TradingAlarmsDrawdown", "TradingAlarmsStrategySilent", "TradingAlarmsOrderLoop"
_HEARTBEAT, _DOWN = "TradingAlarmsNoHeartbeat", "TradingAlarmsServiceDown"
_PROMQL = "EvaluationCriteria/PromQLCriteria"
_ALARMS_NAME = "tradingbot-ai-production-drawdown"
_MUTES = {"Rule": {"Schedule": {"Expression": "cron(0 0 * * *)", "Duration": "P1D", "Timezone": "UTC"}}}


def _changed(resource_type: str, of: str, name: str, old: str, new: str) -> Fault:
    """Words of a property, wherever in it they stand."""

    def fault(templates: Templates) -> None:
        properties = templates.body(resource_type, of)["Properties"]
        properties[name] = json.loads(json.dumps(properties[name]).replace(_inside(old), _inside(new)))

    return fault


def _inside(text: str) -> str:
    return json.dumps(text)[1:-1]


def _without_part(of: str) -> Fault:
    """The composite alarm's rule leaves one of its parts out."""

    def fault(templates: Templates) -> None:
        resources = templates.by_stack["MonitoringStack"]["Resources"]
        part = next(name for name in resources if name.startswith(of))
        properties = templates.body(_OUTAGE)["Properties"]
        joined = properties["AlarmRule"]["Fn::Join"][1]
        at = next(number for number, each in enumerate(joined) if each == {"Fn::GetAtt": [part, "Arn"]})
        # What stands between two parts goes with it.
        del joined[at : at + 2]

    return fault


def _not_closed(templates: Templates) -> None:
    """The composite alarm's rule misses its last parenthesis."""
    joined = templates.body(_OUTAGE)["Properties"]["AlarmRule"]["Fn::Join"][1]
    joined[-1] = joined[-1].removesuffix(")")


def _in_monitoring(resource_type: str, properties: Mapping[str, Any]) -> Fault:
    return adds(resource_type, properties, stack="MonitoringStack")


def _topics_exchanged(templates: Templates) -> None:
    """Who reads gets the pages, and who gets up the rest."""
    people = [body["Properties"] for body in templates.by_stack["MonitoringStack"]["Resources"].values() if body["Type"] == _PERSON]
    first, *_, last = people
    first["TopicArn"], last["TopicArn"] = last["TopicArn"], first["TopicArn"]


def _words_exchanged(templates: Templates) -> None:
    """Who gets up for one fault reads what to do about another."""
    one, other = (templates.body(_ALARM, of)["Properties"] for of in (_DRAWDOWN, _LOOP))
    one["AlarmDescription"], other["AlarmDescription"] = other["AlarmDescription"], one["AlarmDescription"]


def _id_of(templates: Templates, resource_type: str, of: str) -> str:
    resources = templates.by_stack["MonitoringStack"]["Resources"].items()
    return next(str(name) for name, body in resources if body["Type"] == resource_type and name.startswith(of))


def _tells(of: str, topic: str) -> Fault:
    """An alarm tells another topic, whatever it told before."""

    def fault(templates: Templates) -> None:
        actions = [{"Ref": _id_of(templates, _TOPIC, topic)}]
        templates.body(_ALARM, of)["Properties"] |= {"AlarmActions": actions, "OKActions": actions}

    return fault


def _is_silenced_by(of: str) -> Fault:
    """Another alarm keeps the composite one silent."""

    def fault(templates: Templates) -> None:
        suppressor = {"Fn::GetAtt": [_id_of(templates, _ALARM, of), "Arn"]}
        templates.body(_OUTAGE)["Properties"]["ActionsSuppressor"] = suppressor

    return fault


def _of_any_account(templates: Templates) -> None:
    """The condition that names the account is taken from who may page."""
    for statement in templates.statements(_TOPIC_POLICY, "PagingTopic"):
        if statement["Effect"] == "Allow":
            statement.pop("Condition")


def _cannot_page(templates: Templates) -> None:
    """What lets alarms publish is taken away."""
    found = templates.statements(_TOPIC_POLICY, "PagingTopic")
    found[:] = [statement for statement in found if statement["Effect"] != "Allow"]


SEEDS: Seeds = {
    # What an alarm asks
    "a drawdown of ninety percent is no alarm": _changed(_ALARM, _DRAWDOWN, "EvaluationCriteria", "> 10", "> 90"),
    "a drawdown of another environment rings": _changed(
        _ALARM, _DRAWDOWN, "EvaluationCriteria", 'environment="production"', 'environment="staging"'
    ),
    "a drawdown of no environment rings": _changed(
        _ALARM, _DRAWDOWN, "EvaluationCriteria", '{environment="production"}', '{environment="x"}'
    ),
    "a query never returns anything": sets(
        _ALARM, f"{_PROMQL}/Query", "trading_drawdown_ratio > 1 and trading_drawdown_ratio < 1", of=_DRAWDOWN
    ),
    "a query asks the other way around": _changed(_ALARM, _DRAWDOWN, "EvaluationCriteria", "> 10", "< 10"),
    "silence is looked for in an hour, so that a longer one is over": _changed(_ALARM, _SILENT, "EvaluationCriteria", "[24h]", "[1h]"),
    "a query is of every environment": _changed(_ALARM, _LOOP, "EvaluationCriteria", 'environment="production",', ""),
    "a query counts other orders": _changed(_ALARM, _LOOP, "EvaluationCriteria", "placed", "rejected"),
    "a fault must last for a day": sets(_ALARM, f"{_PROMQL}/PendingPeriod", 86_400, of=_LOOP),
    "a fault is over for a day before it rings again": sets(_ALARM, f"{_PROMQL}/RecoveryPeriod", 86_400, of=_LOOP),
    "a fault is looked for once an hour": sets(_ALARM, "EvaluationInterval", 3600, of=_LOOP),
    "the actions of an alarm of money are off": sets(_ALARM, "ActionsEnabled", False, of=_DRAWDOWN),
    "an alarm of money tells nobody": drops(_ALARM, "AlarmActions", of=_DRAWDOWN),
    "an alarm of money is e-mail only": _tells(_DRAWDOWN, "AlarmTopic"),
    "an alarm for a working day wakes people": _tells("TradingAlarmsLlmCost", "PagingTopic"),
    "a part of an outage tells by itself": _tells(_SILENT, "PagingTopic"),
    "nobody hears that money is safe again": drops(_ALARM, "OKActions", of=_LOOP),
    "an alarm stops the service": appends(_ALARM, "AlarmActions", "arn:aws:automate:ap-southeast-2:ec2:stop", of=_DRAWDOWN),
    "an alarm calls a function of somebody else": appends(
        _ALARM, "AlarmActions", f"arn:aws:lambda:ap-southeast-2:{OTHER_ACCOUNT}:function:theirs", of=_DRAWDOWN
    ),
    "an alarm pages a topic of somebody else": sets(
        _ALARM, "AlarmActions", [f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:theirs"], of=_DRAWDOWN
    ),
    "an alarm has another's name": sets(_ALARM, "AlarmName", "tradingbot-ai-production-another", of=_DRAWDOWN),
    "an alarm says that nobody need act": sets(_ALARM, "AlarmDescription", "Test, please ignore", of=_DRAWDOWN),
    "an alarm of one strategy says so": sets(_ALARM, "AlarmDescription", "Test, please ignore", of=_HEARTBEAT),
    "an alarm says nothing": drops(_ALARM, "AlarmDescription", of=_LOOP),
    "two alarms say each other's words": _words_exchanged,
    "an outage says that nobody need act": sets(_OUTAGE, "AlarmDescription", "Test, please ignore"),
    "a service that is down says that nobody need act": sets(_ALARM, "AlarmDescription", "Test, please ignore", of=_DOWN),
    "an alarm of trading is gone": removes(_ALARM, of=_LOOP),
    "a second alarm of the name watches something else": _in_monitoring(
        _ALARM, {"AlarmName": _ALARMS_NAME, "EvaluationInterval": 60, "EvaluationCriteria": {"PromQLCriteria": {"Query": "vector(0) > 1"}}}
    ),
    # One outage, one message
    "an outage leaves silence of strategies out": _without_part(_SILENT),
    "an outage leaves the dead man's switch out": _without_part(_HEARTBEAT),
    "everything must be wrong at once": _changed(_OUTAGE, "", "AlarmRule", " OR ", " AND "),
    "an outage rings while all is well": _changed(_OUTAGE, "", "AlarmRule", "ALARM(", "OK("),
    "the rule of an outage is not closed": _not_closed,
    "an outage never rings": sets(_OUTAGE, "AlarmRule", "FALSE"),
    "an outage is told to somebody else as well": appends(_OUTAGE, "AlarmActions", f"arn:aws:sns:ap-southeast-2:{OTHER_ACCOUNT}:theirs"),
    "an outage is not told": drops(_OUTAGE, "AlarmActions"),
    "the actions of an outage are off": sets(_OUTAGE, "ActionsEnabled", False),
    "an outage is silenced by what is part of it": _is_silenced_by(_SILENT),
    "an outage is silenced by a processor that is busy": _is_silenced_by("AlarmsEcsCpu"),
    "an outage is silenced by an alarm of somebody else": sets(
        _OUTAGE, "ActionsSuppressor", f"arn:aws:cloudwatch:ap-southeast-2:{OTHER_ACCOUNT}:alarm:always"
    ),
    "an outage waits for an hour": sets(_OUTAGE, "ActionsSuppressorWaitPeriod", 3600),
    "an outage is silent for a day after the service is back": sets(_OUTAGE, "ActionsSuppressorExtensionPeriod", 86_400),
    "the composite alarm is gone": removes(_OUTAGE),
    "a rule mutes the pages of every night": _in_monitoring(
        "AWS::CloudWatch::AlarmMuteRule", {**_MUTES, "Name": "quiet", "MuteTargets": {"AlarmNames": [_ALARMS_NAME]}}
    ),
    # The dead man's switch
    "no heartbeat is no alarm": sets(_ALARM, "TreatMissingData", "notBreaching", of=_HEARTBEAT),
    "the heartbeat of another strategy counts": sets(_ALARM, "Dimensions/0/Value", "another", of=_HEARTBEAT),
    "one heartbeat in a day is enough": sets(_ALARM, "Period", 86_400, of=_HEARTBEAT),
    "every line of the log is a heartbeat": sets(_FILTER, "FilterPattern", "", of="TradingAlarmsHeartbeats"),
    "a line of anything but a heartbeat is one": sets(_FILTER, "FilterPattern", '{ $.strategy = "*" }', of="TradingAlarmsHeartbeats"),
    "heartbeats have a value when there are none": sets(_FILTER, "MetricTransformations/0/DefaultValue", 1, of="TradingAlarmsHeartbeats"),
    "heartbeats are counted without their strategy": drops(_FILTER, "MetricTransformations/0/Dimensions", of="TradingAlarmsHeartbeats"),
    "heartbeats are read from the log of something else": sets(_FILTER, "LogGroupName", "/ecs/another", of="TradingAlarmsHeartbeats"),
    "a service without a target is no alarm": sets(_ALARM, "TreatMissingData", "ignore", of=_DOWN),
    "a service is down while some tasks of many are healthy": sets(_ALARM, "Threshold", 5, of=_DOWN),
    "a service that is down is told by e-mail": _tells(_DOWN, "AlarmTopic"),
    "a service that is down for an hour is none yet": sets(_ALARM, "EvaluationPeriods", 60, of=_DOWN),
    # Who is paged
    "somebody else is paged": sets(_PERSON, "Endpoint", "other@example.com", of="PagingTopic"),
    "a web hook of somebody else is paged": both(
        sets(_PERSON, "Protocol", "https", of="PagingTopic"), sets(_PERSON, "Endpoint", "https://example.com/hook", of="PagingTopic")
    ),
    "pages are filtered away": sets(_PERSON, "FilterPolicy", {"severity": ["never"]}, of="PagingTopic"),
    "pages are filtered by their text": sets(_PERSON, "FilterPolicyScope", "MessageBody", of="PagingTopic"),
    "one of two who get up is paged twice, the other never": sets(_PERSON, "Endpoint", "stands-in@example.com", of="PagingTopicwakes"),
    "one more is paged": lambda templates: _in_monitoring(
        _PERSON, {"Protocol": "email", "Endpoint": "x@example.com", "TopicArn": {"Ref": _id_of(templates, _TOPIC, "PagingTopic")}}
    )(templates),
    "nobody is paged": removes(_PERSON, of="PagingTopic"),
    "who reads is paged, and who gets up is not": _topics_exchanged,
    "pages are not encrypted": drops(_TOPIC, "KmsMasterKeyId", of="PagingTopic"),
    "pages have the key of SNS, with which alarms cannot publish": sets(_TOPIC, "KmsMasterKeyId", "alias/aws/sns", of="PagingTopic"),
    "whoever wants to pages": states(
        _TOPIC_POLICY, "PagingTopic", {"Principal": "*", "Action": "sns:Publish", "Resource": {"Ref": "PagingTopic613F2C71"}}
    ),
    "another account subscribes": states(_TOPIC_POLICY, "PagingTopic", {"Principal": {"AWS": OTHER_ACCOUNT}, "Action": "sns:Subscribe"}),
    "alarms of other accounts page": _of_any_account,
    "alarms cannot page": _cannot_page,
    "pages are archived elsewhere": sets(
        _TOPIC,
        "DeliveryStatusLogging",
        [{"Protocol": "http/s", "SuccessFeedbackRoleArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/theirs"}],
        of="PagingTopic",
    ),
    "the topic's name is another": sets(_TOPIC, "TopicName", "another", of="PagingTopic"),
    "a task pages": permits("TaskRole", "sns:Publish"),
    "an output tells where pages go to another stack": section(
        "MonitoringStack", "Outputs", "Pages", {"Value": {"Ref": "PagingTopic613F2C71"}, "Export": {"Name": "pages"}}
    ),
}
