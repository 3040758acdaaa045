"""Alarms for controls that fail silently."""

import re

import pytest

from tests.conftest import Synthesize
from tests.stacks.alarms import CONTROL_ALARMS
from tests.stacks.facts import Fact
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

RECORD = "2 123456789010 eni-1235b8ca 203.0.113.12 10.0.0.7 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK"
"""A record in the default format (VPC User Guide, "Flow log record examples")."""

FACTS = [
    Fact(
        f"{name} alarms when {metric} of {namespace} is {comparison} {threshold}, {periods} period(s) of {period} seconds",
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": namespace,
            "MetricName": metric,
            "Statistic": "Sum",
            "Threshold": threshold,
            "ComparisonOperator": {"above": "GreaterThanThreshold", "below": "LessThanThreshold"}[comparison],
            "EvaluationPeriods": periods,
            "Period": period,
            "TreatMissingData": missing,
            "AlarmActions": ["${MonitoringStack.AlarmTopicD01E77F9}"],
        },
        where={"AlarmName": f"tradingbot-ai-production-{name}"},
    )
    for name, namespace, metric, comparison, threshold, periods, period, missing in (
        ("flow-log-silent", "AWS/Logs", "IncomingLogEvents", "below", 1, 6, 300, "breaching"),
        ("flow-log-rejects", "TradingBot/production", "RejectedFlows", "above", 2000, 1, 300, "notBreaching"),
        ("password-rollout", "AWS/States", "ExecutionsSucceeded", "below", 1, 3, 300, "breaching"),
        ("backup-failed", "AWS/Backup", "NumberOfBackupJobsFailed", "above", 0, 1, 3600, "notBreaching"),
        ("backup-expired", "AWS/Backup", "NumberOfBackupJobsExpired", "above", 0, 1, 3600, "notBreaching"),
        ("waf-blocked", "AWS/WAFV2", "BlockedRequests", "above", 500, 1, 300, "notBreaching"),
    )
]


@pytest.mark.parametrize("fact", FACTS, ids=str)
def test_a_control_that_fails_is_an_alarm_in_production(fact: Fact, production: Assembly) -> None:
    fact.check(production)


def control_alarms(assembly: Assembly) -> dict[str, dict[str, str]]:
    """The dimensions of every control's alarm, by the alarm's name without the environment's prefix."""
    found = {}
    for alarm in assembly.of_type("AWS::CloudWatch::Alarm"):
        for name in CONTROL_ALARMS:
            if alarm.properties["AlarmName"].endswith(f"-{name}"):
                found[name] = {d["Name"]: d["Value"] for d in alarm.properties.get("Dimensions", [])}
    return found


def test_every_environment_has_the_alarms_of_the_controls_that_it_has(assembly: Assembly, environment: str) -> None:
    config = load_config(environment)
    expected = {"flow-log-silent", "flow-log-rejects", "password-rollout"}
    expected |= {"waf-blocked"} if config.web_acl.waf else set()
    expected |= {"backup-failed", "backup-expired"} if config.database.backup_plan else set()
    assert set(control_alarms(assembly)) == expected


def test_without_a_backup_plan_no_alarm_waits_for_it(synthesize: Synthesize) -> None:
    assert set(control_alarms(synthesize("production", backup_plan="false"))) == {
        "flow-log-silent",
        "flow-log-rejects",
        "password-rollout",
        "waf-blocked",
    }


def test_without_a_web_acl_no_alarm_waits_for_it(synthesize: Synthesize) -> None:
    assert "waf-blocked" not in control_alarms(synthesize("production", waf="false"))


def test_alarms_watch_what_really_is_there(production: Assembly) -> None:
    alarms = control_alarms(production)
    (flow_log,) = production.of_type("AWS::EC2::FlowLog")
    assert alarms["password-rollout"]["StateMachineArn"].startswith("${ServiceStack.PasswordRollout")
    assert alarms["flow-log-silent"] == {"LogGroupName": flow_log.properties["LogGroupName"]}
    vault = production.only("AWS::Backup::BackupVault").properties["BackupVaultName"]
    assert alarms["backup-failed"] == alarms["backup-expired"] == {"BackupVaultName": vault}
    # CloudWatch knows a web ACL by the name of its metric (AWS WAF Developer Guide, "AWS WAF metrics and dimensions").
    metric = production.only("AWS::WAFv2::WebACL").properties["VisibilityConfig"]["MetricName"]
    assert alarms["waf-blocked"] == {"WebACL": metric, "Region": "ap-southeast-2", "Rule": "ALL"}


def test_rejected_flows_are_counted_by_the_field_where_records_have_it(production: Assembly) -> None:
    (counter,) = [
        f.properties
        for f in production.of_type("AWS::Logs::MetricFilter")
        if f.properties["LogGroupName"] == "${NetworkStack.FlowLogGroup}"
    ]
    fields = re.fullmatch(r"\[(.+)\]", counter["FilterPattern"])
    assert fields
    conditions = {index: field for index, field in enumerate(fields[1].split(", ")) if "=" in field}
    assert conditions == {12: 'action = "REJECT"'}
    values = RECORD.split()
    assert len(fields[1].split(", ")) == len(values)
    assert values[12] == "REJECT"
    assert counter["MetricTransformations"] == [
        {"MetricNamespace": "TradingBot/production", "MetricName": "RejectedFlows", "MetricValue": "1", "DefaultValue": 0}
    ]


def test_the_flow_log_has_the_format_that_the_filter_reads(assembly: Assembly) -> None:
    for flow_log in assembly.of_type("AWS::EC2::FlowLog"):
        assert "LogFormat" not in flow_log.properties


def test_thresholds_are_settings(synthesize: Synthesize) -> None:
    assembly = synthesize("production", flow_log_rejects_alarm_count="7", waf_blocked_alarm_count="8")
    thresholds = {a.properties["AlarmName"]: a.properties.get("Threshold") for a in assembly.of_type("AWS::CloudWatch::Alarm")}
    assert thresholds["tradingbot-ai-production-flow-log-rejects"] == 7
    assert thresholds["tradingbot-ai-production-waf-blocked"] == 8
