"""Records of a web ACL's log, with the fields of AWS's examples (AWS WAF Developer Guide, "Log examples for web ACL traffic")."""

from typing import Any

from tradingbot_infra.design.web_acl_rules import GROUP_OF_RULE


def blocked(rule: str, path: str, *, client: str = "203.0.113.9", country: str = "AU", action: str = "BLOCK") -> dict[str, Any]:
    """A request that a rule ended: one of AWS's groups, or one of the web ACL's own."""
    group = GROUP_OF_RULE.get(rule)
    groups: list[dict[str, Any]] = [{"ruleGroupId": "AWS#AWSManagedRulesAmazonIpReputationList", "terminatingRule": None}]
    if group:
        ended = {"ruleId": rule, "action": action, "ruleMatchDetails": None}
        groups.append({"ruleGroupId": f"AWS#{group.name}", "terminatingRule": ended, "nonTerminatingMatchingRules": []})
    return {
        "timestamp": 1683355579981,
        "formatVersion": 1,
        "webaclId": "arn:aws:wafv2:ap-southeast-2:000000000000:regional/webacl/tradingbot-ai-production-web-acl/1",
        "terminatingRuleId": group.name if group else rule,
        "terminatingRuleType": "MANAGED_RULE_GROUP" if group else "RATE_BASED",
        "action": action,
        "terminatingRuleMatchDetails": [],
        "httpSourceName": "ALB",
        "ruleGroupList": groups,
        "rateBasedRuleList": [],
        "nonTerminatingMatchingRules": [],
        "httpRequest": {
            "clientIp": client,
            "country": country,
            "headers": [{"name": "authorization", "value": "REDACTED"}],
            "uri": path,
            "args": "token=SENTINEL-of-a-query",
            "httpMethod": "POST",
        },
    }
