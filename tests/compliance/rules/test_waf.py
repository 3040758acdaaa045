"""Rules for AWS WAF, each on what complies and what does not."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import waf
from tradingbot_infra.compliance.status import Status

UNKNOWN = {"Fn::If": ["Condition", "a", "b"]}
PARAMETER = {"Ref": "Parameter"}
ELSEWHERE = "arn:aws:wafv2:ap-southeast-2:111122223333:regional/webacl/shared/1234abcd"
VISIBLE = {"CloudWatchMetricsEnabled": True, "SampledRequestsEnabled": True, "MetricName": "metric"}


def status_of(rule: Rule, resources: Mapping[str, Body], judged: str) -> Status | None:
    return judge(rule, assembly_of(resources)).get(judged)


def association(balancer: object, web_acl: object) -> Body:
    return resource("AWS::WAFv2::WebACLAssociation", {"ResourceArn": balancer, "WebACLArn": web_acl})


@pytest.mark.parametrize(
    ("balancer", "web_acl", "status"),
    [
        ({"Ref": "Judged"}, {"Fn::GetAtt": ["Acl", "Arn"]}, Status.PASS),
        ({"Ref": "Judged"}, ELSEWHERE, Status.PASS),
        ({"Ref": "Other"}, ELSEWHERE, Status.FAIL),
        ({"Ref": "Judged"}, {"Fn::GetAtt": ["Other", "Arn"]}, Status.FAIL),
        ({"Ref": "Judged"}, None, Status.FAIL),
        ({"Ref": "Judged"}, PARAMETER, Status.NOT_ASSESSED),
        (PARAMETER, ELSEWHERE, Status.NOT_ASSESSED),
    ],
)
def test_an_internet_facing_load_balancer_has_a_web_acl(balancer: object, web_acl: object, status: Status) -> None:
    resources = {
        "Judged": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Scheme": "internet-facing"}),
        "Other": resource("AWS::ElasticLoadBalancingV2::LoadBalancer"),
        "Acl": resource("AWS::WAFv2::WebACL"),
        "Association": association(balancer, web_acl),
    }
    assert status_of(waf.associated, resources, "Judged") is status


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({}, Status.FAIL),
        ({"Scheme": "internet-facing", "Type": "application"}, Status.FAIL),
        ({"Scheme": "internal"}, None),
        ({"Type": "network"}, None),
        ({"Scheme": UNKNOWN}, Status.NOT_ASSESSED),
    ],
)
def test_only_internet_facing_application_load_balancers_need_one(properties: dict[str, object], status: Status | None) -> None:
    body = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", properties)
    assert status_of(waf.associated, {"Judged": body}, "Judged") is status


def test_the_association_may_be_in_another_stack() -> None:
    assembly = assembly_of(
        First={"Judged": resource("AWS::ElasticLoadBalancingV2::LoadBalancer")},
        Second={
            "Association": association({"Fn::GetStackOutput": {"StackName": "test-First", "OutputName": "Arn"}}, ELSEWHERE),
        },
    )
    first = {**assembly.templates["First"], "Outputs": {"Arn": {"Value": {"Ref": "Judged"}}}}
    across = type(assembly)(templates={**assembly.templates, "First": first}, stacks=assembly.stacks)
    assert judge(waf.associated, across) == {"Judged": Status.PASS}


def managed(group: object, **others: object) -> dict[str, Any]:
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": group}}
    return {"OverrideAction": {"None": {}}, "Statement": statement, "VisibilityConfig": VISIBLE, **others}


RATE = {"Action": {"Block": {}}, "Statement": {"RateBasedStatement": {"Limit": 2000}}, "VisibilityConfig": VISIBLE}
COMMON = "AWSManagedRulesCommonRuleSet"
RULES = [
    RATE,
    managed(COMMON),
    managed("AWSManagedRulesKnownBadInputsRuleSet"),
    managed("AWSManagedRulesSQLiRuleSet"),
    managed("AWSManagedRulesAmazonIpReputationList"),
]


def judged_rules(rules: object, visibility: object = VISIBLE) -> Status | None:
    body = resource("AWS::WAFv2::WebACL", {"Rules": rules, "VisibilityConfig": visibility})
    return status_of(waf.rules, {"Acl": body}, "Acl")


def test_a_web_acl_with_every_group_and_a_rate_limit_passes() -> None:
    assert judged_rules(RULES) is Status.PASS


@pytest.mark.parametrize("missing", range(len(RULES)))
def test_a_web_acl_without_one_of_its_rules_fails(missing: int) -> None:
    assert judged_rules([rule for number, rule in enumerate(RULES) if number != missing]) is Status.FAIL


def test_a_web_acl_without_rules_fails_and_one_whose_rules_only_cloudformation_knows_is_not_assessed() -> None:
    assert status_of(waf.rules, {"Acl": resource("AWS::WAFv2::WebACL")}, "Acl") is Status.FAIL
    assert judged_rules([]) is Status.FAIL
    assert judged_rules(UNKNOWN) is Status.NOT_ASSESSED
    assert judged_rules([*RULES[1:], UNKNOWN]) is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (managed(COMMON, OverrideAction={"Count": {}}), Status.FAIL),
        ({name: value for name, value in managed(COMMON).items() if name != "OverrideAction"}, Status.FAIL),
        (managed(COMMON, Statement={"ManagedRuleGroupStatement": {"VendorName": "Somebody", "Name": COMMON}}), Status.FAIL),
        (
            managed(
                COMMON, Statement={"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": COMMON, "ScopeDownStatement": {"Geo": {}}}}
            ),
            Status.FAIL,
        ),
        (managed(COMMON, OverrideAction=UNKNOWN), Status.NOT_ASSESSED),
        (managed(PARAMETER), Status.NOT_ASSESSED),
    ],
    ids=["count", "no override action", "another vendor", "scoped down", "unknown action", "unknown name"],
)
def test_a_group_that_does_not_block_every_request_does_not_count(rule: object, status: Status) -> None:
    others = [each for each in RULES if each != managed(COMMON)]
    assert judged_rules([*others, rule]) is status


def overriding(*overrides: object, **others: object) -> dict[str, Any]:
    """The common rule set with overrides of its rules' actions."""
    statement = {"VendorName": "AWS", "Name": COMMON, "RuleActionOverrides": list(overrides), **others}
    return managed(COMMON, Statement={"ManagedRuleGroupStatement": statement})


def to(action: object, name: object = "SQLi_BODY") -> dict[str, object]:
    return {"Name": name, "ActionToUse": action}


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (managed(COMMON), Status.PASS),
        (overriding(), Status.PASS),
        (overriding(to({"Block": {}}), to({"Captcha": {}}), to({"Challenge": {}})), Status.PASS),
        (overriding(to({"Block": {}}), to({"Count": {}})), Status.FAIL),
        (overriding(to({"Allow": {}})), Status.FAIL),
        (overriding(to({})), Status.FAIL),
        (overriding(ExcludedRules=[{"Name": "SQLi_BODY"}]), Status.FAIL),
        (overriding(to(UNKNOWN)), Status.NOT_ASSESSED),
        (overriding(to({"Count": {}}, PARAMETER)), Status.NOT_ASSESSED),
        ({**RATE, "Action": {"Allow": {}}}, Status.FAIL),
        ({**RATE, "Action": UNKNOWN}, Status.NOT_ASSESSED),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
    ids=str,
)
def test_no_rule_of_a_group_counts_or_allows_and_no_rule_lets_pass(rule: object, status: Status) -> None:
    body = resource("AWS::WAFv2::WebACL", {"Rules": [RATE, rule]})
    assert status_of(waf.rule_actions, {"Acl": body}, "Acl") is status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Statement": {"RateBasedStatement": {"Limit": 2000, "ScopeDownStatement": {"Geo": {}}}}}, Status.FAIL),
        ({"Action": {"Count": {}}}, Status.FAIL),
        ({"Action": {"Captcha": {}}}, Status.FAIL),
        ({"Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}}, Status.FAIL),
        ({"Action": UNKNOWN}, Status.NOT_ASSESSED),
    ],
)
def test_a_rule_that_does_not_block_by_rate_is_no_rate_limit(change: dict[str, object], status: Status) -> None:
    assert judged_rules([{**RATE, **change}, *RULES[1:]]) is status


@pytest.mark.parametrize(
    ("visibility", "status"),
    [
        ({"CloudWatchMetricsEnabled": "true"}, Status.PASS),
        ({"CloudWatchMetricsEnabled": False}, Status.FAIL),
        ({}, Status.FAIL),
        ({"CloudWatchMetricsEnabled": UNKNOWN}, Status.NOT_ASSESSED),
    ],
)
def test_the_web_acl_and_each_rule_have_metrics(visibility: object, status: Status) -> None:
    assert judged_rules(RULES, visibility) is status
    assert judged_rules([{**RATE, "VisibilityConfig": visibility}, *RULES[1:]]) is status


def arn_of(name: object) -> dict[str, object]:
    prefix = ["arn:", {"Ref": "AWS::Partition"}, ":logs:ap-southeast-2:", {"Ref": "AWS::AccountId"}, ":log-group:"]
    return {"Fn::Join": ["", [*prefix, name]]}


@pytest.mark.parametrize(
    ("destinations", "status"),
    [
        ([{"Fn::GetAtt": ["Group", "Arn"]}], Status.PASS),
        ([arn_of({"Ref": "Group"})], Status.PASS),
        ([arn_of("aws-waf-logs-production")], Status.PASS),
        (["arn:aws:s3:::aws-waf-logs-production"], Status.PASS),
        (["arn:aws:firehose:ap-southeast-2:111122223333:deliverystream/aws-waf-logs-production"], Status.PASS),
        ([{"Fn::GetAtt": ["Bucket", "Arn"]}], Status.PASS),
        ([{"Fn::GetAtt": ["Stream", "Arn"]}], Status.PASS),
        ([{"Fn::GetAtt": ["OtherGroup", "Arn"]}], Status.FAIL),
        ([{"Fn::GetAtt": ["Unnamed", "Arn"]}], Status.FAIL),
        (["arn:aws:s3:::logs/aws-waf-logs-production"], Status.FAIL),
        ([], Status.FAIL),
        ([{"Fn::GetAtt": ["Decided", "Arn"]}], Status.NOT_ASSESSED),
        ([arn_of(PARAMETER)], Status.NOT_ASSESSED),
        ([PARAMETER], Status.NOT_ASSESSED),
        (UNKNOWN, Status.NOT_ASSESSED),
    ],
)
def test_a_web_acl_logs_to_a_destination_that_waf_accepts(destinations: object, status: Status) -> None:
    configuration = {"ResourceArn": {"Fn::GetAtt": ["Acl", "Arn"]}, "LogDestinationConfigs": destinations}
    resources = {
        "Acl": resource("AWS::WAFv2::WebACL"),
        "Group": resource("AWS::Logs::LogGroup", {"LogGroupName": "aws-waf-logs-production"}),
        "Bucket": resource("AWS::S3::Bucket", {"BucketName": "aws-waf-logs-production"}),
        "Stream": resource("AWS::KinesisFirehose::DeliveryStream", {"DeliveryStreamName": "aws-waf-logs-production"}),
        "OtherGroup": resource("AWS::Logs::LogGroup", {"LogGroupName": "/waf/production"}),
        "Unnamed": resource("AWS::Logs::LogGroup"),
        "Decided": resource("AWS::Logs::LogGroup", {"LogGroupName": UNKNOWN}),
        "Logging": resource("AWS::WAFv2::LoggingConfiguration", configuration),
    }
    assert status_of(waf.logging, resources, "Acl") is status


@pytest.mark.parametrize(
    ("web_acl", "status"), [({"Fn::GetAtt": ["Other", "Arn"]}, Status.FAIL), (ELSEWHERE, Status.FAIL), (PARAMETER, Status.NOT_ASSESSED)]
)
def test_the_logging_of_another_web_acl_does_not_count(web_acl: object, status: Status) -> None:
    configuration = {"ResourceArn": web_acl, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-production"]}
    acls = {"Acl": resource("AWS::WAFv2::WebACL"), "Other": resource("AWS::WAFv2::WebACL")}
    assert status_of(waf.logging, acls, "Acl") is Status.FAIL
    assert status_of(waf.logging, {**acls, "Logging": resource("AWS::WAFv2::LoggingConfiguration", configuration)}, "Acl") is status
