"""Standards that a hub checks by. Nothing is checked here; what a standard reads of AWS Config decides its status.

Sources: Security Hub User Guide, "Standards reference for Security Hub CSPM" for the ARNs; API Reference, "StandardsStatusReason".
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import scopes
from tradingbot_infra.local_cloud.services.operation import Call
from tradingbot_infra.local_cloud.services.security_hub import hub

_REGIONAL: Mapping[str, str] = {
    "standards/aws-foundational-security-best-practices/v/1.0.0": "AWS Foundational Security Best Practices v1.0.0",
    "standards/aws-resource-tagging-standard/v/1.0.0": "AWS Resource Tagging Standard v1.0.0",
    "standards/cis-aws-foundations-benchmark/v/1.4.0": "CIS AWS Foundations Benchmark v1.4.0",
    "standards/cis-aws-foundations-benchmark/v/3.0.0": "CIS AWS Foundations Benchmark v3.0.0",
    "standards/cis-aws-foundations-benchmark/v/5.0.0": "CIS AWS Foundations Benchmark v5.0.0",
    "standards/nist-800-171/v/2.0.0": "NIST Special Publication 800-171 Revision 2",
    "standards/nist-800-53/v/5.0.0": "NIST Special Publication 800-53 Revision 5",
    "standards/pci-dss/v/3.2.1": "PCI DSS v3.2.1",
    "standards/pci-dss/v/4.0.1": "PCI DSS v4.0.1",
}
_GLOBAL = {"ruleset/cis-aws-foundations-benchmark/v/1.2.0": "CIS AWS Foundations Benchmark v1.2.0"}

_subscriptions = scopes.by_account_and_region()


async def describe(_call: Call) -> dict[str, Any]:
    """DescribeStandards; it needs no hub."""
    return {"Standards": [{"StandardsArn": arn, "Name": name} for arn, name in _offered().items()]}


async def enable(call: Call) -> dict[str, Any]:
    """BatchEnableStandards: those that are on already stay as they are."""
    hub.subscribed()
    wanted = {one["StandardsArn"]: one.get("StandardsInput", {}) for one in call.parameters["StandardsSubscriptionRequests"]}
    unknown = sorted(wanted.keys() - _offered())
    if unknown:
        raise LocalApiError("InvalidInputException", f"Invalid standards ARN: {', '.join(unknown)}")
    for arn, given in wanted.items():
        _subscriptions.setdefault(arn, {"StandardsSubscriptionArn": _subscription(arn), "StandardsArn": arn, "StandardsInput": given})
    return {"StandardsSubscriptions": [await _shown(_subscriptions[arn], call.ask) for arn in wanted]}


async def disable(call: Call) -> dict[str, Any]:
    """BatchDisableStandards."""
    hub.subscribed()
    wanted = call.parameters["StandardsSubscriptionArns"]
    found = [one for one in _subscriptions.values() if one["StandardsSubscriptionArn"] in wanted]
    if len(found) < len(wanted):
        raise LocalApiError("InvalidInputException", "A standards subscription of the request does not exist")
    for one in found:
        del _subscriptions[one["StandardsArn"]]
    return {"StandardsSubscriptions": [{**one, "StandardsStatus": "DELETING"} for one in found]}


async def enabled(call: Call) -> dict[str, Any]:
    """GetEnabledStandards."""
    hub.subscribed()
    wanted = call.parameters.get("StandardsSubscriptionArns")
    found = [one for one in _subscriptions.values() if not wanted or one["StandardsSubscriptionArn"] in wanted]
    return {"StandardsSubscriptions": [await _shown(one, call.ask) for one in found]}


async def leave(_call: Call) -> dict[str, Any]:
    """DisableSecurityHub, which ends the standards too."""
    hub.end()
    _subscriptions.clear()
    return {}


def _offered() -> dict[str, str]:
    _, region = scopes.current()
    regional = {f"arn:aws:securityhub:{region}::{standard}": name for standard, name in _REGIONAL.items()}
    return {**regional, **{f"arn:aws:securityhub:::{standard}": name for standard, name in _GLOBAL.items()}}


def _subscription(arn: str) -> str:
    return scopes.arn("securityhub", f"subscription/{arn.partition('/')[2]}")


async def _shown(subscription: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    recorders = (await ask("config", "DescribeConfigurationRecorderStatus"))["ConfigurationRecordersStatus"]
    if any(one["recording"] for one in recorders):
        return {**subscription, "StandardsStatus": "READY"}
    reason = {"StatusReasonCode": "NO_AVAILABLE_CONFIGURATION_RECORDER"}
    return {**subscription, "StandardsStatus": "INCOMPLETE", "StandardsStatusReason": reason}
