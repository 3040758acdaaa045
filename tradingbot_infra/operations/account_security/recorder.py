"""AWS Config: whether its recorder records, whether it delivers, and what its rules found."""

from typing import TYPE_CHECKING

from tradingbot_infra.operations.account_security.control import Seen
from tradingbot_infra.operations.account_security.facts import AccountFacts
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.wording import plural

if TYPE_CHECKING:
    from types_boto3_config.type_defs import ConfigurationRecorderOutputTypeDef

_SHOWN = 3


def read_recorder(facts: AccountFacts) -> "ConfigurationRecorderOutputTypeDef | None":
    """The account's own recorder in the region, of which there is one at most; those of AWS services are left out."""
    found = facts.home.config.describe_configuration_recorders()["ConfigurationRecorders"]
    return next((each for each in found if not each.get("servicePrincipal")), None)


def recording(facts: AccountFacts) -> Seen:
    """Whether a recorder exists and records."""
    recorder = facts.once(read_recorder)
    if recorder is None:
        return Seen(False, "there is no recorder")
    name = recorder.get("name", "")
    found = facts.home.config.describe_configuration_recorder_status(ConfigurationRecorderNames=[name])["ConfigurationRecordersStatus"]
    status = found[0] if found else {}
    if not status.get("recording"):
        start = AwsCli(f"configservice start-configuration-recorder --configuration-recorder-name {name}", region=facts.region)
        return Seen(False, f"{name} is stopped", start)
    if str(status.get("lastStatus", "")).upper() == "FAILURE":
        return Seen(False, f"{name} fails: {status.get('lastErrorCode', '')} {status.get('lastErrorMessage', '')}".rstrip())
    return Seen(True, f"{name} records {_what(recorder)}")


def delivering(facts: AccountFacts) -> Seen:
    """Whether a delivery channel exists, and what it delivered last arrived."""
    found = facts.home.config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    if not found:
        return Seen(False, "there is no delivery channel")
    channel = found[0]
    history = channel.get("configHistoryDeliveryInfo", {})
    if str(history.get("lastStatus", "")).upper() == "FAILURE":
        return Seen(False, f"{channel.get('name', '')}: {history.get('lastErrorCode', '')} {history.get('lastErrorMessage', '')}".rstrip())
    last = history.get("lastSuccessfulTime")
    return Seen(
        True, f"the last history is of {last:%Y-%m-%d %H:%M} UTC" if last else f"{channel.get('name', '')} has delivered nothing yet"
    )


def judging(facts: AccountFacts) -> Seen:
    """Whether rules judge the account, and which find something."""
    pages = facts.home.config.get_paginator("describe_compliance_by_config_rule").paginate()
    rules = {
        each.get("ConfigRuleName", ""): each.get("Compliance", {}).get("ComplianceType", "")
        for page in pages
        for each in page["ComplianceByConfigRules"]
    }
    if not rules:
        return Seen(False, "there is no rule")
    failing = sorted(name for name, compliance in rules.items() if compliance == "NON_COMPLIANT")
    more = f" and {len(failing) - _SHOWN} more" if len(failing) > _SHOWN else ""
    return Seen(True, f"{plural(len(rules), 'rule')}; not compliant: {', '.join(failing[:_SHOWN]) or 'none'}{more}")


def _what(recorder: "ConfigurationRecorderOutputTypeDef") -> str:
    group = recorder.get("recordingGroup", {})
    types = "every type" if group.get("allSupported") else plural(len(group.get("resourceTypes", [])), "type")
    return f"{types}, {recorder.get('recordingMode', {}).get('recordingFrequency', 'CONTINUOUS').lower()}"
