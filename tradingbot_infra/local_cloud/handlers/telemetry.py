"""X-Ray's transaction search. Source: CloudFormation Template Reference, AWS::XRay::TransactionSearchConfig."""

from collections.abc import Mapping

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.handlers.resource import Created, Properties, Resource
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import scopes

_TYPE = "AWS::XRay::TransactionSearchConfig"
_RULE = "Default"


def _switch_on(properties: Properties, _name: str) -> Created:
    """Fails where it is on already, as people report it does on AWS (aws-samples/sample-amazon-bedrock-agentcore-onboarding#5)."""
    account, _ = scopes.current()
    if call("xray", "GetTraceSegmentDestination")["Destination"] == "CloudWatchLogs":
        raise LocalApiError("AlreadyExists", f"Resource of type '{_TYPE}' with identifier '{account}' already exists.")
    call("xray", "UpdateTraceSegmentDestination", Destination="CloudWatchLogs")
    return _index(account, {}, properties)


def _index(account: str, _old: Properties, new: Properties) -> Created:
    if "IndexingPercentage" in new:
        rule = {"Probabilistic": {"DesiredSamplingPercentage": float(new["IndexingPercentage"])}}
        call("xray", "UpdateIndexingRule", Name=_RULE, Rule=rule)
    return account, {"AccountId": account}


def _switch_off(_account: str, _properties: Properties) -> None:
    """Spans go to X-Ray again; the log groups stay."""
    call("xray", "UpdateTraceSegmentDestination", Destination="XRay")


RESOURCES: Mapping[str, Resource] = {
    _TYPE: Resource(create=_switch_on, change=_index, in_place=frozenset({"IndexingPercentage"}), delete=_switch_off),
}
"""CloudFormation type -> how its resources are created, changed and deleted."""
