"""Detector, hub, standards and analyzers, and EC2's block of public snapshots.

GuardDuty, Security Hub and Access Analyzer refuse a second one themselves. Sources: CloudFormation Template Reference, by type.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource, given, ignoring, is_true
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes

_NOT_SUBSCRIBED = "InvalidAccessException"


def _tags(properties: Properties) -> dict[str, str]:
    """Tags as these APIs take them; a template of Security Hub's hub writes them so, others as a list."""
    tags: Mapping[str, str] | Iterable[Mapping[str, str]] = properties.get("Tags", ())
    return dict(tags) if isinstance(tags, Mapping) else {tag["Key"]: tag["Value"] for tag in tags}


def _detect(properties: Properties, _name: str) -> Created:
    wanted = given(properties, "DataSources", "Enable", "Features", "FindingPublishingFrequency")
    detector: str = call("guardduty", "CreateDetector", **wanted, Tags=_tags(properties))["DetectorId"]
    return detector, {"Id": detector}


def _change_detector(detector: str, _old: Properties, new: Properties) -> Created:
    wanted = given(new, "DataSources", "Enable", "Features", "FindingPublishingFrequency")
    call("guardduty", "UpdateDetector", DetectorId=detector, **wanted)
    return detector, {"Id": detector}


def _delete_detector(detector: str, _properties: Properties) -> None:
    with ignoring("BadRequestException"):
        call("guardduty", "DeleteDetector", DetectorId=detector)


def _enable_hub(properties: Properties, _name: str) -> Created:
    wanted = given(properties, "ControlFindingGenerator", "EnableDefaultStandards")
    call("securityhub", "EnableSecurityHub", **wanted, Tags=_tags(properties))
    if "AutoEnableControls" in properties:
        call("securityhub", "UpdateSecurityHubConfiguration", AutoEnableControls=is_true(properties["AutoEnableControls"]))
    return _hub()


def _change_hub(_arn: str, _old: Properties, new: Properties) -> Created:
    call("securityhub", "UpdateSecurityHubConfiguration", **given(new, "AutoEnableControls", "ControlFindingGenerator"))
    return _hub()


def _hub() -> Created:
    found = call("securityhub", "DescribeHub")
    return found["HubArn"], {"ARN": found["HubArn"], "SubscribedAt": found["SubscribedAt"]}


def _disable_hub(_arn: str, _properties: Properties) -> None:
    with ignoring(_NOT_SUBSCRIBED):
        call("securityhub", "DisableSecurityHub")


def _enable_standard(properties: Properties, _name: str) -> Created:
    """Fails if the standard is on, as a resource that existed before does. Controls that it switches off are kept in the stack only."""
    arn = properties["StandardsArn"]
    if arn in {one["StandardsArn"] for one in call("securityhub", "GetEnabledStandards")["StandardsSubscriptions"]}:
        raise LocalApiError("AlreadyExists", f"Resource of type 'AWS::SecurityHub::Standard' with identifier '{arn}' already exists.")
    (made,) = call("securityhub", "BatchEnableStandards", StandardsSubscriptionRequests=[{"StandardsArn": arn}])["StandardsSubscriptions"]
    return _standard(made["StandardsSubscriptionArn"])


def _standard(subscription: str) -> Created:
    return subscription, {"StandardsSubscriptionArn": subscription}


def _disable_standard(subscription: str, _properties: Properties) -> None:
    with ignoring("InvalidInputException", _NOT_SUBSCRIBED):
        call("securityhub", "BatchDisableStandards", StandardsSubscriptionArns=[subscription])


def _analyze(properties: Properties, name: str) -> Created:
    wanted = {"analyzerName": properties.get("AnalyzerName", name), "type": properties["Type"], "tags": _tags(properties)}
    arn: str = call("accessanalyzer", "CreateAnalyzer", **wanted, **_configuration(properties))["arn"]
    return arn, {"Arn": arn}


def _change_analyzer(arn: str, _old: Properties, new: Properties) -> Created:
    call("accessanalyzer", "UpdateAnalyzer", analyzerName=_name_in(arn), **_configuration(new))
    return arn, {"Arn": arn}


def _configuration(properties: Properties) -> dict[str, Any]:
    age = properties.get("AnalyzerConfiguration", {}).get("UnusedAccessConfiguration", {}).get("UnusedAccessAge")
    return {"configuration": {"unusedAccess": {"unusedAccessAge": int(age)}}} if age else {}


def _delete_analyzer(arn: str, _properties: Properties) -> None:
    with ignoring("ResourceNotFoundException"):
        call("accessanalyzer", "DeleteAnalyzer", analyzerName=_name_in(arn))


def _name_in(arn: str) -> str:
    return arn.rpartition("/")[2]


def _block_snapshots(properties: Properties, _name: str) -> Created:
    """Its id is the account's number."""
    account, _ = scopes.current()
    call("ec2", "EnableSnapshotBlockPublicAccess", State=properties["State"])
    return account, {"AccountId": account}


def _unblock_snapshots(_account_id: str, _properties: Properties) -> None:
    call("ec2", "DisableSnapshotBlockPublicAccess")


RESOURCES: Mapping[str, Resource] = {
    "AWS::AccessAnalyzer::Analyzer": Resource(
        create=_analyze,
        change=_change_analyzer,
        in_place=frozenset({"AnalyzerConfiguration", "ArchiveRules", "Tags"}),
        delete=_delete_analyzer,
    ),
    "AWS::EC2::SnapshotBlockPublicAccess": Resource(
        create=_block_snapshots,
        change=lambda _account_id, _old, new: _block_snapshots(new, ""),
        in_place=frozenset({"State"}),
        delete=_unblock_snapshots,
    ),
    "AWS::GuardDuty::Detector": Resource(
        create=_detect,
        change=_change_detector,
        in_place=frozenset({"DataSources", "Enable", "Features", "FindingPublishingFrequency", "Tags"}),
        delete=_delete_detector,
    ),
    "AWS::SecurityHub::Hub": Resource(
        create=_enable_hub,
        change=_change_hub,
        in_place=frozenset({"AutoEnableControls", "ControlFindingGenerator", "EnableDefaultStandards", "Tags"}),
        delete=_disable_hub,
    ),
    "AWS::SecurityHub::Standard": Resource(
        create=_enable_standard,
        change=lambda subscription, _old, _new: _standard(subscription),
        in_place=frozenset({"DisabledStandardsControls"}),
        delete=_disable_standard,
    ),
}
"""CloudFormation type -> how its resources are created, changed and deleted."""
