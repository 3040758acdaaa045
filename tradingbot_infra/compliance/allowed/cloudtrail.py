"""What templates may hold of CloudTrail: the account's one trail, exactly as the settings say."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.access.account_security import account_names, is_deployed
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, computed, exactly, refers_to_the, required, tags, whole
from tradingbot_infra.compliance.observe import at, is_unknown, listed
from tradingbot_infra.compliance.tristate import TriState
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Assembly, Resource

_STACK = "AccountSecurityStack"
_INSIGHTS = [{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}]
_AUDIT = ["${AccountSecurityStack.AuditBucket.Arn}/", "${AccountSecurityStack.AuditAccessLogsBucket.Arn}/"]
_DATA = {"eventCategory": {"Equals": ["Data"]}, "resources.type": {"Equals": ["AWS::S3::Object"]}}
_OF_AUDIT = {**_DATA, "resources.ARN": {"StartsWith": _AUDIT}}
_CHANGES = {"readOnly": {"Equals": ["false"]}}


def _trails(config: EnvironmentConfig) -> int:
    return int(is_deployed(config))


def _selectors(config: EnvironmentConfig) -> list[Mapping[str, Any]]:
    """All management events. Of objects, what the setting says: of the project's buckets, and of the CDK's, which has the templates.

    Files that services write into the audit buckets are left out, their deletion and their being read are not.
    """
    ours = [f"arn:aws:s3:::{config.project}-", "arn:aws:s3:::cdk-hnb659fds-"]
    project = {**_DATA, "resources.ARN": {"StartsWith": ours, "NotStartsWith": _AUDIT}}
    deletions = {**_OF_AUDIT, **_CHANGES, "eventName": {"NotEquals": ["PutObject"]}}
    reads = {**_OF_AUDIT, "readOnly": {"Equals": ["true"]}}
    of_objects: Mapping[str, list[Mapping[str, Any]]] = {
        "none": [],
        "write": [{**project, **_CHANGES}, deletions],
        "all": [project, deletions, reads],
    }
    return [{"eventCategory": {"Equals": ["Management"]}}, *of_objects[config.account.trail_s3_events]]


def _are_selectors(value: Any, _: Resource, assembly: Assembly) -> TriState:
    if assembly.config is None:
        return None
    found = [{str(at(field, "Field")): _without_field(field) for field in listed(at(each, "FieldSelectors"))} for each in listed(value)]
    wanted = _selectors(assembly.config)
    others = {name for each in listed(value) for name in each} - {"FieldSelectors", "Name"}
    same = not others and len(found) == len(wanted) and all(each in wanted for each in found) and all(each in found for each in wanted)
    return True if same else None if is_unknown(value) and not _names_only_buckets(value) else False


def _without_field(field: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in field.items() if name != "Field"}


def _names_only_buckets(value: Any) -> bool:
    """Whether all that only CloudFormation knows is the names of the two audit buckets."""
    text = str(value)
    for arn in _AUDIT:
        text = text.replace(arn, "")
    return not is_unknown(text)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::CloudTrail::Trail": allowed(
        *required(
            computed("AdvancedEventSelectors", _are_selectors, "all management events, and objects as setting trail_s3_events says"),
            refers_to_the("CloudWatchLogsLogGroupArn", f"{_STACK}/TrailLog/Resource"),
            refers_to_the("CloudWatchLogsRoleArn", f"{_STACK}/Trail/Role/Role/Resource"),
            *(exactly(name, True) for name in ("EnableLogFileValidation", "IncludeGlobalServiceEvents", "IsLogging", "IsMultiRegionTrail")),
            whole("InsightSelectors", lambda config: _INSIGHTS if config.account.trail_insights else None, "as trail_insights says"),
            refers_to_the("KMSKeyId", f"{_STACK}/AuditKey/Resource"),
            refers_to_the("S3BucketName", f"{_STACK}/AuditBucket/Resource"),
            chosen("TrailName", lambda config: account_names(config).trail, "the account's prefix"),
            tags(),
        ),
        exact=True,
        AccountSecurityStack=_trails,
    ),
}
