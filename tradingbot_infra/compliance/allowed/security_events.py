"""What rules of EventBridge in AccountSecurityStack may hold: which findings people hear of, and by which way.

The patterns are written apart from the design's; the words of the e-mails, which change nothing of what is told, are the design's own.
"""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.compliance.access.account_security import account_names, is_deployed
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design import security_events as words
from tradingbot_infra.templates import Assembly

_FINDINGS = "AccountSecurityStack/Findings"

_PATTERNS: Mapping[str, Mapping[str, Any]] = {
    "GuardDuty": {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"], "detail": {"severity": [{"numeric": [">=", 4]}]}},
    "SecurityHub": {
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
    "AccessAnalyzer": {"source": ["aws.access-analyzer"], "detail-type": ["Access Analyzer Finding"], "detail": {"status": ["ACTIVE"]}},
    "Inspector": {
        "source": ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        "detail": {"severity": ["HIGH", "CRITICAL"], "status": ["ACTIVE"]},
    },
    "ConfigRules": {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        "detail": {"messageType": ["ComplianceChangeNotification"], "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
    },
    "Insights": {"detail-type": ["AWS Insight via CloudTrail"], "detail": {"insightDetails": {"state": ["Start"]}}},
}
"""By the construct id of a rule."""

_WORDS = {
    "GuardDuty": words.GUARDDUTY,
    "SecurityHub": words.SECURITY_HUB,
    "AccessAnalyzer": words.ACCESS_ANALYZER,
    "Inspector": words.INSPECTOR,
    "ConfigRules": words.CONFIG_RULES_BROKEN,
    "Insights": words.INSIGHTS,
}

DESCRIPTIONS: Mapping[str, str] = {f"{_FINDINGS}/{name}": row.words for name, row in _WORDS.items()}
"""By the construct path of a rule."""


def patterns(config: EnvironmentConfig) -> Mapping[str, Mapping[str, Any]]:
    """The event pattern of each rule that the settings ask for, by its construct path."""
    found = {f"{_FINDINGS}/{name}": dict(_PATTERNS[name]) for name in _told(config)}
    broken = found.get(f"{_FINDINGS}/ConfigRules")
    if broken is not None:
        # Security Hub has rules of its own in AWS Config, and tells of them itself.
        broken["detail"] = {**broken["detail"], "configRuleName": [{"prefix": account_names(config).config_rule("")}]}
    return found


def targets(assembly: Assembly, config: EnvironmentConfig) -> Mapping[str, list[Mapping[str, Any]]]:
    """The one target of each rule: the security topic, by the role that may publish to it."""
    topic = assembly.reference_to("AccountSecurityStack/SecurityTopic/Resource")
    role = assembly.reference_to(f"{_FINDINGS}/Role/Role/Resource", "Arn")
    by_role = {"Arn": topic, "Id": "SecurityTopic", "RoleArn": role}
    rows = {f"{_FINDINGS}/{name}": row for name, row in _WORDS.items()}
    return {
        path: [{**by_role, "InputTransformer": {"InputPathsMap": dict(rows[path].fields), "InputTemplate": rows[path].message}}]
        for path in patterns(config)
    }


def _told(config: EnvironmentConfig) -> list[str]:
    account = config.account
    wanted = {
        "GuardDuty": account.guardduty != "off",
        "SecurityHub": account.security_hub != "off",
        "AccessAnalyzer": account.access_analyzer != "off",
        "Inspector": account.inspector_images,
        "ConfigRules": account.config_rules,
        "Insights": account.trail_insights,
    }
    return [name for name, told in wanted.items() if told] if is_deployed(config) else []
