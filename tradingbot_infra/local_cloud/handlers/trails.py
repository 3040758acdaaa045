"""CloudTrail trails of stacks. Source: CloudFormation Template Reference, "AWS::CloudTrail::Trail"."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.handlers.resource import Attributes, Created, Properties, Resource, given, ignoring, is_true
from tradingbot_infra.local_cloud.in_process import call

_NO_TRAIL = "TrailNotFoundException"
_FLAGS = ("EnableLogFileValidation", "IncludeGlobalServiceEvents", "IsMultiRegionTrail", "IsOrganizationTrail")
_TEXTS = ("CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KMSKeyId", "S3BucketName", "S3KeyPrefix", "SnsTopicName")
_API_NAMES: Mapping[str, str] = {**{name: name for name in (*_FLAGS, *_TEXTS)}, "KMSKeyId": "KmsKeyId"}
"""The template's name of a setting -> the API's."""
_EVERYTHING = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
"""The event selectors of a trail that has none."""


def _create(properties: Properties, generated: str) -> Created:
    name = properties.get("TrailName", generated)
    tags = {"TagsList": properties["Tags"]} if properties.get("Tags") else {}
    arn: str = call("cloudtrail", "CreateTrail", Name=name, **_settings(properties), **tags)["TrailARN"]
    _configure(name, properties)
    return name, _attributes(arn, properties)


def _change(name: str, old: Properties, new: Properties) -> Created:
    # What the template no longer says is empty again.
    dropped = {_API_NAMES[name]: "" for name in _TEXTS if name in old and name not in new}
    arn: str = call("cloudtrail", "UpdateTrail", Name=name, **dropped, **_settings(new))["TrailARN"]
    _configure(name, new)
    removed = [tag for tag in old.get("Tags", []) if tag not in new.get("Tags", [])]
    if removed:
        call("cloudtrail", "RemoveTags", ResourceId=arn, TagsList=removed)
    if new.get("Tags"):
        call("cloudtrail", "AddTags", ResourceId=arn, TagsList=new["Tags"])
    return name, _attributes(arn, new)


def _delete(name: str, _properties: Properties) -> None:
    with ignoring(_NO_TRAIL):
        call("cloudtrail", "DeleteTrail", Name=name)


def _settings(properties: Properties) -> dict[str, Any]:
    return {api: properties[template] for template, api in _API_NAMES.items() if template in properties}


def _configure(name: str, properties: Properties) -> None:
    """Selectors, and whether it logs."""
    advanced = given(properties, "AdvancedEventSelectors")
    selectors: Mapping[str, Any] = advanced or {"EventSelectors": properties.get("EventSelectors") or _EVERYTHING}
    call("cloudtrail", "PutEventSelectors", TrailName=name, **selectors)
    call("cloudtrail", "PutInsightSelectors", TrailName=name, InsightSelectors=properties.get("InsightSelectors", []))
    call("cloudtrail", "StartLogging" if is_true(properties["IsLogging"]) else "StopLogging", Name=name)


def _attributes(arn: str, properties: Properties) -> Attributes:
    topic = properties.get("SnsTopicName", "")
    of_topic = topic if topic.startswith("arn:") or not topic else f"arn:aws:sns:{':'.join(arn.split(':')[3:5])}:{topic}"
    return {"Arn": arn, "SnsTopicArn": of_topic}


RESOURCES: Mapping[str, Resource] = {
    "AWS::CloudTrail::Trail": Resource(
        create=_create,
        change=_change,
        in_place=frozenset({*_API_NAMES, "AdvancedEventSelectors", "EventSelectors", "InsightSelectors", "IsLogging", "Tags"}),
        delete=_delete,
    ),
}
