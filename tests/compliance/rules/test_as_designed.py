"""A monitor, a filter or the web ACL that differs from the design is found, however it differs."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.compliance.builders import judge
from tradingbot_infra.compliance.expected import logs, web_acl
from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import as_designed
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.log_lines import JSON_ERRORS, TEXT_ERRORS
from tradingbot_infra.design.web_acl_rules import RULE_GROUPS
from tradingbot_infra.templates import Assembly

Properties = dict[str, Any]
Change = Callable[[Properties], object]
Synthesize = Callable[..., Assembly]

ALARM = "AWS::CloudWatch::Alarm"
WEB_ACL = "AWS::WAFv2::WebACL"
FILTER = "AWS::Logs::MetricFilter"
LOG_GROUP = "AWS::Logs::LogGroup"
FIRST_GROUP, COMMON, RATE = 1, 2, 0


def changed(assembly: Assembly, resource_type: str, change: Change, named: str = "") -> Assembly:
    """The assembly with a change of the first resource of a type, or of the one that has this name."""
    templates = copy.deepcopy(dict(assembly.templates))
    found = next(
        body["Properties"]
        for template in templates.values()
        for body in template["Resources"].values()
        if body["Type"] == resource_type and named in json.dumps(body["Properties"])
    )
    change(found)
    return replace(assembly, templates=templates)


def without(assembly: Assembly, resource_type: str, named: str) -> Assembly:
    """The assembly without the resource of a type that has this name."""
    templates = copy.deepcopy(dict(assembly.templates))
    for template in templates.values():
        for logical_id, body in list(template["Resources"].items()):
            if body["Type"] == resource_type and named in json.dumps(body["Properties"]):
                del template["Resources"][logical_id]
    return replace(assembly, templates=templates)


def worst(rule: Rule, assembly: Assembly) -> set[Status]:
    return set(judge(rule, assembly).values())


def put(**values: object) -> Change:
    return lambda properties: properties.update(values)


def in_rule(number: int, change: Change) -> Change:
    return lambda properties: change(properties["Rules"][number])


def group_of(properties: Properties) -> Properties:
    group: Properties = properties["Statement"]["ManagedRuleGroupStatement"]
    return group


def rate_of(properties: Properties) -> Properties:
    rate: Properties = properties["Statement"]["RateBasedStatement"]
    return rate


def overridden(number: int, action: str) -> Change:
    """A change of what the n-th counted rule of the common group does."""
    return in_rule(COMMON, lambda written: group_of(written)["RuleActionOverrides"][number].update(ActionToUse={action: {}}))


COUNTED = {"Name": "GenericLFI_URIPATH", "ActionToUse": {"Count": {}}}
HIDDEN = {"Action": "SUBSTITUTION", "Field": {"FieldType": "BODY"}}


def test_every_environment_is_as_designed(assembly: Assembly) -> None:
    for rule in (as_designed.alarms_as_designed, as_designed.web_acl_as_designed, as_designed.logs_as_designed):
        assert worst(rule, assembly) <= {Status.PASS}


@pytest.mark.parametrize(
    "overrides",
    [
        {"redis_nodes": "3", "ecs_cpu_alarm_percent": "60", "alb_response_time_alarm_seconds": "1.5"},
        {"enable_redis": "false", "waf_counted_rules": "", "waf_rate_limit": "100"},
        {"project": "other", "scale_down_out_of_hours": "true", "trading_alarms": "false", "db_free_storage_alarm_gib": "5"},
    ],
    ids=str,
)
def test_settings_change_what_the_design_asks_for(overrides: dict[str, str], synthesize: Synthesize) -> None:
    assembly = synthesize("production", **overrides)
    for rule in (as_designed.alarms_as_designed, as_designed.web_acl_as_designed, as_designed.logs_as_designed):
        assert worst(rule, assembly) == {Status.PASS}


HOLLOW_ALARMS: list[tuple[str, str, Change]] = [
    ("of the least of all values", "ecs-cpu", put(Statistic="Minimum")),
    ("of a percentile", "alb-response-time", lambda p: (p.pop("Statistic"), p.update(ExtendedStatistic="p0.1"))),
    ("over a day", "ecs-memory", put(Period=86400)),
    ("after a thousand periods", "rds-cpu", put(EvaluationPeriods=1000)),
    ("for every data point of many", "rds-connections", put(EvaluationPeriods=100, DatapointsToAlarm=100)),
    ("beyond what the metric can be", "ecs-cpu", put(Threshold=101)),
    ("below what the metric can be", "rds-free-storage", put(Threshold=-1)),
    ("in the other direction", "rds-free-memory", put(ComparisonOperator="GreaterThanThreshold")),
    ("by a band of anomalies", "redis-memory", put(ComparisonOperator="GreaterThanUpperThreshold", ThresholdMetricId="ad1")),
    ("without minding silence", "flow-log-silent", put(TreatMissingData="ignore")),
    ("that takes silence for health", "password-rollout", put(TreatMissingData="notBreaching")),
    ("of another metric", "backup-failed", put(MetricName="NumberOfBackupJobsCreated")),
    ("of another namespace", "waf-blocked", put(Namespace="AWS/WAF")),
    ("of one rule only", "waf-blocked", lambda p: p["Dimensions"][1].update(Value="RateLimit")),
    ("of another instance", "rds-cpu", lambda p: p["Dimensions"][0].update(Value="tradingbot-ai-staging-postgres")),
    ("of the wrong resource", "rds-cpu", lambda p: p["Dimensions"][0].update(Value={"Ref": "AlarmTopicD01E77F9"})),
    ("without a dimension", "ecs-cpu", lambda p: p["Dimensions"].pop()),
    ("of another unit", "alb-response-time", put(Unit="Microseconds")),
    ("that keeps quiet", "application-errors", put(ActionsEnabled=False)),
    ("for another topic", "ecs-cpu", put(AlarmActions=["arn:aws:sns:ap-southeast-2:111122223333:elsewhere"])),
    ("that nobody is told of", "ecs-cpu", lambda p: p.pop("AlarmActions")),
    ("that also stops an instance", "ecs-cpu", lambda p: p["AlarmActions"].append("arn:aws:automate:ap-southeast-2:ec2:stop")),
    ("of an expression that is always zero", "alb-5xx", lambda p: p["Metrics"][0].update(Expression="FILL(targets, 0) * 0")),
    ("of one half of the errors", "alb-5xx", lambda p: p["Metrics"].pop()),
    ("of the other line of the expression", "alb-5xx", lambda p: p["Metrics"][1].update(ReturnData=True)),
    ("with a name that nobody knows", "ecs-cpu", put(AlarmName="cpu")),
    ("that only CloudFormation can read", "ecs-cpu", put(Threshold={"Fn::If": ["Condition", 80, 1000]})),
]


@pytest.mark.parametrize(("name", "change"), [case[1:] for case in HOLLOW_ALARMS], ids=[case[0] for case in HOLLOW_ALARMS])
def test_a_hollow_alarm_is_found(name: str, change: Change, production: Assembly) -> None:
    found = worst(as_designed.alarms_as_designed, changed(production, ALARM, change, f'"tradingbot-ai-production-{name}"'))
    assert found - {Status.PASS}


@pytest.mark.parametrize("name", ["rds-connections", "redis-host-cpu", "backup-expired", "flow-log-rejects", "waf-blocked"])
def test_a_missing_alarm_is_named(name: str, production: Assembly) -> None:
    assembly = without(production, ALARM, f'"tradingbot-ai-production-{name}"')
    assert judge(as_designed.alarms_as_designed, assembly)["MonitoringStack"] is Status.FAIL
    assert judge(declared, assembly)["MonitoringStack"] is Status.FAIL


def test_an_alarm_that_nobody_expects_is_not_assessed(production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    templates["MonitoringStack"]["Resources"]["Another"] = {"Type": ALARM, "Properties": {"AlarmName": "another"}}
    assembly = replace(production, templates=templates)
    assert judge(as_designed.alarms_as_designed, assembly)["Another"] is Status.NOT_ASSESSED


HOLLOW_WEB_ACLS: list[tuple[str, Change]] = [
    ("in front of CloudFront", put(Scope="CLOUDFRONT")),
    ("without a record in CloudWatch", lambda p: p["VisibilityConfig"].update(CloudWatchMetricsEnabled=False)),
    ("without samples", lambda p: p["Rules"][1]["VisibilityConfig"].update(SampledRequestsEnabled=False)),
    ("of a group that only counts", in_rule(COMMON, put(OverrideAction={"Count": {}}))),
    (
        "of a group without its rules",
        in_rule(COMMON, lambda r: group_of(r).update(ExcludedRules=[{"Name": "GenericLFI_URIPATH"}])),
    ),
    (
        "of a rule that counts",
        in_rule(COMMON, lambda r: group_of(r)["RuleActionOverrides"].append(COUNTED)),
    ),
    ("of a rule that allows", overridden(0, "Allow")),
    (
        "of a challenge instead of a block",
        overridden(0, "Challenge"),
    ),
    ("of an old version of a group", in_rule(COMMON, lambda r: group_of(r).update(Version="Version_1.0"))),
    ("for one path", in_rule(COMMON, lambda r: group_of(r).update(ScopeDownStatement={"GeoMatchStatement": {"CountryCodes": ["AQ"]}}))),
    ("of another vendor's group", in_rule(FIRST_GROUP, lambda r: group_of(r).update(VendorName="Somebody"))),
    ("with an exception in front", lambda p: p["Rules"].insert(0, {"Name": "Allow", "Priority": 9, "Action": {"Allow": {}}})),
    ("with a count in front", lambda p: p["Rules"].append({"Name": "More", "Priority": 9, "Action": {"Count": {}}})),
    ("without a group", lambda p: p["Rules"].pop()),
    ("in another order", lambda p: p["Rules"][1].update(Priority=7)),
    ("with a limit that no address reaches", in_rule(RATE, lambda r: rate_of(r).update(Limit=2_000_000_000))),
    ("with a limit for an hour", in_rule(RATE, lambda r: rate_of(r).update(EvaluationWindowSec=60))),
    ("by a header that clients choose", in_rule(RATE, lambda r: rate_of(r).update(AggregateKeyType="FORWARDED_IP"))),
    ("with a limit for one path", in_rule(RATE, lambda r: rate_of(r).update(ScopeDownStatement={"ByteMatchStatement": {}}))),
    ("that only counts floods", in_rule(RATE, put(Action={"Count": {}}))),
    ("that asks floods for a captcha", in_rule(RATE, put(Action={"Captcha": {}}))),
    ("with answers of somebody else", put(CustomResponseBodies={"a": {"ContentType": "TEXT_HTML", "Content": "x"}})),
    ("with tokens of another domain", put(TokenDomains=["example.org"])),
    ("that inspects less", put(AssociationConfig={"RequestBody": {}})),
    ("with immunity for hours", put(CaptchaConfig={"ImmunityTimeProperty": {"ImmunityTime": 259200}})),
    ("with secrets in samples", lambda p: p.pop("DataProtectionConfig")),
    (
        "with everything hidden",
        lambda p: p["DataProtectionConfig"]["DataProtections"].append(HIDDEN),
    ),
]


@pytest.mark.parametrize("change", [case[1] for case in HOLLOW_WEB_ACLS], ids=[case[0] for case in HOLLOW_WEB_ACLS])
def test_a_hollow_web_acl_is_found(change: Change, production: Assembly) -> None:
    assert worst(as_designed.web_acl_as_designed, changed(production, WEB_ACL, change)) - {Status.PASS}


@pytest.mark.parametrize(
    ("resource_type", "change"),
    [
        ("AWS::WAFv2::WebACLAssociation", put(WebACLArn="arn:aws:wafv2:ap-southeast-2:111122223333:regional/webacl/empty/1234abcd")),
        ("AWS::WAFv2::WebACLAssociation", put(ResourceArn={"Ref": "Elsewhere"})),
        (
            "AWS::WAFv2::LoggingConfiguration",
            put(LoggingFilter={"DefaultBehavior": "DROP", "Filters": [{"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": []}]}),
        ),
        ("AWS::WAFv2::LoggingConfiguration", lambda p: p["RedactedFields"].append({"UriPath": {}})),
        ("AWS::WAFv2::LoggingConfiguration", lambda p: p.pop("RedactedFields")),
        ("AWS::WAFv2::LoggingConfiguration", put(LogDestinationConfigs=["arn:aws:s3:::aws-waf-logs-elsewhere"])),
        (
            "AWS::WAFv2::LoggingConfiguration",
            put(LogDestinationConfigs=["arn:aws:logs:ap-southeast-2:111122223333:log-group:aws-waf-logs-tradingbot-ai-production"]),
        ),
    ],
)
def test_a_web_acl_that_protects_or_logs_something_else_is_found(resource_type: str, change: Change, production: Assembly) -> None:
    assert worst(as_designed.web_acl_as_designed, changed(production, resource_type, change)) - {Status.PASS}


@pytest.mark.parametrize("resource_type", ["AWS::WAFv2::WebACLAssociation", "AWS::WAFv2::LoggingConfiguration"])
def test_a_web_acl_without_its_association_or_log_is_found(resource_type: str, production: Assembly) -> None:
    assert judge(as_designed.web_acl_as_designed, without(production, resource_type, ""))["ServiceStack"] is Status.FAIL


@pytest.mark.parametrize("resource_type", ["AWS::WAFv2::IPSet", "AWS::WAFv2::RuleGroup", "AWS::WAFv2::RegexPatternSet", "AWS::WAF::WebACL"])
def test_what_could_let_requests_past_the_web_acl_is_not_assessed(resource_type: str, production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    templates["ServiceStack"]["Resources"]["More"] = {"Type": resource_type, "Properties": {}}
    assert judge(allowed, replace(production, templates=templates))["More"] is Status.NOT_ASSESSED


HOLLOW_FILTERS: list[tuple[str, Change]] = [
    ("that matches nothing", put(FilterPattern="ERROR_THAT_NEVER_IS")),
    ("of one level only", put(FilterPattern='{ $.level = "FATAL" }')),
    ("that matches no line of this form", put(FilterPattern='{ $.level = "ERROR" && $.level = "INFO" }')),
    ("of another log", put(LogGroupName="/ecs/elsewhere")),
    ("that counts nothing", lambda p: p["MetricTransformations"][0].update(MetricValue="0")),
    ("that counts elsewhere", lambda p: p["MetricTransformations"][0].update(MetricNamespace="Elsewhere")),
    ("with dimensions that the alarm has not", lambda p: p["MetricTransformations"][0].update(Dimensions=[{"Key": "a", "Value": "$.a"}])),
    ("by a field of the line", lambda p: p["MetricTransformations"][0].update(MetricValue="$.size")),
]


@pytest.mark.parametrize("named", ["$.levelname", "REJECT"])
@pytest.mark.parametrize("change", [case[1] for case in HOLLOW_FILTERS], ids=[case[0] for case in HOLLOW_FILTERS])
def test_a_hollow_metric_filter_is_found(change: Change, named: str, production: Assembly) -> None:
    assert worst(as_designed.logs_as_designed, changed(production, FILTER, change, named)) - {Status.PASS}


@pytest.mark.parametrize("change", [put(QueryString="fields @message"), put(LogGroupNames=["/ecs/elsewhere"])], ids=["query", "group"])
def test_a_saved_query_that_shows_something_else_is_found(change: Change, production: Assembly) -> None:
    assert worst(as_designed.logs_as_designed, changed(production, "AWS::Logs::QueryDefinition", change)) - {Status.PASS}


@pytest.mark.parametrize("name", ["/aws/vpc/", "aws-waf-logs-", "/slow-log", "/scan-results"])
def test_a_missing_log_group_is_named(name: str, production: Assembly) -> None:
    assert Status.FAIL in worst(as_designed.logs_as_designed, without(production, LOG_GROUP, name))


@pytest.mark.parametrize(
    "change",
    [
        put(RetentionInDays=1),
        put(RetentionInDays=3653),
        put(LogGroupClass="INFREQUENT_ACCESS"),
        put(KmsKeyId="arn:aws:kms:ap-southeast-2:111122223333:key/12345678-1234-1234-1234-123456789012"),
        put(DataProtectionPolicy={"Statement": []}),
        put(FieldIndexPolicies=[{}]),
        lambda p: p.pop("LogGroupName") and p.update(LogGroupName="x"),
    ],
    ids=["short", "too long", "a class without filters", "a foreign key", "masked", "indexed", "renamed"],
)
def test_a_log_group_has_what_the_settings_say_and_nothing_else(change: Change, production: Assembly) -> None:
    assert worst(allowed, changed(production, LOG_GROUP, change)) - {Status.PASS}


@pytest.mark.parametrize(
    "resource_type", ["AWS::Logs::SubscriptionFilter", "AWS::Logs::Destination", "AWS::Logs::Delivery", "AWS::Logs::AccountPolicy"]
)
def test_a_way_out_for_logs_is_not_assessed(resource_type: str, production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    templates["ServiceStack"]["Resources"]["More"] = {"Type": resource_type, "Properties": {}}
    assert judge(allowed, replace(production, templates=templates))["More"] is Status.NOT_ASSESSED


@pytest.mark.parametrize(
    "widget",
    [
        {"type": "custom", "properties": {"endpoint": "arn:aws:lambda:ap-southeast-2:111122223333:function:show"}},
        {"type": "metric", "properties": {"region": "us-east-1", "metrics": [["AWS/ECS", "CPUUtilization"]]}},
        {"type": "log", "properties": {"region": "ap-southeast-2", "accountId": "111122223333", "query": "SOURCE 'x'"}},
        {"type": "metric", "properties": {"metrics": [["AWS/ECS", "CPUUtilization", {"accountId": "111122223333"}]]}},
    ],
    ids=["function", "region", "log of another account", "metric of another account"],
)
def test_a_dashboard_shows_this_account_and_region_only(widget: Mapping[str, Any], production: Assembly) -> None:
    board = next(each for each in production.of_type("AWS::CloudWatch::Dashboard") if each.logical_id.startswith("Dashboard"))

    def add(properties: Properties) -> None:
        body = json.loads(board.properties["DashboardBody"])
        properties["DashboardBody"] = json.dumps({**body, "widgets": [*body["widgets"], widget]})

    assert judge(allowed, production)[board.logical_id] is Status.PASS
    assert judge(allowed, changed(production, board.type, add))[board.logical_id] is not Status.PASS


def test_a_dashboard_of_one_text_passes_nothing(production: Assembly) -> None:
    board = next(each for each in production.of_type("AWS::CloudWatch::Dashboard") if each.logical_id.startswith("Dashboard"))
    for body in ("{}", "not JSON", 7):
        assert judge(allowed, changed(production, board.type, put(DashboardBody=body)))[board.logical_id] is Status.FAIL


def test_in_another_stack_a_resource_of_the_design_is_found(production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    monitored = templates["MonitoringStack"]["Resources"]
    moved = next(name for name, body in monitored.items() if body["Type"] == ALARM and "ecs-cpu" in json.dumps(body))
    templates["NetworkStack"]["Resources"][moved] = monitored.pop(moved)
    found = judge(as_designed.alarms_as_designed, replace(production, templates=templates))
    assert found[moved] is Status.FAIL
    assert found["MonitoringStack"] is Status.FAIL


def test_a_web_acl_that_no_setting_asks_for_is_not_assessed(production: Assembly) -> None:
    assembly = replace(production, config=load_config("production", {"waf": "false"}))
    assert Status.NOT_ASSESSED in worst(as_designed.web_acl_as_designed, assembly)


@pytest.mark.parametrize("resource_type", [ALARM, WEB_ACL, FILTER, "AWS::WAFv2::WebACLAssociation", "AWS::CloudWatch::Dashboard"])
def test_a_copy_is_one_too_many(resource_type: str, production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    stack, copied = next(
        (stack, body) for stack, template in templates.items() for body in template["Resources"].values() if body["Type"] == resource_type
    )
    templates[stack]["Resources"]["Copy"] = copied
    assert judge(declared, replace(production, templates=templates))[stack] is Status.FAIL


def test_a_log_group_that_the_design_does_not_have_is_not_assessed_in_a_stack_of_the_design(production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    group = {"Type": LOG_GROUP, "Properties": {"LogGroupName": "/another"}}
    templates["DataStack"]["Resources"]["Another"] = group
    assert judge(as_designed.logs_as_designed, replace(production, templates=templates))["Another"] is Status.NOT_ASSESSED


def test_a_stack_for_which_no_log_group_is_stated_may_have_its_own(production: Assembly) -> None:
    templates = copy.deepcopy(dict(production.templates))
    templates["MonitoringStack"]["Resources"]["Another"] = {"Type": LOG_GROUP, "Properties": {"LogGroupName": "/another"}}
    assert "Another" not in judge(as_designed.logs_as_designed, replace(production, templates=templates))


def test_no_statement_is_taken_from_what_the_constructs_use(monkeypatch: pytest.MonkeyPatch, production: Assembly, tmp_path: Path) -> None:
    from tradingbot_infra.application import synthesize
    from tradingbot_infra.constructs import web_acl as constructed
    from tradingbot_infra.constructs import workload_alarms

    monkeypatch.setattr(constructed, "RULE_GROUPS", RULE_GROUPS[:-1])
    monkeypatch.setattr(workload_alarms, "JSON_ERRORS", '{ $.level = "NEVER" }')
    weaker = synthesize(load_config("production"), tmp_path)
    assert worst(as_designed.web_acl_as_designed, weaker) - {Status.PASS}
    assert worst(as_designed.logs_as_designed, weaker) - {Status.PASS}


def test_what_is_stated_twice_is_stated_alike() -> None:
    assert tuple(group.name for group in RULE_GROUPS) == web_acl.GROUPS
    assert (logs.JSON_ERRORS, logs.TEXT_ERRORS) == (JSON_ERRORS, TEXT_ERRORS)


def test_without_settings_nothing_is_stated(production: Assembly) -> None:
    assert judge(as_designed.alarms_as_designed, replace(production, config=None)) == {}
