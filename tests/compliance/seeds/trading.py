"""An alarm of trading is there, and does not ring, or nobody hears it."""

from typing import Any

from tests.compliance.seeds.faults import Fault, Seeds, Templates, adds, appends, drops, permits, removes, sets

_ALARM, _COMPOSITE, _TOPIC = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::SNS::Topic"
_FUNCTION, _PERMISSION, _SUBSCRIPTION = "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::SNS::Subscription"
_QUERY = "EvaluationCriteria/PromQLCriteria/Query"
_PENDING = "EvaluationCriteria/PromQLCriteria/PendingPeriod"

TELEGRAM: dict[str, object] = {"chat": "telegram", "telegram_chat_id": "-1001234567", "expected_strategies": ("trend",)}
"""With a chat and a strategy that must run, so that every part is there."""


def _reference(templates: Templates, kind: str, of: str) -> str:
    """The logical id of a resource of MonitoringStack."""
    found = templates.by_stack["MonitoringStack"]["Resources"]
    return next(str(name) for name, body in found.items() if body["Type"] == kind and name.startswith(of))


def _tells(of: str, topic: str) -> Fault:
    """An alarm tells another topic."""

    def fault(templates: Templates) -> None:
        actions = [{"Ref": _reference(templates, _TOPIC, topic)}]
        templates.body(_ALARM, of)["Properties"] |= {"AlarmActions": actions, "OKActions": actions}

    return fault


def _replaces(of: str, old: str, new: str) -> Fault:
    """A query has another text in place of one."""

    def fault(templates: Templates) -> None:
        criteria = templates.body(_ALARM, of)["Properties"]["EvaluationCriteria"]["PromQLCriteria"]
        assert old in criteria["Query"]
        criteria["Query"] = criteria["Query"].replace(old, new)

    return fault


def _misses_a_child(templates: Templates) -> None:
    parts: list[Any] = templates.body(_COMPOSITE)["Properties"]["AlarmRule"]["Fn::Join"][1]
    del parts[1:3]


def _rings_only_with_all(templates: Templates) -> None:
    parts: list[Any] = templates.body(_COMPOSITE)["Properties"]["AlarmRule"]["Fn::Join"][1]
    parts[:] = [part.replace(" OR ", " AND ") if isinstance(part, str) else part for part in parts]


def _is_suppressed_by(of: str) -> Fault:
    def fault(templates: Templates) -> None:
        suppressor = {"Fn::GetAtt": [_reference(templates, _ALARM, of), "Arn"]}
        templates.body(_COMPOSITE)["Properties"]["ActionsSuppressor"] = suppressor

    return fault


def _calls_for(topic: str) -> Fault:
    """The function is called by a topic of somebody else."""
    return sets(_PERMISSION, "SourceArn", topic)


SEEDS: Seeds = {
    "an alarm of money tells nobody": drops(_ALARM, "AlarmActions", of="TradingAlarmsDrawdown"),
    "an alarm of money is switched off": sets(_ALARM, "ActionsEnabled", False, of="TradingAlarmsOrderLoop"),
    "an alarm that pages is mail": _tells("TradingAlarmsExposure", "AlarmTopic"),
    "an alarm that is mail pages": _tells("TradingAlarmsLlmCost", "PagingTopic"),
    "a part of an outage tells by itself": _tells("TradingAlarmsNoOrders", "PagingTopic"),
    "a query is of another environment": _replaces("TradingAlarmsDrawdown", "production", "staging"),
    "a query is of every environment": _replaces("TradingAlarmsOrderLoop", 'environment="production",', ""),
    "a limit in a query is raised": _replaces("TradingAlarmsDrawdown", "> 10", "> 100"),
    "a query compares the other way": _replaces("TradingAlarmsPriceStale", ">", "<"),
    "a query looks back one minute": _replaces("TradingAlarmsStrategySilent", "[24h]", "[1m]"),
    "a query counts other orders": _replaces("TradingAlarmsOrderLoop", "placed", "rejected"),
    "a query is of nothing": sets(_ALARM, _QUERY, "vector(0) > 1", of="TradingAlarmsNoSignals"),
    "an alarm waits for a day": sets(_ALARM, _PENDING, 86_400, of="TradingAlarmsPriceStale"),
    "an alarm looks once an hour": sets(_ALARM, "EvaluationInterval", 3600, of="TradingAlarmsOrderLoop"),
    "an alarm of trading is removed": removes(_ALARM, of="TradingAlarmsExposure"),
    "the silence of a log is no fault": sets(_ALARM, "TreatMissingData", "notBreaching", of="TradingAlarmsNoHeartbeat"),
    "a heartbeat of another strategy is heard": sets(_ALARM, "Dimensions/0/Value", "other", of="TradingAlarmsNoHeartbeat"),
    "every line is a heartbeat": sets("AWS::Logs::MetricFilter", "FilterPattern", "", of="TradingAlarmsHeartbeats"),
    "the composite alarm misses a part": _misses_a_child,
    "the composite alarm rings only with all parts": _rings_only_with_all,
    "the composite alarm never rings": sets(_COMPOSITE, "AlarmRule", "FALSE"),
    "the composite alarm has no action": drops(_COMPOSITE, "AlarmActions"),
    "the composite alarm is suppressed by one of its parts": _is_suppressed_by("TradingAlarmsStrategySilent"),
    "the composite alarm is suppressed while nothing is wrong": _is_suppressed_by("AlarmsEcsCpu"),
    "the composite alarm is suppressed for a day": sets(_COMPOSITE, "ActionsSuppressorExtensionPeriod", 86_400),
    "the alarm that suppresses rings while one task is healthy": sets(_ALARM, "Threshold", 5, of="TradingAlarmsServiceDown"),
    "the alarm that suppresses pages nobody": _tells("TradingAlarmsServiceDown", "AlarmTopic"),
    "one more hears the pages": adds(
        _SUBSCRIPTION, {"Protocol": "email", "Endpoint": "x@example.com", "TopicArn": "x"}, stack="MonitoringStack"
    ),
    "the paging topic is not encrypted": drops(_TOPIC, "KmsMasterKeyId", of="PagingTopic"),
    "the function hears only some messages": sets(_SUBSCRIPTION, "FilterPolicy", {"x": ["y"]}, of="PagingTopicTelegram"),
    "the function sends to another chat": lambda templates: _sends(templates, "-1001234567", "-1009999999"),
    "the function sends to another host": lambda templates: _sends(templates, "api.telegram.org", "telegram.example.com"),
    "the function has a variable with another host": sets(_FUNCTION, "Environment", {"Variables": {"TELEGRAM_API_URL": "http://x"}}),
    "the function reads every secret": permits("TelegramNotifierRolePolicy", "secretsmanager:GetSecretValue"),
    "the function publishes": permits("TelegramNotifierRolePolicy", "sns:Publish"),
    "anybody's topic calls the function": _calls_for("arn:aws:sns:ap-southeast-2:444455556666:x"),
    "another service calls the function": sets(_PERMISSION, "Principal", "events.amazonaws.com"),
    "everybody calls the function": sets(_PERMISSION, "Principal", "*"),
    "a pager of others beside it": appends(_COMPOSITE, "AlarmActions", "arn:aws:sns:ap-southeast-2:444455556666:x"),
}


def _sends(templates: Templates, old: str, new: str) -> None:
    """The function's source has another text in place of one."""
    body = templates.by_stack["MonitoringStack"]["Resources"][_reference(templates, _FUNCTION, "TelegramNotifier")]
    code, text = body["Properties"]["Code"], str(body["Properties"]["Code"]["ZipFile"])
    assert old in text

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(old, new)
        if isinstance(value, list):
            return [replaced(item) for item in value]
        return {name: replaced(item) for name, item in value.items()} if isinstance(value, dict) else value

    code["ZipFile"] = replaced(code["ZipFile"])
