"""What records, judges and watches the account: CloudTrail, AWS Config, GuardDuty, Security Hub and Access Analyzer."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.operations.compliance.readers.reader import Live, One, Reader, same_names
from tradingbot_infra.operations.failures import code_of


def _gone(one: One) -> Live:
    return Live(deleted=(one.resource.logical_id,))


def _trail(one: One) -> Live:
    found = one.session.cloudtrail.describe_trails(trailNameList=[one.physical_id])["trailList"]
    if not found:
        return _gone(one)
    names = ("S3BucketName", "IsMultiRegionTrail", "IncludeGlobalServiceEvents", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")
    trail: Mapping[str, Any] = found[0]
    selected = one.session.cloudtrail.get_event_selectors(TrailName=one.physical_id)
    return Live(
        properties={
            **same_names(trail, *names),
            "KMSKeyId": trail.get("KmsKeyId"),
            "EnableLogFileValidation": trail.get("LogFileValidationEnabled"),
            "IsLogging": one.session.cloudtrail.get_trail_status(Name=one.physical_id).get("IsLogging", False),
            "AdvancedEventSelectors": selected.get("AdvancedEventSelectors", []),
            "EventSelectors": selected.get("EventSelectors") or None,
            "InsightSelectors": _insights(one),
        }
    )


def _insights(one: One) -> list[dict[str, Any]]:
    try:
        found = one.session.cloudtrail.get_insight_selectors(TrailName=one.physical_id).get("InsightSelectors", [])
    except Exception as error:
        if code_of(error) != "InsightNotEnabledException":
            raise
        return []
    return [{"InsightType": each.get("InsightType")} for each in found]


def _recorder(one: One) -> Live:
    found = one.session.config.describe_configuration_recorders(ConfigurationRecorderNames=[one.physical_id])["ConfigurationRecorders"]
    states = one.session.config.describe_configuration_recorder_status(ConfigurationRecorderNames=[one.physical_id])
    # CloudFormation has no property for it: a recorder that is stopped records as little as one that is gone.
    if not any(each.get("recording") for each in states["ConfigurationRecordersStatus"]):
        return _gone(one)
    group: Mapping[str, Any] = found[0].get("recordingGroup", {})
    return Live(
        properties={
            "RoleARN": found[0].get("roleARN"),
            "RecordingGroup": {
                "AllSupported": group.get("allSupported", False),
                "IncludeGlobalResourceTypes": group.get("includeGlobalResourceTypes", False),
                "ResourceTypes": group.get("resourceTypes", []),
                "RecordingStrategy": {"UseOnly": group.get("recordingStrategy", {}).get("useOnly")},
            },
            "RecordingMode": {"RecordingFrequency": found[0].get("recordingMode", {}).get("recordingFrequency")},
        }
    )


def _channel(one: One) -> Live:
    (found,) = one.session.config.describe_delivery_channels(DeliveryChannelNames=[one.physical_id])["DeliveryChannels"]
    frequency = found.get("configSnapshotDeliveryProperties", {}).get("deliveryFrequency")
    return Live(
        properties={
            "S3BucketName": found.get("s3BucketName"),
            "S3KmsKeyArn": found.get("s3KmsKeyArn"),
            "ConfigSnapshotDeliveryProperties": {"DeliveryFrequency": frequency},
        }
    )


def _rule(one: One) -> Live:
    (found,) = one.session.config.describe_config_rules(ConfigRuleNames=[one.physical_id])["ConfigRules"]
    source = found["Source"]
    return Live(
        properties={
            "Source": {"Owner": source["Owner"], "SourceIdentifier": source.get("SourceIdentifier")},
            "InputParameters": json.loads(found.get("InputParameters") or "{}"),
        }
    )


def _detector(one: One) -> Live:
    # GetDetector answers BadRequestException for one that is gone.
    if one.physical_id not in one.session.guardduty.list_detectors()["DetectorIds"]:
        return _gone(one)
    found = one.session.guardduty.get_detector(DetectorId=one.physical_id)
    declared = {each["Name"] for each in one.resource.properties.get("Features", [])}
    features: list[Mapping[str, Any]] = [dict(each) for each in found.get("Features", []) if each.get("Name") in declared]
    return Live(properties={"Enable": found["Status"] == "ENABLED", "Features": [_feature(each) for each in features]})


def _feature(found: Mapping[str, Any]) -> dict[str, Any]:
    """GuardDuty also lists agents of a feature that is off."""
    agents = [{"Name": each["Name"], "Status": each["Status"]} for each in found.get("AdditionalConfiguration", [])]
    on = found.get("Status") == "ENABLED"
    return {"Name": found.get("Name"), "Status": found.get("Status"), "AdditionalConfiguration": agents if on else []}


def _hub(one: One) -> Live:
    try:
        found: Mapping[str, Any] = one.session.securityhub.describe_hub()
    except Exception as error:
        if code_of(error) != "InvalidAccessException":
            raise
        return _gone(one)
    return Live(properties=same_names(found, "AutoEnableControls", "ControlFindingGenerator"))


def _standard(one: One) -> Live:
    try:
        pages = one.session.securityhub.get_paginator("get_enabled_standards").paginate()
        found = {each["StandardsSubscriptionArn"]: each["StandardsArn"] for page in pages for each in page["StandardsSubscriptions"]}
    except Exception as error:
        if code_of(error) != "InvalidAccessException":
            raise
        return _gone(one)
    return Live(properties={"StandardsArn": found[one.physical_id]}) if one.physical_id in found else _gone(one)


def _analyzer(one: One) -> Live:
    found = one.session.accessanalyzer.get_analyzer(analyzerName=one.physical_id.rpartition("/")[2])["analyzer"]
    age = found.get("configuration", {}).get("unusedAccess", {}).get("unusedAccessAge")
    unused = {"UnusedAccessConfiguration": {"UnusedAccessAge": age}} if age is not None else None
    return Live(properties={"Type": found["type"], "AnalyzerConfiguration": unused})


READERS: Mapping[str, Reader] = {
    "AWS::AccessAnalyzer::Analyzer": _analyzer,
    "AWS::CloudTrail::Trail": _trail,
    "AWS::Config::ConfigRule": _rule,
    "AWS::Config::ConfigurationRecorder": _recorder,
    "AWS::Config::DeliveryChannel": _channel,
    "AWS::GuardDuty::Detector": _detector,
    "AWS::SecurityHub::Hub": _hub,
    "AWS::SecurityHub::Standard": _standard,
}
