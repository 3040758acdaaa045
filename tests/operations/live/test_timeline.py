"""One time line of what several services say."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.commands.open import Place, console_address
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.timeline import read_timeline

CONFIG = load_config("production", {"account_security": "none"})
NAMES = CONFIG.names
NOW = datetime.now(UTC)


def ago(minutes: int) -> datetime:
    """A moment in the past."""
    return NOW - timedelta(minutes=minutes)


def test_events_of_every_kind_are_in_one_order_and_what_cannot_be_read_hides_nothing() -> None:
    refused: list[tuple[str, str]] = []
    with ExitStack() as entered:
        clients, stubs = {}, {}
        for name in ("cloudformation", "ecs", "application-autoscaling", "rds", "elasticache", "cloudwatch", "sts"):
            clients[name.replace("-", "_")], stubs[name] = entered.enter_context(boto3_client(name))
        stack = NAMES.stack("service")
        described = {"StackName": stack, "StackStatus": "UPDATE_COMPLETE", "CreationTime": ago(99)}
        stubs["cloudformation"].add_response("describe_stacks", {"Stacks": [described]})
        whole = {"StackId": "arn:s", "StackName": stack, "PhysicalResourceId": "arn:s", "ResourceType": "AWS::CloudFormation::Stack"}
        part = {**whole, "PhysicalResourceId": "x", "ResourceType": "AWS::ECS::Service", "LogicalResourceId": "Service"}
        events = [
            {**whole, "EventId": "4", "Timestamp": ago(1), "ResourceStatus": "UPDATE_ROLLBACK_COMPLETE"},
            {**part, "EventId": "3", "Timestamp": ago(3), "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "did not stabilize"},
            {**part, "EventId": "2", "Timestamp": ago(5), "ResourceStatus": "UPDATE_IN_PROGRESS"},
            {**whole, "EventId": "1", "Timestamp": ago(500), "ResourceStatus": "CREATE_COMPLETE"},
        ]
        stubs["cloudformation"].add_response("describe_stack_events", {"StackEvents": events})
        stubs["ecs"].add_client_error("describe_services", "ClusterNotFoundException")
        stubs["sts"].add_response("get_caller_identity", {"Account": "111122223333"})
        stubs["application-autoscaling"].add_response("describe_scaling_activities", {"ScalingActivities": []})
        stubs["rds"].add_client_error("describe_events", "AccessDenied")
        redis = [{"SourceIdentifier": NAMES.redis_node(1), "Message": "Failover complete", "Date": ago(2)}]
        stubs["elasticache"].add_response("describe_events", {"Events": redis})
        alarms = [
            {"AlarmName": NAMES.alarm("ecs-cpu"), "Timestamp": ago(4), "HistorySummary": "Alarm updated from OK to ALARM"},
            {"AlarmName": "somebody-elses", "Timestamp": ago(4), "HistorySummary": "x"},
        ]
        stubs["cloudwatch"].add_response("describe_alarm_history", {"AlarmHistoryItems": alarms})
        found = read_timeline(session_over(**clients), CONFIG, since=ago(60), unread=lambda kind, why: refused.append((kind, why)))
    assert [(event.kind, event.words) for event in found] == [
        ("alarm", "Alarm updated from OK to ALARM"),
        ("stack", "UPDATE_FAILED did not stabilize"),
        ("redis", "Failover complete"),
        ("stack", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    assert refused == [("database", "these credentials may not do DescribeEvents")]


def test_the_end_of_a_deployment_that_moved_traffic_is_there_with_its_reason_and_its_alarms() -> None:
    arn = f"arn:aws:ecs:ap-southeast-2:111122223333:service-deployment/{NAMES.cluster}/{NAMES.service}/abc"
    others = {
        "cloudformation": "describe_stacks",
        "application-autoscaling": "describe_scaling_activities",
        "rds": "describe_events",
        "elasticache": "describe_events",
        "cloudwatch": "describe_alarm_history",
    }
    with ExitStack() as entered:
        clients = {}
        for name, operation in others.items():
            clients[name.replace("-", "_")], stubber = entered.enter_context(boto3_client(name))
            stubber.add_client_error(operation, "AccessDenied")
        clients["ecs"], stubber = entered.enter_context(boto3_client("ecs"))
        service = {
            "serviceName": NAMES.service,
            "status": "ACTIVE",
            "taskDefinition": "td:7",
            "deployments": [{"status": "PRIMARY"}],
            "deploymentConfiguration": {"strategy": "BLUE_GREEN"},
            "desiredCount": 2,
            "runningCount": 2,
            "pendingCount": 0,
        }
        stubber.add_response("describe_services", {"services": [service]})
        stubber.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": [{"name": "api"}]}})
        ended = {
            "serviceDeploymentArn": arn,
            "status": "ROLLBACK_SUCCESSFUL",
            "createdAt": ago(90),
            "finishedAt": ago(5),
            "rollback": {"reason": "alarm detected"},
            "alarms": {"triggeredAlarmNames": ["x-alb-5xx"]},
        }
        runs = {"serviceDeploymentArn": f"{arn}0", "status": "IN_PROGRESS", "createdAt": ago(2)}
        brief = [{"serviceDeploymentArn": each["serviceDeploymentArn"], "createdAt": each["createdAt"]} for each in (runs, ended)]
        stubber.add_response("list_service_deployments", {"serviceDeployments": brief})
        stubber.add_response("describe_service_deployments", {"serviceDeployments": [runs, ended]})
        found = read_timeline(session_over(**clients), CONFIG, since=ago(60), unread=lambda _kind, _why: None)
    assert [(event.at, event.words) for event in found] == [
        (ago(5), "deployment abc ROLLBACK_SUCCESSFUL: alarm detected; x-alb-5xx went to ALARM")
    ]


@pytest.mark.parametrize(
    ("place", "end"),
    [
        (Place.DASHBOARD, "/cloudwatch/home?region=ap-southeast-2#dashboards/dashboard/tradingbot-ai-production"),
        (
            Place.LOGS,
            "/cloudwatch/home?region=ap-southeast-2#logsV2:log-groups/log-group/$252Fecs$252Ftradingbot-ai-production",
        ),
        (
            Place.CONSOLE,
            ("/ecs/v2/clusters/tradingbot-ai-production-cluster/services/tradingbot-ai-production-service/health?region=ap-southeast-2"),
        ),
    ],
)
def test_pages_of_the_console_are_those_of_the_environment(place: Place, end: str) -> None:
    assert console_address(place, NAMES, "ap-southeast-2") == f"https://ap-southeast-2.console.aws.amazon.com{end}"
