"""AWS Config: the recorder, its delivery channel, and rules.

CloudFormation makes recorder and channel at once: the channel needs the recorder, and the recorder is complete when it runs, which
needs the channel. Here they come one after the other, so each waits in the stack for the other. Where one depends on the other in the
template, AWS fails (aws/aws-cdk#9001), and so does this.
"""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, camel_case, given, ignoring
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes

_waiting = scopes.by_account_and_region()
"""Name of a channel that its recorder does not exist for yet -> how AWS Config is told of it."""


def _record(properties: Properties, name: str) -> Created:
    created = str(properties.get("Name", name))
    _put_recorder(created, properties)
    for channel in list(_waiting):
        call("config", "PutDeliveryChannel", DeliveryChannel=_waiting.pop(channel))
    _start(created)
    return created, {}


def _change_recorder(name: str, _old: Properties, new: Properties) -> Created:
    _put_recorder(name, new)
    return name, {}


def _put_recorder(name: str, properties: Properties) -> None:
    wanted = {"name": name, "roleARN": properties["RoleARN"], **camel_case(given(properties, "RecordingGroup", "RecordingMode"))}
    call("config", "PutConfigurationRecorder", ConfigurationRecorder=wanted)


def _start(name: str) -> None:
    """Starts the recorder if there is a channel; else the channel does it."""
    with ignoring("NoAvailableDeliveryChannelException"):
        call("config", "StartConfigurationRecorder", ConfigurationRecorderName=name)


def _delete_recorder(name: str, _properties: Properties) -> None:
    with ignoring("NoSuchConfigurationRecorderException"):
        call("config", "StopConfigurationRecorder", ConfigurationRecorderName=name)
        call("config", "DeleteConfigurationRecorder", ConfigurationRecorderName=name)


def _deliver(properties: Properties, name: str) -> Created:
    created = str(properties.get("Name", name))
    wanted = {"name": created, **_channel(properties)}
    try:
        call("config", "PutDeliveryChannel", DeliveryChannel=wanted)
    except LocalApiError as error:
        if error.code != "NoAvailableConfigurationRecorderException":
            raise
        _waiting[created] = wanted
    else:
        for recorder in call("config", "DescribeConfigurationRecorders")["ConfigurationRecorders"]:
            _start(recorder["name"])
    return created, {}


def _change_channel(name: str, _old: Properties, new: Properties) -> Created:
    call("config", "PutDeliveryChannel", DeliveryChannel={"name": name, **_channel(new)})
    return name, {}


def _channel(properties: Properties) -> dict[str, Any]:
    names = {"S3BucketName": "s3BucketName", "S3KeyPrefix": "s3KeyPrefix", "S3KmsKeyArn": "s3KmsKeyArn", "SnsTopicARN": "snsTopicARN"}
    channel = {wire: properties[name] for name, wire in names.items() if name in properties}
    if "ConfigSnapshotDeliveryProperties" in properties:
        channel["configSnapshotDeliveryProperties"] = camel_case(properties["ConfigSnapshotDeliveryProperties"])
    return channel


def _delete_channel(name: str, _properties: Properties) -> None:
    """Stops the recorder first, as CloudFormation does."""
    _waiting.pop(name, None)
    for recorder in call("config", "DescribeConfigurationRecorders")["ConfigurationRecorders"]:
        call("config", "StopConfigurationRecorder", ConfigurationRecorderName=recorder["name"])
    with ignoring("NoSuchDeliveryChannelException"):
        call("config", "DeleteDeliveryChannel", DeliveryChannelName=name)


def _judge(properties: Properties, name: str) -> Created:
    return _put_rule(str(properties.get("ConfigRuleName", name)), properties)


def _put_rule(name: str, properties: Properties) -> Created:
    names = ("Description", "EvaluationModes", "InputParameters", "MaximumExecutionFrequency", "Scope", "Source")
    call("config", "PutConfigRule", ConfigRule={"ConfigRuleName": name, **_rule(given(properties, *names))})
    (rule,) = call("config", "DescribeConfigRules", ConfigRuleNames=[name])["ConfigRules"]
    return name, {"Arn": rule["ConfigRuleArn"], "ConfigRuleId": rule["ConfigRuleId"], "Compliance.Type": "INSUFFICIENT_DATA"}


def _rule(properties: dict[str, Any]) -> dict[str, Any]:
    """A template may write parameters of a rule as an object, the API takes JSON."""
    parameters = properties.get("InputParameters")
    return {**properties, "InputParameters": json.dumps(parameters)} if isinstance(parameters, Mapping) else properties


def _delete_rule(name: str, _properties: Properties) -> None:
    with ignoring("NoSuchConfigRuleException"):
        call("config", "DeleteConfigRule", ConfigRuleName=name)


RESOURCES: Mapping[str, Resource] = {
    "AWS::Config::ConfigRule": Resource(
        create=_judge,
        change=lambda name, _old, new: _put_rule(name, new),
        in_place=frozenset({"Description", "EvaluationModes", "InputParameters", "MaximumExecutionFrequency", "Scope", "Source"}),
        delete=_delete_rule,
    ),
    "AWS::Config::ConfigurationRecorder": Resource(
        create=_record,
        change=_change_recorder,
        in_place=frozenset({"RecordingGroup", "RecordingMode", "RoleARN"}),
        delete=_delete_recorder,
    ),
    "AWS::Config::DeliveryChannel": Resource(
        create=_deliver,
        change=_change_channel,
        in_place=frozenset({"ConfigSnapshotDeliveryProperties", "S3BucketName", "S3KeyPrefix", "S3KmsKeyArn", "SnsTopicARN"}),
        delete=_delete_channel,
    ),
}
"""CloudFormation type -> how its resources are created, changed and deleted."""
