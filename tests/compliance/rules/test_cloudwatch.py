"""Rules for CloudWatch, each on what complies and what does not."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import cloudwatch
from tradingbot_infra.compliance.status import Status

TOPIC = resource("AWS::SNS::Topic")
ABOVE, BELOW, AT_LEAST = "GreaterThanThreshold", "LessThanThreshold", "GreaterThanOrEqualToThreshold"


def alarm(
    namespace: object, name: str, dimensions: Mapping[str, object], comparison: object, threshold: object, **properties: object
) -> Body:
    listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": listed}
    return resource("AWS::CloudWatch::Alarm", {**metric, "ComparisonOperator": comparison, "Threshold": threshold, **properties})


def metric_filter(pattern: object, group: object, name: str) -> Body:
    transformations = [{"MetricNamespace": "TradingBot", "MetricName": name, "MetricValue": "1"}]
    return resource("AWS::Logs::MetricFilter", {"FilterPattern": pattern, "LogGroupName": group, "MetricTransformations": transformations})


SERVICE_NAME = {"Fn::GetAtt": ["Service", "Name"]}
OF_SERVICE = {"ClusterName": {"Ref": "Cluster"}, "ServiceName": SERVICE_NAME}
ERRORS = metric_filter('{ $.level = "ERROR" }', {"Ref": "Group"}, "Errors")
ERROR_ALARM = alarm("TradingBot", "Errors", {}, ABOVE, 10)


def container(group: object = None) -> dict[str, object]:
    return {"Name": "app", "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": group or {"Ref": "Group"}}}}


def task(*containers: object) -> Body:
    return resource("AWS::ECS::TaskDefinition", {"ContainerDefinitions": list(containers) or [container()]})


def service(**others: Body) -> dict[str, Body]:
    """A service with every alarm; `others` replace or join them."""
    return {
        "Cluster": resource("AWS::ECS::Cluster", {"ClusterName": "cluster"}),
        "Group": resource("AWS::Logs::LogGroup", {"LogGroupName": "/ecs/app"}),
        "Task": task(),
        "Service": resource(
            "AWS::ECS::Service", {"ServiceName": "service", "Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Task"}}
        ),
        "Cpu": alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, ABOVE, 80),
        "Memory": alarm("AWS/ECS", "MemoryUtilization", OF_SERVICE, ABOVE, 85),
        "Errors": ERRORS,
        "ErrorAlarm": ERROR_ALARM,
        **others,
    }


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"AlarmActions": [{"Ref": "Topic"}]}, Status.PASS),
        ({"AlarmActions": ["arn:aws:sns:ap-southeast-2:111122223333:alerts"], "ActionsEnabled": True}, Status.PASS),
        ({"AlarmActions": [{"Ref": "Topic"}], "ActionsEnabled": False}, Status.FAIL),
        ({"AlarmActions": [{"Ref": "Topic"}], "ActionsEnabled": "false"}, Status.FAIL),
        ({"AlarmActions": []}, Status.FAIL),
        ({"OKActions": [{"Ref": "Topic"}]}, Status.FAIL),
        ({"AlarmActions": ["arn:aws:automate:ap-southeast-2:ec2:stop"]}, Status.FAIL),
        ({"AlarmActions": [{"Fn::GetAtt": ["Group", "Arn"]}]}, Status.FAIL),
        ({"AlarmActions": [{"Ref": "TopicParameter"}]}, Status.NOT_ASSESSED),
        ({"AlarmActions": [{"Ref": "Topic"}], "ActionsEnabled": {"Ref": "Enabled"}}, Status.NOT_ASSESSED),
    ],
)
@pytest.mark.parametrize("resource_type", ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"])
def test_every_alarm_notifies_a_topic(resource_type: str, properties: dict[str, object], status: Status) -> None:
    others = {"Topic": TOPIC, "Group": resource("AWS::Logs::LogGroup")}
    assembly = assembly_of({**others, "Alarm": resource(resource_type, properties)})
    assert judge(cloudwatch.alarm_actions, assembly) == {"Alarm": status}


@pytest.mark.parametrize(
    ("subscription", "status"),
    [
        ({"Protocol": "email", "Endpoint": "desk@example.com", "TopicArn": {"Ref": "Topic"}}, Status.PASS),
        ({"Protocol": "email", "Endpoint": "desk@example.com", "TopicArn": {"Ref": "Other"}}, Status.FAIL),
        ({"Protocol": "email", "TopicArn": {"Ref": "Topic"}}, Status.FAIL),
        ({"Protocol": "sqs", "Endpoint": "arn:aws:sqs:ap-southeast-2:111122223333:alarms", "TopicArn": {"Ref": "Topic"}}, Status.FAIL),
        (
            {"Protocol": "email", "Endpoint": "desk@example.com", "TopicArn": {"Ref": "Topic"}, "FilterPolicy": {"never": ["x"]}},
            Status.FAIL,
        ),
        ({"Protocol": "email", "Endpoint": "desk@example.com", "TopicArn": {"Ref": "Parameter"}}, Status.NOT_ASSESSED),
        ({"Protocol": {"Ref": "Parameter"}, "Endpoint": "desk@example.com", "TopicArn": {"Ref": "Topic"}}, Status.NOT_ASSESSED),
    ],
)
def test_somebody_gets_the_messages_of_a_topic(subscription: dict[str, object], status: Status) -> None:
    resources = {"Topic": TOPIC, "Other": resource("AWS::IAM::Role"), "Subscription": resource("AWS::SNS::Subscription", subscription)}
    assert judge(cloudwatch.alarm_recipients, assembly_of(resources)) == {"Topic": status}


def test_a_topic_that_nobody_subscribes_to_tells_nobody() -> None:
    assert judge(cloudwatch.alarm_recipients, assembly_of({"Topic": TOPIC})) == {"Topic": Status.FAIL}


def test_a_service_with_every_alarm_passes() -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(service())) == {"Service": Status.PASS}


@pytest.mark.parametrize("name", ["Cpu", "Memory", "ErrorAlarm", "Errors"])
def test_a_service_with_a_missing_alarm_fails(name: str) -> None:
    resources = {key: body for key, body in service().items() if key != name}
    assert judge(cloudwatch.alarm_coverage, assembly_of(resources)) == {"Service": Status.FAIL}


@pytest.mark.parametrize(
    ("cpu", "status"),
    [
        (alarm("AWS/ECS", "CPUUtilization", {"ClusterName": "cluster", "ServiceName": "service"}, ABOVE, "70"), Status.PASS),
        (alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, AT_LEAST, 80), Status.PASS),
        (alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, ABOVE, 81), Status.FAIL),
        (alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, BELOW, 80), Status.FAIL),
        (alarm("AWS/ECS", "CPUUtilization", {"ClusterName": {"Ref": "Cluster"}}, ABOVE, 80), Status.FAIL),
        (alarm("AWS/ECS", "CPUUtilization", {**OF_SERVICE, "ServiceName": "other"}, ABOVE, 80), Status.FAIL),
        (alarm("AWS/ECS", "CPUUtilization", {**OF_SERVICE, "ClusterName": "other"}, ABOVE, 80), Status.FAIL),
        (alarm("AWS/EC2", "CPUUtilization", OF_SERVICE, ABOVE, 80), Status.FAIL),
        (alarm("AWS/ECS", "CPUUtilization", {**OF_SERVICE, "ServiceName": {"Fn::ImportValue": "name"}}, ABOVE, 80), Status.NOT_ASSESSED),
        (alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, ABOVE, {"Ref": "Threshold"}), Status.NOT_ASSESSED),
        (alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, {"Ref": "Comparison"}, 80), Status.NOT_ASSESSED),
        (alarm("AWS/ECS", "CPUUtilization", OF_SERVICE, "GreaterThanUpperThreshold", None, ThresholdMetricId="band"), Status.FAIL),
        (alarm("AWS/ECS", "CPUUtilization", {}, ABOVE, 80, Dimensions={"Fn::If": ["Here", [], []]}), Status.NOT_ASSESSED),
    ],
)
def test_an_alarm_watches_this_service_and_is_raised_in_time(cpu: Body, status: Status) -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(service(Cpu=cpu))) == {"Service": status}


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({"Memory": alarm("AWS/ECS", "MemoryUtilization", OF_SERVICE, ABOVE, 86)}, Status.FAIL),
        ({"ErrorAlarm": alarm("TradingBot", "Errors", {}, ABOVE, 11)}, Status.FAIL),
        ({"ErrorAlarm": alarm("Other", "Errors", {}, ABOVE, 10)}, Status.FAIL),
        ({"Errors": metric_filter('{ $.level = "WARN" }', {"Ref": "Group"}, "Errors")}, Status.FAIL),
        ({"Errors": metric_filter('{ $.level = "ERROR" }', "/ecs/other", "Errors")}, Status.FAIL),
        ({"Errors": metric_filter('{ $.level = "ERROR" }', "/ecs/app", "Errors")}, Status.PASS),
        ({"Errors": metric_filter({"Ref": "Pattern"}, {"Ref": "Group"}, "Errors")}, Status.NOT_ASSESSED),
        ({"Task": task(container({"Ref": "GroupParameter"}))}, Status.NOT_ASSESSED),
        ({"Task": task(container(), container("/ecs/sidecar"))}, Status.FAIL),
        ({"Task": task(container(), {"Name": "sidecar"})}, Status.FAIL),
        ({"Task": task({"Fn::If": ["Sidecar", {}, {}]})}, Status.NOT_ASSESSED),
    ],
)
def test_an_alarm_watches_the_memory_and_the_errors_of_every_container(others: dict[str, Body], status: Status) -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(service(**others))) == {"Service": status}


def test_a_service_in_an_unknown_cluster_is_known_by_its_own_name() -> None:
    elsewhere = {"ServiceName": "service", "Cluster": {"Ref": "ClusterParameter"}, "TaskDefinition": {"Ref": "Task"}}
    assert judge(cloudwatch.alarm_coverage, assembly_of(service(Service=resource("AWS::ECS::Service", elsewhere)))) == {
        "Service": Status.PASS
    }


def test_the_evidence_names_no_alarm_on_another_count() -> None:
    others = {
        "Warnings": metric_filter("WARN", {"Ref": "Group"}, "Warnings"),
        "WarningAlarm": alarm("TradingBot", "Warnings", {}, ABOVE, 1),
    }
    assembly = assembly_of(service(**others))
    observations = cloudwatch.alarm_coverage.judge(assembly.only("AWS::ECS::Service"), assembly)
    (errors,) = (each for each in observations if each.property.endswith("ERROR"))
    assert list(errors.observed) == ["ErrorAlarm"]


OF_BALANCER = {"LoadBalancer": {"Fn::GetAtt": ["Balancer", "LoadBalancerFullName"]}}


def stat(name: str) -> dict[str, object]:
    dimensions = [{"Name": key, "Value": value} for key, value in OF_BALANCER.items()]
    return {"Id": name.lower(), "MetricStat": {"Metric": {"Namespace": "AWS/ApplicationELB", "MetricName": name, "Dimensions": dimensions}}}


def sum_of(*names: str, threshold: float) -> Body:
    expression = {"Id": "sum", "Expression": " + ".join(name.lower() for name in names)}
    properties = {"Metrics": [expression, *map(stat, names)], "ComparisonOperator": ABOVE, "Threshold": threshold}
    return resource("AWS::CloudWatch::Alarm", properties)


def balancer(**others: Body) -> dict[str, Body]:
    return {
        "Balancer": resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": "application"}),
        "Slow": alarm("AWS/ApplicationELB", "TargetResponseTime", OF_BALANCER, ABOVE, 2),
        "Errors": sum_of("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", threshold=10),
        "Unhealthy": alarm("AWS/ApplicationELB", "UnHealthyHostCount", {**OF_BALANCER, "TargetGroup": "any"}, ABOVE, 0),
        **others,
    }


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({}, Status.PASS),
        ({"Unhealthy": alarm("AWS/ApplicationELB", "UnHealthyHostCount", OF_BALANCER, AT_LEAST, 1)}, Status.PASS),
        ({"Unhealthy": alarm("AWS/ApplicationELB", "UnHealthyHostCount", OF_BALANCER, ABOVE, 1)}, Status.FAIL),
        ({"Slow": alarm("AWS/ApplicationELB", "TargetResponseTime", OF_BALANCER, ABOVE, 3)}, Status.FAIL),
        ({"Errors": sum_of("HTTPCode_Target_5XX_Count", threshold=10)}, Status.FAIL),
        ({"Errors": sum_of("HTTPCode_ELB_5XX_Count", threshold=10)}, Status.FAIL),
        (
            {"Errors": sum_of("HTTPCode_Target_5XX_Count", threshold=10), "Own": sum_of("HTTPCode_ELB_5XX_Count", threshold=10)},
            Status.PASS,
        ),
        (
            {"Errors": sum_of("HTTPCode_Target_5XX_Count", threshold=11), "Own": sum_of("HTTPCode_ELB_5XX_Count", threshold=10)},
            Status.FAIL,
        ),
        (
            {"Errors": sum_of("HTTPCode_Target_5XX_Count", threshold=10), "Own": sum_of("HTTPCode_ELB_5XX_Count", threshold=11)},
            Status.FAIL,
        ),
        ({"Errors": sum_of("HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", threshold=11)}, Status.FAIL),
        (
            {"Errors": resource("AWS::CloudWatch::Alarm", {"Metrics": {"Fn::If": ["Sum", [], []]}, "Threshold": 10})},
            Status.FAIL,
        ),
        (
            {
                "Errors": resource(
                    "AWS::CloudWatch::Alarm",
                    {"Metrics": {"Fn::If": ["Sum", [], []]}, "Threshold": 10, "ComparisonOperator": ABOVE},
                )
            },
            Status.NOT_ASSESSED,
        ),
    ],
)
def test_a_load_balancer_has_its_alarms_also_as_expressions(others: dict[str, Body], status: Status) -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(balancer(**others))) == {"Balancer": status}


@pytest.mark.parametrize("kind", ["network", "gateway"])
def test_another_kind_of_load_balancer_is_not_judged(kind: str) -> None:
    other = resource("AWS::ElasticLoadBalancingV2::LoadBalancer", {"Type": kind})
    assert judge(cloudwatch.alarm_coverage, assembly_of({"Balancer": other})) == {}
    assert judge(cloudwatch.dashboard, assembly_of({"Balancer": other})) == {}


OF_DATABASE = {"DBInstanceIdentifier": {"Ref": "Database"}}
STORAGE, MEMORY = 2 * 1024**3, 256 * 1024**2


def database(**others: Body) -> dict[str, Body]:
    return {
        "Database": resource("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "db"}),
        "CPUUtilization": alarm("AWS/RDS", "CPUUtilization", OF_DATABASE, ABOVE, 80),
        "FreeableMemory": alarm("AWS/RDS", "FreeableMemory", {"DBInstanceIdentifier": "db"}, BELOW, MEMORY),
        "FreeStorageSpace": alarm("AWS/RDS", "FreeStorageSpace", OF_DATABASE, BELOW, STORAGE),
        **others,
    }


def test_a_database_with_every_alarm_passes() -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(database())) == {"Database": Status.PASS}


@pytest.mark.parametrize(
    ("name", "comparison", "threshold", "status"),
    [
        ("FreeStorageSpace", "LessThanOrEqualToThreshold", 3 * 1024**3, Status.PASS),
        ("FreeStorageSpace", BELOW, STORAGE - 1, Status.FAIL),
        ("FreeStorageSpace", ABOVE, STORAGE, Status.FAIL),
        ("FreeableMemory", BELOW, MEMORY - 1, Status.FAIL),
        ("CPUUtilization", ABOVE, 81, Status.FAIL),
    ],
)
def test_a_database_raises_its_alarms_in_time(name: str, comparison: str, threshold: int, status: Status) -> None:
    changed = alarm("AWS/RDS", name, OF_DATABASE, comparison, threshold)
    assert judge(cloudwatch.alarm_coverage, assembly_of(database(**{name: changed}))) == {"Database": status}


@pytest.mark.parametrize("name", ["CPUUtilization", "FreeableMemory", "FreeStorageSpace"])
def test_a_database_with_a_missing_alarm_fails(name: str) -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(database(**{name: TOPIC}))) == {"Database": Status.FAIL}


CACHE_ALARMS = {
    "EngineCPUUtilization": 75,
    "CPUUtilization": 75,
    "DatabaseMemoryUsagePercentage": 85,
    "Evictions": 1000,
    "CurrConnections": 500,
}


def cache(nodes: list[object], **properties: object) -> dict[str, Body]:
    alarms = {
        f"{name}{number}": alarm("AWS/ElastiCache", name, {"CacheClusterId": node}, ABOVE, threshold)
        for number, node in enumerate(nodes)
        for name, threshold in CACHE_ALARMS.items()
    }
    return {"Redis": resource("AWS::ElastiCache::ReplicationGroup", {"ReplicationGroupId": "redis", **properties}), **alarms}


@pytest.mark.parametrize(
    ("nodes", "properties", "status"),
    [
        (["redis-001"], {}, Status.PASS),
        ([{"Fn::Join": ["", [{"Ref": "Redis"}, "-001"]]}], {"NumCacheClusters": 1}, Status.PASS),
        (["redis-001", "redis-002"], {"NumCacheClusters": 2}, Status.PASS),
        (["redis-001"], {"NumCacheClusters": 2}, Status.FAIL),
        (["redis-0001-001", "redis-0001-002"], {"NumNodeGroups": 1, "ReplicasPerNodeGroup": 1}, Status.PASS),
        (["redis-0001-001", "redis-0002-001"], {"NumNodeGroups": 2}, Status.PASS),
        (["redis-0001-001"], {"NumNodeGroups": 2}, Status.FAIL),
        ([], {}, Status.FAIL),
        (["redis-001"], {"NumCacheClusters": {"Ref": "Nodes"}}, Status.NOT_ASSESSED),
        (["redis-0001-001"], {"NumNodeGroups": {"Ref": "Shards"}}, Status.NOT_ASSESSED),
        (["redis-0001-001"], {"NumNodeGroups": 1, "ReplicasPerNodeGroup": {"Ref": "Replicas"}}, Status.NOT_ASSESSED),
    ],
)
def test_every_node_of_a_cache_has_its_alarms(nodes: list[object], properties: dict[str, object], status: Status) -> None:
    assert judge(cloudwatch.alarm_coverage, assembly_of(cache(nodes, **properties))) == {"Redis": status}


@pytest.mark.parametrize("name", CACHE_ALARMS)
def test_a_cache_raises_each_of_its_alarms_in_time(name: str) -> None:
    late = alarm("AWS/ElastiCache", name, {"CacheClusterId": "redis-001"}, ABOVE, CACHE_ALARMS[name] + 1)
    for changed in (late, TOPIC):
        assert judge(cloudwatch.alarm_coverage, assembly_of({**cache(["redis-001"]), f"{name}0": changed})) == {"Redis": Status.FAIL}


def flow_log(**others: Body) -> dict[str, Body]:
    silence = alarm("AWS/Logs", "IncomingLogEvents", {"LogGroupName": {"Ref": "Flows"}}, BELOW, 1, TreatMissingData="breaching")
    return {
        "Flows": resource("AWS::Logs::LogGroup", {"LogGroupName": "/aws/vpc/flows"}),
        "FlowLog": resource("AWS::EC2::FlowLog", {"LogGroupName": {"Ref": "Flows"}}),
        "Silence": silence,
        "Rejects": metric_filter('[version, account, eni, action="REJECT", status]', {"Ref": "Flows"}, "Rejects"),
        "RejectAlarm": alarm("TradingBot", "Rejects", {}, ABOVE, 5000),
        **others,
    }


def incoming(group: object, comparison: str = BELOW, **properties: object) -> Body:
    return alarm("AWS/Logs", "IncomingLogEvents", {"LogGroupName": group}, comparison, 1, **properties)


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({}, Status.PASS),
        ({"Silence": incoming("/aws/vpc/flows", TreatMissingData="breaching")}, Status.PASS),
        ({"FlowLog": resource("AWS::EC2::FlowLog", {"LogDestination": {"Fn::GetAtt": ["Flows", "Arn"]}})}, Status.PASS),
        ({"Silence": incoming({"Ref": "Flows"}, TreatMissingData="notBreaching")}, Status.FAIL),
        ({"Silence": incoming({"Ref": "Flows"})}, Status.FAIL),
        ({"Silence": incoming({"Ref": "Flows"}, ABOVE, TreatMissingData="breaching")}, Status.FAIL),
        ({"Silence": incoming("/aws/vpc/other", TreatMissingData="breaching")}, Status.FAIL),
        ({"Silence": incoming({"Ref": "Flows"}, TreatMissingData={"Ref": "Missing"})}, Status.NOT_ASSESSED),
        ({"RejectAlarm": TOPIC}, Status.FAIL),
        ({"RejectAlarm": alarm("TradingBot", "Rejects", {}, BELOW, 5000)}, Status.FAIL),
        ({"Rejects": metric_filter("ACCEPT", {"Ref": "Flows"}, "Rejects")}, Status.FAIL),
        ({"Rejects": metric_filter("REJECT", "/aws/vpc/other", "Rejects")}, Status.FAIL),
        ({"Rejects": metric_filter("REJECT", {"Fn::ImportValue": "group"}, "Rejects")}, Status.NOT_ASSESSED),
        ({"FlowLog": resource("AWS::EC2::FlowLog", {"LogGroupName": {"Ref": "GroupParameter"}})}, Status.NOT_ASSESSED),
        ({"FlowLog": resource("AWS::EC2::FlowLog", {"LogDestinationType": {"Ref": "Destination"}})}, Status.NOT_ASSESSED),
    ],
)
def test_an_alarm_reports_a_silent_flow_log_and_many_rejects(others: dict[str, Body], status: Status) -> None:
    assert judge(cloudwatch.control_failure_alarms, assembly_of(flow_log(**others))) == {"FlowLog": status}


def test_a_flow_log_to_a_bucket_is_not_judged() -> None:
    to_bucket = resource("AWS::EC2::FlowLog", {"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::flows"})
    assert judge(cloudwatch.control_failure_alarms, assembly_of({"FlowLog": to_bucket})) == {}


OF_ACL = {"WebACL": "acl-metric", "Rule": "ALL", "Region": "ap-southeast-2"}


@pytest.mark.parametrize(
    ("blocked", "status"),
    [
        (alarm("AWS/WAFV2", "BlockedRequests", OF_ACL, ABOVE, 1000), Status.PASS),
        (alarm("AWS/WAFV2", "BlockedRequests", {**OF_ACL, "Region": {"Ref": "AWS::Region"}}, AT_LEAST, 1), Status.PASS),
        (alarm("AWS/WAFV2", "BlockedRequests", {**OF_ACL, "WebACL": "acl-name"}, ABOVE, 1000), Status.FAIL),
        (alarm("AWS/WAFV2", "BlockedRequests", {**OF_ACL, "Rule": "RateLimit"}, ABOVE, 1000), Status.FAIL),
        (alarm("AWS/WAFV2", "BlockedRequests", {"WebACL": "acl-metric", "Rule": "ALL"}, ABOVE, 1000), Status.FAIL),
        (alarm("AWS/WAFV2", "AllowedRequests", OF_ACL, ABOVE, 1000), Status.FAIL),
        (alarm("AWS/WAFV2", "BlockedRequests", OF_ACL, BELOW, 1000), Status.FAIL),
        (alarm("AWS/WAFV2", "BlockedRequests", {**OF_ACL, "WebACL": {"Ref": "AclParameter"}}, ABOVE, 1), Status.NOT_ASSESSED),
    ],
)
def test_an_alarm_reports_many_blocked_requests(blocked: Body, status: Status) -> None:
    acl = resource("AWS::WAFv2::WebACL", {"Name": "acl-name", "VisibilityConfig": {"MetricName": "acl-metric"}})
    assert judge(cloudwatch.control_failure_alarms, assembly_of({"Acl": acl, "Blocked": blocked})) == {"Acl": status}


def test_a_web_acl_with_an_unknown_metric_is_not_assessed() -> None:
    acl = resource("AWS::WAFv2::WebACL", {"VisibilityConfig": {"MetricName": {"Ref": "Metric"}}})
    assert judge(cloudwatch.control_failure_alarms, assembly_of({"Acl": acl})) == {"Acl": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("dimensions", "comparison", "threshold", "status"),
    [
        ({"BackupVaultName": {"Ref": "Vault"}}, ABOVE, 0, Status.PASS),
        ({"BackupVaultName": "vault", "ResourceType": "RDS"}, AT_LEAST, 1, Status.PASS),
        ({"BackupVaultName": "vault"}, ABOVE, 1, Status.FAIL),
        ({"BackupVaultName": "other"}, ABOVE, 0, Status.FAIL),
        ({}, ABOVE, 0, Status.FAIL),
        ({"BackupVaultName": {"Fn::ImportValue": "vault"}}, ABOVE, 0, Status.NOT_ASSESSED),
    ],
)
def test_an_alarm_reports_failed_backups(dimensions: dict[str, object], comparison: str, threshold: int, status: Status) -> None:
    failed = alarm("AWS/Backup", "NumberOfBackupJobsFailed", dimensions, comparison, threshold)
    vault = resource("AWS::Backup::BackupVault", {"BackupVaultName": "vault"})
    assert judge(cloudwatch.control_failure_alarms, assembly_of({"Vault": vault, "Failed": failed})) == {"Vault": status}


def board(*widgets: Mapping[str, Any]) -> Body:
    return resource("AWS::CloudWatch::Dashboard", {"DashboardBody": json.dumps({"widgets": list(widgets)})})


def lines(*rows: Sequence[object]) -> dict[str, object]:
    return {"type": "metric", "properties": {"metrics": list(rows)}}


DATABASE_WIDGETS = ("CPUUtilization", "DatabaseConnections", "FreeStorageSpace")
BALANCER_WIDGETS = ("TargetResponseTime", "RequestCount", "HTTPCode_Target_2XX_Count", "HTTPCode_Target_5XX_Count")
BALANCER = resource("AWS::ElasticLoadBalancingV2::LoadBalancer")
BALANCER_NAME = "${Stack.Watched.LoadBalancerFullName}"
REDIS = resource("AWS::ElastiCache::ReplicationGroup", {"ReplicationGroupId": "redis"})


@pytest.mark.parametrize(
    ("watched", "rows"),
    [
        (database()["Database"], [["AWS/RDS", name, "DBInstanceIdentifier", "db"] for name in DATABASE_WIDGETS]),
        (BALANCER, [["AWS/ApplicationELB", name, "LoadBalancer", BALANCER_NAME] for name in BALANCER_WIDGETS]),
        (REDIS, [["AWS/ElastiCache", name, "CacheClusterId", "redis-001"] for name in CACHE_ALARMS]),
    ],
    ids=["database", "load balancer", "cache"],
)
def test_a_dashboard_shows_every_line(watched: Body, rows: list[list[str]]) -> None:
    assert judge(cloudwatch.dashboard, assembly_of({"Watched": watched, "Board": board(lines(*rows))})) == {"Watched": Status.PASS}
    for missing in rows:
        shown = lines(*(row for row in rows if row != missing))
        assert judge(cloudwatch.dashboard, assembly_of({"Watched": watched, "Board": board(shown)})) == {"Watched": Status.FAIL}


@pytest.mark.parametrize(
    ("dashboards", "status"),
    [
        ([board(lines(*(["AWS/RDS", name, "DBInstanceIdentifier", "db", {"stat": "Sum"}] for name in DATABASE_WIDGETS)))], Status.PASS),
        ([board(lines(["AWS/RDS", name, "DBInstanceIdentifier", "db"])) for name in DATABASE_WIDGETS], Status.PASS),
        ([board(lines(["AWS/RDS", name, "DBInstanceIdentifier", "db"])) for name in DATABASE_WIDGETS[:2]], Status.FAIL),
        ([board(lines(*(["AWS/RDS", name, "DBInstanceIdentifier", "other"] for name in DATABASE_WIDGETS)))], Status.FAIL),
        ([board(lines(*(["AWS/RDS", name] for name in DATABASE_WIDGETS)))], Status.FAIL),
        ([board(lines([{"expression": "SUM(METRICS())"}]))], Status.FAIL),
        ([board()], Status.FAIL),
        ([resource("AWS::CloudWatch::Dashboard", {"DashboardBody": "{}"})], Status.FAIL),
        ([], Status.FAIL),
        ([resource("AWS::CloudWatch::Dashboard", {"DashboardBody": {"Ref": "Body"}})], Status.NOT_ASSESSED),
        ([resource("AWS::CloudWatch::Dashboard", {"DashboardBody": {"Fn::Sub": ["{}", {}]}})], Status.NOT_ASSESSED),
    ],
)
def test_a_dashboard_shows_the_database(dashboards: list[Body], status: Status) -> None:
    resources = {"Database": resource("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "db"})}
    boards = {f"Board{number}": body for number, body in enumerate(dashboards)}
    assert judge(cloudwatch.dashboard, assembly_of({**resources, **boards})) == {"Database": status}


def log_widget(query: str) -> dict[str, object]:
    return {"type": "log", "properties": {"query": query}}


SERVICE_WIDGETS = [["AWS/ECS", "CPUUtilization"], ["AWS/ECS", "MemoryUtilization"], ["ECS/ContainerInsights", "RunningTaskCount"]]
SERVICE_LINES = [[*metric, "ClusterName", "cluster", "ServiceName", "service"] for metric in SERVICE_WIDGETS]
NEWEST_ERRORS = log_widget("SOURCE '/ecs/app' | filter level = \"ERROR\" | limit 20")


@pytest.mark.parametrize(
    ("rows", "widget", "status"),
    [
        (SERVICE_LINES, NEWEST_ERRORS, Status.PASS),
        (SERVICE_LINES, log_widget("SOURCE '${Stack.Group}' | filter level = \"ERROR\" | limit 20"), Status.PASS),
        *((SERVICE_LINES[:number] + SERVICE_LINES[number + 1 :], NEWEST_ERRORS, Status.FAIL) for number in range(len(SERVICE_LINES))),
        ([[*row[:3], "other", *row[4:]] for row in SERVICE_LINES], NEWEST_ERRORS, Status.FAIL),
        (SERVICE_LINES, log_widget("SOURCE '/ecs/other' | filter level = \"ERROR\""), Status.FAIL),
        (SERVICE_LINES, log_widget("SOURCE '/ecs/app' | limit 20"), Status.FAIL),
    ],
)
def test_a_dashboard_shows_the_service_and_its_errors(rows: list[list[str]], widget: dict[str, object], status: Status) -> None:
    assembly = assembly_of(service(Board=board(lines(*rows), widget)))
    assert judge(cloudwatch.dashboard, assembly) == {"Service": status}


@pytest.mark.parametrize("of", [{"TaskDefinition": {"Fn::ImportValue": "task"}}, {"TaskDefinition": {"Ref": "TaskParameter"}}])
def test_a_service_whose_task_is_unknown_is_not_assessed(of: dict[str, object]) -> None:
    unknown = resource("AWS::ECS::Service", {"ServiceName": "service", "Cluster": {"Ref": "Cluster"}, **of})
    assembly = assembly_of(service(Service=unknown, Board=board(lines(*SERVICE_LINES), NEWEST_ERRORS)))
    assert judge(cloudwatch.dashboard, assembly) == {"Service": Status.NOT_ASSESSED}
    assert judge(cloudwatch.alarm_coverage, assembly) == {"Service": Status.NOT_ASSESSED}


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({}, Status.PASS),
        ({"Errors": metric_filter("ERROR", "/ecs/app", "Errors")}, Status.PASS),
        ({"Errors": metric_filter("WARN", {"Ref": "Group"}, "Errors")}, Status.FAIL),
        ({"Errors": TOPIC}, Status.FAIL),
        ({"Task": task(container(), {"Name": "sidecar"})}, Status.FAIL),
        ({"Errors": metric_filter("ERROR", {"Fn::ImportValue": "group"}, "Errors")}, Status.NOT_ASSESSED),
        ({"Task": task(container({"Ref": "GroupParameter"}))}, Status.NOT_ASSESSED),
        ({"Task": task({"Fn::If": ["Sidecar", {}, {}]})}, Status.NOT_ASSESSED),
    ],
)
def test_errors_of_every_container_are_counted(others: dict[str, Body], status: Status) -> None:
    assert judge(cloudwatch.error_filter, assembly_of(service(**others))) == {"Task": status}
