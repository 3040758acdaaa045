"""A stack with a service that shifts traffic, on a local cloud, as CloudFormation deploys it: rules, hook, events and the wait."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local_cloud.clusters import PLACEHOLDER
from tests.local_cloud.deployment_controller.releases import TEST_HEADER, Traffic, app, traffic_to
from tests.local_cloud.load_balancing.backends import HEALTH
from tradingbot_infra.local_cloud.server import LocalCloud, client, running

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
STACK = "shop"
_PATIENCE_SECONDS = 180.0
HOOK = f"""
import os, urllib.error, urllib.request
def handler(event, context):
    asked = urllib.request.Request("http://" + event["hookDetails"]["Address"] + "/", headers={{"{TEST_HEADER}": "green"}})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        print("the new version answers", error.code)
        return {{"hookStatus": "FAILED"}}
    return {{"hookStatus": "SUCCEEDED"}}
"""


def role(*actions: str) -> dict[str, Any]:
    """A role of ECS or Lambda that may do these, and nothing else."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = {"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    trust = {"Version": "2012-10-17", "Statement": []}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust, "Policies": [policy]}}


def group() -> dict[str, Any]:
    properties = {"Protocol": "HTTP", "Port": 8001, "TargetType": "ip", "HealthCheckPath": HEALTH, "HealthCheckIntervalSeconds": 5}
    attributes = [{"Key": "deregistration_delay.timeout_seconds", "Value": "5"}]
    return {
        "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
        "Properties": {**properties, "TargetGroupAttributes": attributes, "VpcId": {"Ref": "Vpc"}},
    }


def rule(priority: int, *conditions: dict[str, Any]) -> dict[str, Any]:
    groups = [{"TargetGroupArn": {"Ref": "Blue"}, "Weight": 100}, {"TargetGroupArn": {"Ref": "Green"}, "Weight": 0}]
    return {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": {"Ref": "Listener"},
            "Priority": priority,
            "Conditions": list(conditions),
            "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
        },
    }


def template(program: str) -> str:
    """The whole stack; only the program of the tasks changes from release to release."""
    path = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": TEST_HEADER, "Values": ["green"]}}
    container = {
        "Name": "app",
        "Image": PLACEHOLDER,
        "Command": ["python3", "-c", program],
        "StopTimeout": 2,
        "PortMappings": [{"ContainerPort": 8001}],
    }
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.1.0/24"}},
        "Balancer": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Subnets": [{"Ref": "Subnet"}]}},
        "Blue": group(),
        "Green": group(),
        "Listener": {
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Balancer"},
                "Protocol": "HTTP",
                "Port": 80,
                "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
            },
        },
        "Production": rule(2, path),
        "Test": rule(1, path, header),
        "TrafficRole": role("elasticloadbalancing:*"),
        "HookRole": role("lambda:InvokeFunction"),
        "TaskRole": role("ecr:*", "logs:*"),
        "Hook": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Timeout": 30,
                "Role": {"Fn::GetAtt": ["HookRole", "Arn"]},
                "Code": {"ZipFile": HOOK},
            },
        },
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": STACK}},
        "Task": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {
                "Family": STACK,
                "NetworkMode": "awsvpc",
                "RequiresCompatibilities": ["FARGATE"],
                "Cpu": "256",
                "Memory": "512",
                "ExecutionRoleArn": {"Fn::GetAtt": ["TaskRole", "Arn"]},
                "ContainerDefinitions": [container],
            },
        },
        "Service": {
            "Type": "AWS::ECS::Service",
            "DependsOn": ["Production", "Test"],
            "Properties": {
                "ServiceName": "api",
                "Cluster": {"Ref": "Cluster"},
                "TaskDefinition": {"Ref": "Task"},
                "LaunchType": "FARGATE",
                "DesiredCount": 2,
                "HealthCheckGracePeriodSeconds": 60,
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [{"Ref": "Subnet"}]}},
                "LoadBalancers": [
                    {
                        "ContainerName": "app",
                        "ContainerPort": 8001,
                        "TargetGroupArn": {"Ref": "Blue"},
                        "AdvancedConfiguration": {
                            "AlternateTargetGroupArn": {"Ref": "Green"},
                            "ProductionListenerRule": {"Ref": "Production"},
                            "TestListenerRule": {"Ref": "Test"},
                            "RoleArn": {"Fn::GetAtt": ["TrafficRole", "Arn"]},
                        },
                    }
                ],
                "DeploymentConfiguration": {
                    "Strategy": "CANARY",
                    "BakeTimeInMinutes": 1,
                    "CanaryConfiguration": {"CanaryPercent": 50, "CanaryBakeTimeInMinutes": 1},
                    "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
                    "LifecycleHooks": [
                        {
                            "TargetType": "AWS_LAMBDA",
                            "HookTargetArn": {"Fn::GetAtt": ["Hook", "Arn"]},
                            "RoleArn": {"Fn::GetAtt": ["HookRole", "Arn"]},
                            "LifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"],
                            "HookDetails": {"Address": {"Fn::GetAtt": ["Balancer", "DNSName"]}},
                        }
                    ],
                },
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": STACK}},
        "Failures": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"source": ["aws.ecs"], "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}},
                "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
            },
        },
    }
    outputs = {"Address": {"Value": {"Fn::GetAtt": ["Balancer", "DNSName"]}}, "Rule": {"Value": {"Ref": "Production"}}}
    return json.dumps({"Resources": resources, "Outputs": outputs})


class Shop:
    """The stack, and what a test sees of it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self.cloudformation = self.aws("cloudformation")

    def aws(self, service: str) -> Any:
        return client(self._cloud.endpoint, REGION, service)

    def until_over(self) -> str:
        """The state in which the stack's operation ends."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (status := self.stack["StackStatus"]).endswith("_IN_PROGRESS"):
            assert time.monotonic() < deadline, status
            time.sleep(0.1)
        return str(status)

    def update(self, program: str) -> tuple[str, Traffic]:
        """Releases another program; the state of the stack then, and what requests saw meanwhile."""
        with traffic_to(self.output("Address")) as seen:
            self.cloudformation.update_stack(StackName=STACK, TemplateBody=template(program), Capabilities=["CAPABILITY_IAM"])
            return self.until_over(), seen

    @property
    def stack(self) -> dict[str, Any]:
        found: dict[str, Any] = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        return found

    def output(self, key: str) -> str:
        return next(str(each["OutputValue"]) for each in self.stack["Outputs"] if each["OutputKey"] == key)

    def weights(self) -> list[int]:
        """Of blue and green in the production rule, in the order of the template."""
        (found,) = self.aws("elbv2").describe_rules(RuleArns=[self.output("Rule")])["Rules"]
        groups = {one["TargetGroupArn"]: one["Weight"] for one in found["Actions"][0]["ForwardConfig"]["TargetGroups"]}
        resources = self.cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
        arns = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in resources}
        return [groups[arns[name]] for name in ("Blue", "Green")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The stack with its first version, on a local cloud fifty times as fast as AWS."""
    with running(Path(tmp_path_factory.mktemp("shop")), time_scale=50) as cloud:
        made = Shop(cloud)
        made.cloudformation.create_stack(StackName=STACK, TemplateBody=template(app("one")), Capabilities=["CAPABILITY_IAM"])
        assert made.until_over() == "CREATE_COMPLETE"
        yield made


def test_a_release_keeps_the_weights_that_ecs_gave_and_a_bad_one_is_rolled_back_by_ecs_and_then_by_cloudformation(shop: Shop) -> None:
    assert shop.weights() == [0, 100]
    status, seen = shop.update(app("two"))
    assert (status, seen.failed) == ("UPDATE_COMPLETE", 0)
    assert seen.of("two") > 0
    assert shop.weights() == [100, 0], "the template says the opposite, which nothing wrote"

    status, seen = shop.update(app("bad", status=500))
    assert (status, seen.failed, seen.of("bad")) == ("UPDATE_ROLLBACK_COMPLETE", 0, 0)
    assert shop.weights() == [100, 0]
    events = shop.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events if each["LogicalResourceId"] == "Service"]
    assert any("POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target" in reason for reason in reasons)

    queue = shop.aws("sqs").get_queue_url(QueueName=STACK)["QueueUrl"]
    (message,) = shop.aws("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=2)["Messages"]
    detail = json.loads(message["Body"])["detail"]
    assert detail["eventType"] == "ERROR"
    assert detail["reason"].startswith("Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed.")

    status, seen = shop.update(app("three"))
    assert (status, seen.failed) == ("UPDATE_COMPLETE", 0)
    assert shop.weights() == [0, 100]
