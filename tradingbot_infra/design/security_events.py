"""Findings that people hear of, and their words, a row each.

Only what is new and serious: everything else is in the consoles, and `tradingbot events` shows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tradingbot_infra.design.threat_detection import MEDIUM_SEVERITY


@dataclass(frozen=True, kw_only=True)
class SecurityEvent:
    """One kind of event. `id` is its construct's, `words` what it is; `fields` are read from the event for the lines of the e-mail."""

    id: str
    words: str
    pattern: Mapping[str, Any]
    fields: Mapping[str, str]
    lines: tuple[str, ...]

    @property
    def message(self) -> str:
        """The e-mail, as an input template: each line is a quoted string (EventBridge User Guide, "Input transformation")."""
        return "\n".join(json.dumps(line) for line in self.lines)


def _row(name: str, words: str, pattern: Mapping[str, Any], fields: Mapping[str, str], *lines: str) -> SecurityEvent:
    return SecurityEvent(id=name, words=words, pattern=MappingProxyType(dict(pattern)), fields=MappingProxyType(dict(fields)), lines=lines)


_WHERE = {"account": "$.account", "region": "$.region", "time": "$.time"}

GUARDDUTY = _row(
    "GuardDuty",
    "Findings of GuardDuty of medium severity and above",
    {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": {"severity": [{"numeric": [">=", MEDIUM_SEVERITY]}]}},
    {
        **_WHERE,
        "title": "$.detail.title",
        "type": "$.detail.type",
        "severity": "$.detail.severity",
        "id": "$.detail.id",
        "text": "$.detail.description",
    },
    "GuardDuty: <title>",
    "<text>",
    "Severity <severity> of 10, <type>, in account <account>, <region>, at <time>. Finding <id>.",
    "What to do: docs/runbook.md, by the finding's type. All findings: tradingbot events.",
)

SECURITY_HUB = _row(
    "SecurityHub",
    "New findings of Security Hub's own checks, high and critical",
    # Its own only: findings of the other services reach Security Hub too, and would be told twice.
    {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {
            "findings": {
                "ProductName": ["Security Hub"],
                "Severity": {"Label": ["HIGH", "CRITICAL"]},
                "Compliance": {"Status": ["FAILED"]},
                "RecordState": ["ACTIVE"],
                "Workflow": {"Status": ["NEW"]},
            }
        },
    },
    {
        **_WHERE,
        "title": "$.detail.findings[0].Title",
        "severity": "$.detail.findings[0].Severity.Label",
        "control": "$.detail.findings[0].Compliance.SecurityControlId",
        "resource": "$.detail.findings[0].Resources[0].Id",
    },
    "Security Hub: <title>",
    "<severity>, control <control>, resource <resource>, in account <account>, <region>, at <time>.",
    "Correct it, or suppress the finding with a note that says why. Until then each further check tells it again.",
)

ACCESS_ANALYZER = _row(
    "AccessAnalyzer",
    "What Access Analyzer finds that others than the account can reach",
    {"source": ["aws.access-analyzer"], "detail-type": ["Access Analyzer Finding"], "detail": {"status": ["ACTIVE"]}},
    {**_WHERE, "resource": "$.detail.resource", "type": "$.detail.resourceType", "id": "$.detail.id"},
    "Access Analyzer: others than this account can reach <resource>",
    "<type> in account <account>, <region>, at <time>. Finding <id>.",
    "If that is wanted, archive the finding; if not, change the resource's policy.",
)

INSPECTOR = _row(
    "Inspector",
    "Vulnerabilities that Inspector finds, high and critical",
    {
        "source": ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        "detail": {"severity": ["HIGH", "CRITICAL"], "status": ["ACTIVE"]},
    },
    {**_WHERE, "title": "$.detail.title", "severity": "$.detail.severity", "resource": "$.detail.resources[0].id"},
    "Inspector: <title>",
    "<severity>, in <resource>, account <account>, <region>, at <time>.",
    "Build the image on a corrected base, and deploy it.",
)

CONFIG_RULES_BROKEN = _row(
    "ConfigRules",
    "Rules of AWS Config that are no longer kept",
    {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        "detail": {"messageType": ["ComplianceChangeNotification"], "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
    },
    {**_WHERE, "rule": "$.detail.configRuleName", "resource": "$.detail.resourceId", "type": "$.detail.resourceType"},
    "AWS Config: <resource> does not keep the rule <rule>",
    "<type> in account <account>, <region>, at <time>.",
    "tradingbot account status says what each rule asks for.",
)

INSIGHTS = _row(
    "Insights",
    "Unusual numbers of calls or errors that CloudTrail sees",
    {"detail-type": ["AWS Insight via CloudTrail"], "detail": {"insightDetails": {"state": ["Start"]}}},
    {
        **_WHERE,
        "event": "$.detail.insightDetails.eventName",
        "service": "$.detail.insightDetails.eventSource",
        "type": "$.detail.insightDetails.insightType",
    },
    "CloudTrail: an unusual number of calls of <event>",
    "<type> of <service>, in account <account>, <region>, since <time>.",
    "CloudTrail's console shows by whom, under Insights.",
)


def config_rules_broken(prefix: str) -> SecurityEvent:
    """The row for rules whose names begin with `prefix`: those of Security Hub in AWS Config are told by Security Hub."""
    pattern = {**CONFIG_RULES_BROKEN.pattern}
    pattern["detail"] = {**pattern["detail"], "configRuleName": [{"prefix": prefix}]}
    return _row("ConfigRules", CONFIG_RULES_BROKEN.words, pattern, CONFIG_RULES_BROKEN.fields, *CONFIG_RULES_BROKEN.lines)
