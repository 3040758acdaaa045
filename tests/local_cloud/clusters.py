"""A cluster whose services run Python scripts of the tests as tasks, fifty times as fast as on AWS."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tradingbot_infra.local_cloud import clock
from tradingbot_infra.local_cloud.in_process import call

PLACEHOLDER = "public.ecr.aws/docker/library/python:3.13-alpine3.23"
SLEEP = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); time.sleep(1000)"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
_PATIENCE_SECONDS = 60.0


@dataclass
class Cluster:
    """A cluster, with the tasks and services in it."""

    name: str
    subnet: str
    role: str
    services: list[str] = field(default_factory=list)

    def definition(self, script: str, **container: object) -> str:
        """The ARN of a task definition that runs a script."""
        only = {"name": "app", "image": PLACEHOLDER, "command": ["python3", "-c", script], **container}
        made = call(
            "ecs",
            "RegisterTaskDefinition",
            family=self.name,
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            executionRoleArn=self.role,
            containerDefinitions=[only],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    @property
    def network(self) -> dict[str, Any]:
        """Where tasks run."""
        return {"awsvpcConfiguration": {"subnets": [self.subnet]}}

    def create(self, definition: str, *, name: str = "api", **settings: Any) -> None:
        """A service on Fargate."""
        fixed = {"launchType": "FARGATE", "networkConfiguration": self.network, "deploymentConfiguration": BREAKER, "desiredCount": 1}
        call("ecs", "CreateService", cluster=self.name, serviceName=name, taskDefinition=definition, **{**fixed, **settings})
        self.services.append(name)

    def update(self, **changes: object) -> None:
        """Changes the service."""
        call("ecs", "UpdateService", cluster=self.name, service="api", **changes)

    def service(self, name: str = "api") -> dict[str, Any]:
        """The service now."""
        (found,) = call("ecs", "DescribeServices", cluster=self.name, services=[name])["services"]
        return dict(found)

    def messages(self) -> list[str]:
        """What the service reports, oldest first, without its name."""
        return [event["message"].removeprefix("(service api) ") for event in reversed(self.service()["events"])]

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """The tasks that should run, or those that should not."""
        arns = call("ecs", "ListTasks", cluster=self.name, desiredStatus=status)["taskArns"]
        return list(call("ecs", "DescribeTasks", cluster=self.name, tasks=arns)["tasks"]) if arns else []

    def until(self, holds: Callable[[], object]) -> None:
        """Waits until something holds."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, (self.messages(), self.service()["deployments"])
            time.sleep(0.02)

    def is_steady(self) -> bool:
        """Whether one deployment is left, and it has completed."""
        service = self.service()
        rollouts = [each["rolloutState"] for each in service["deployments"]]
        return rollouts == ["COMPLETED"] and service["runningCount"] == service["desiredCount"]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A cluster of its own; what a test leaves running is ended."""
    monkeypatch.setattr(clock, "_scale", 50.0)
    name = uuid.uuid4().hex
    vpc = call("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = call("ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    call("ecs", "CreateCluster", clusterName=name)
    made = Cluster(name, subnet, role)
    yield made
    for service in made.services:
        if made.service(service)["status"] == "ACTIVE":
            call("ecs", "DeleteService", cluster=name, service=service, force=True)
        made.until(lambda service=service: made.service(service)["status"] == "INACTIVE")  # type: ignore[misc]  # a default binds the loop's value
