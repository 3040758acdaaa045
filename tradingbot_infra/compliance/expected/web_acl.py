"""The web ACL, what it protects, and its log (DESIGN, Service)."""

from collections.abc import Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.expected.resource import Expected, Reference
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.web_acl_rules import GROUP_OF_RULE

WEB_ACL = "AWS::WAFv2::WebACL"
ASSOCIATION = "AWS::WAFv2::WebACLAssociation"
LOGGING = "AWS::WAFv2::LoggingConfiguration"

_STACK = "ServiceStack"
_RATE_LIMIT = "RateLimit"
_WINDOW_SECONDS = 300
GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
"""In order of evaluation. Named here as well as in design/web_acl_rules.py, so that none is lost unseen."""
_SECRET_HEADERS = ("authorization", "cookie")


def web_acl_resources(config: EnvironmentConfig) -> Iterator[Expected]:
    """Every resource of AWS WAF that the settings ask for."""
    if not config.web_acl.waf:
        return
    names = config.names
    acl = Reference(type=WEB_ACL, attribute="Arn", named=("Name", names.web_acl))
    balancer = Reference(type="AWS::ElasticLoadBalancingV2::LoadBalancer")
    log = Reference(
        type="AWS::Logs::LogGroup",
        named=("LogGroupName", names.web_acl_log_group),
        before=f"arn:aws:logs:{config.network.region}:${{AWS::AccountId}}:log-group:",
    )
    yield Expected(type=WEB_ACL, stack=_STACK, key="Name", properties=_web_acl(config))
    yield Expected(type=ASSOCIATION, stack=_STACK, properties={"ResourceArn": balancer, "WebACLArn": acl})
    yield Expected(
        type=LOGGING,
        stack=_STACK,
        properties={
            "ResourceArn": acl,
            "LogDestinationConfigs": [log],
            "RedactedFields": [*({"SingleHeader": {"Name": name}} for name in _SECRET_HEADERS), {"QueryString": {}}],
        },
    )


def _web_acl(config: EnvironmentConfig) -> Mapping[str, Any]:
    name, counted = config.names.web_acl, config.web_acl.waf_counted_rules
    return {
        "Name": name,
        "Scope": "REGIONAL",
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": _visible_as(name),
        "Rules": [
            _rate_limit(config.web_acl.waf_rate_limit),
            *(_managed(group, priority, counted) for priority, group in enumerate(GROUPS, start=1)),
        ],
        "DataProtectionConfig": {
            "DataProtections": [
                {"Action": "SUBSTITUTION", "Field": {"FieldType": "SINGLE_HEADER", "FieldKeys": list(_SECRET_HEADERS)}},
                {"Action": "SUBSTITUTION", "Field": {"FieldType": "QUERY_STRING"}},
            ]
        },
    }


def _rate_limit(limit: int) -> Mapping[str, Any]:
    return {
        "Name": _RATE_LIMIT,
        "Priority": 0,
        "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": {"AggregateKeyType": "IP", "EvaluationWindowSec": _WINDOW_SECONDS, "Limit": limit}},
        "VisibilityConfig": _visible_as(_RATE_LIMIT),
    }


def _managed(group: str, priority: int, counted_rules: tuple[str, ...]) -> Mapping[str, Any]:
    counted = [{"Name": rule, "ActionToUse": {"Count": {}}} for rule in counted_rules if GROUP_OF_RULE[rule].name == group]
    overrides = {"RuleActionOverrides": counted} if counted else {}
    return {
        "Name": group,
        "Priority": priority,
        "OverrideAction": {"None": {}},
        "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": group, **overrides}},
        "VisibilityConfig": _visible_as(group),
    }


def _visible_as(name: str) -> Mapping[str, Any]:
    return {"CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": True, "MetricName": name}
