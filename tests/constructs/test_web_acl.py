"""AWS WAF: what it blocks, in which order, what it writes down, and what it must not write down."""

from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.stacks.statements import statements
from tradingbot_infra.config.errors import ConfigError
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.web_acl_rules import RATE_LIMIT_CAPACITY, RULE_GROUPS
from tradingbot_infra.templates import Assembly

NAME = "tradingbot-ai-production-web-acl"
KINDS = ("AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation", "AWS::WAFv2::LoggingConfiguration")
SECRET_HEADERS = {"authorization", "cookie"}


def web_acl(assembly: Assembly) -> dict[str, Any]:
    """The properties of the one web ACL."""
    return dict(assembly.only("AWS::WAFv2::WebACL").properties)


def test_the_web_acl_stands_before_the_load_balancer_in_its_stack(production: Assembly) -> None:
    association = production.only("AWS::WAFv2::WebACLAssociation")
    (balancer,) = production.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
    assert production.referred(association.properties["ResourceArn"]) == balancer
    assert production.referred(association.properties["WebACLArn"]) == production.only("AWS::WAFv2::WebACL")
    assert {resource.stack for resource in production.of_type(*KINDS)} == {balancer.stack}


def test_what_no_rule_blocks_is_let_through_and_counted_under_the_web_acls_own_name(production: Assembly) -> None:
    acl = web_acl(production)
    assert (acl["Name"], acl["Scope"], acl["DefaultAction"]) == (NAME, "REGIONAL", {"Allow": {}})
    assert acl["VisibilityConfig"]["MetricName"] == NAME


def test_floods_are_blocked_first_then_what_aws_knows_to_be_bad(production: Assembly) -> None:
    rules = sorted(web_acl(production)["Rules"], key=lambda rule: int(rule["Priority"]))
    assert [rule["Name"] for rule in rules] == [
        "RateLimit",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
    ]
    assert len({rule["Priority"] for rule in rules}) == len(rules)
    flood, *managed = rules
    assert flood["Action"] == {"Block": {}}
    for rule in managed:
        assert rule["OverrideAction"] == {"None": {}}, "another override would only count"
        statement = rule["Statement"]["ManagedRuleGroupStatement"]
        assert (statement["VendorName"], statement["Name"]) == ("AWS", rule["Name"])
        assert statement.keys() <= {"VendorName", "Name", "RuleActionOverrides"}, "every request, in AWS's default version"


def test_the_groups_and_the_rate_limit_fit_into_what_the_basic_price_includes() -> None:
    assert sum(group.capacity for group in RULE_GROUPS) + RATE_LIMIT_CAPACITY == 1127
    assert 1127 <= 1500, "AWS WAF Developer Guide, Web ACL capacity units"


def test_no_rule_has_the_name_of_another() -> None:
    names = [rule for group in RULE_GROUPS for rule in group.rules]
    assert len(names) == len(set(names))


def test_exactly_the_rules_of_the_setting_count(synthesize: Synthesize) -> None:
    counted = "SQLi_BODY,PROPFIND_METHOD,NoUserAgent_HEADER"
    statements_ = [rule["Statement"] for rule in web_acl(synthesize("production", waf_counted_rules=counted))["Rules"]]
    groups = [statement["ManagedRuleGroupStatement"] for statement in statements_ if "ManagedRuleGroupStatement" in statement]
    assert {group["Name"]: group.get("RuleActionOverrides") for group in groups} == {
        "AWSManagedRulesAmazonIpReputationList": None,
        "AWSManagedRulesCommonRuleSet": [{"Name": "NoUserAgent_HEADER", "ActionToUse": {"Count": {}}}],
        "AWSManagedRulesKnownBadInputsRuleSet": [{"Name": "PROPFIND_METHOD", "ActionToUse": {"Count": {}}}],
        "AWSManagedRulesSQLiRuleSet": [{"Name": "SQLi_BODY", "ActionToUse": {"Count": {}}}],
    }


def test_every_rule_has_a_metric_of_its_own(production: Assembly) -> None:
    acl = web_acl(production)
    visible = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in acl["Rules"])]
    assert all(config["CloudWatchMetricsEnabled"] for config in visible)
    assert len({config["MetricName"] for config in visible}) == len(visible) == 6


@pytest.mark.parametrize("limit", [2000, 10, 20_000])
def test_one_address_may_make_as_many_requests_in_five_minutes_as_the_setting_says(synthesize: Synthesize, limit: int) -> None:
    overrides = {} if limit == 2000 else {"waf_rate_limit": str(limit)}
    (statement,) = [rule["Statement"] for rule in web_acl(synthesize("production", **overrides))["Rules"] if rule["Name"] == "RateLimit"]
    assert statement == {"RateBasedStatement": {"AggregateKeyType": "IP", "EvaluationWindowSec": 300, "Limit": limit}}


@pytest.mark.parametrize("limit", ["9", "20001", "2000000000", "none", "many"])
def test_a_limit_that_aws_waf_does_not_take_or_nobody_reaches_is_refused(limit: str) -> None:
    with pytest.raises(ConfigError, match=r"waf_rate_limit.* a whole number from 10 to 20000"):
        load_config("production", {"waf_rate_limit": limit})


def test_every_request_is_logged_to_the_declared_group_by_its_plain_arn(production: Assembly) -> None:
    logging = production.only("AWS::WAFv2::LoggingConfiguration").properties
    assert production.referred(logging["ResourceArn"]) == production.only("AWS::WAFv2::WebACL")
    assert logging["LogDestinationConfigs"] == ["arn:aws:logs:ap-southeast-2:${AWS::AccountId}:log-group:${ServiceStack.WebAclLog}"]
    assert "LoggingFilter" not in logging


def test_the_log_group_has_the_name_that_aws_waf_asks_for_and_is_encrypted_and_expires(production: Assembly) -> None:
    (group,) = [group for group in production.of_type("AWS::Logs::LogGroup") if group.logical_id == "WebAclLog"]
    assert group.properties["LogGroupName"] == "aws-waf-logs-tradingbot-ai-production"
    assert group.properties["KmsKeyId"] == "${NetworkStack.LogsKey.Arn}"
    assert group.properties["RetentionInDays"] == 400


def test_secrets_are_taken_out_of_the_log(production: Assembly) -> None:
    redacted = production.only("AWS::WAFv2::LoggingConfiguration").properties["RedactedFields"]
    assert {field["SingleHeader"]["Name"] for field in redacted if "SingleHeader" in field} == SECRET_HEADERS
    assert {"QueryString": {}} in redacted


def test_secrets_are_taken_out_of_samples_and_match_details_too(production: Assembly) -> None:
    protections = web_acl(production)["DataProtectionConfig"]["DataProtections"]
    fields = {protection["Field"]["FieldType"]: set(protection["Field"].get("FieldKeys", [])) for protection in protections}
    assert fields == {"SINGLE_HEADER": SECRET_HEADERS, "QUERY_STRING": set()}
    for protection in protections:
        assert protection["Action"] == "SUBSTITUTION", "the hash of a short secret can be guessed"
        assert not any(protection.get(name, False) for name in ("ExcludeRuleMatchDetails", "ExcludeRateBasedDetails"))


def test_only_log_delivery_of_this_account_writes_the_log_and_may_before_logging_begins(production: Assembly) -> None:
    (statement,) = [s for s in statements(production) if "${ServiceStack.WebAclLog.Arn}" in s.resources]
    assert (statement.effect, statement.principals) == ("Allow", ["delivery.logs.amazonaws.com"])
    assert statement.actions == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement.conditions == {
        "StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"},
        "ArnLike": {"aws:SourceArn": "arn:aws:logs:ap-southeast-2:${AWS::AccountId}:*"},
    }
    assert statement.holder.logical_id in production.only("AWS::WAFv2::LoggingConfiguration").body["DependsOn"]


def test_without_waf_nothing_of_it_is_made(synthesize: Synthesize) -> None:
    assembly = synthesize("production", waf="false")
    assert assembly.of_type(*KINDS) == ()
    names = [group.properties["LogGroupName"] for group in assembly.of_type("AWS::Logs::LogGroup")]
    assert not [name for name in names if name.startswith("aws-waf-logs-")]
