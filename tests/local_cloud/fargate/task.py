"""Containers for tests: the placeholder image with a command, run in this process."""

import asyncio
import json
import uuid
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from tradingbot_infra.local_cloud import addresses, background, gateway
from tradingbot_infra.local_cloud.fargate.container import CannotStartError, Container, ContainerSpec, Exit
from tradingbot_infra.local_cloud.in_process import call

T = TypeVar("T")

IMAGE = "public.ecr.aws/docker/library/python:3.13"
REGION = "us-east-1"
ACCOUNT = "000000000000"
EVERYTHING = ({"Effect": "Allow", "Action": "*", "Resource": "*"},)


def role(*statements: dict[str, Any]) -> str:
    """The ARN of a new execution role with these statements."""
    name = uuid.uuid4().hex
    arn: str = call("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    call("iam", "PutRolePolicy", RoleName=name, PolicyName="start", PolicyDocument=json.dumps(document))
    return arn


def log_group() -> str:
    """A new log group."""
    name = f"/ecs/{uuid.uuid4().hex}"
    call("logs", "CreateLogGroup", logGroupName=name)
    return name


def awslogs(group: str, **options: str) -> dict[str, Any]:
    """The log configuration of a container, which loses no line."""
    chosen = {"awslogs-group": group, "awslogs-stream-prefix": "test", "mode": "blocking", **options}
    return {"logDriver": "awslogs", "options": chosen}


def spec(*command: str, execution_role: str | None = None, task: dict[str, Any] | None = None, **container: Any) -> ContainerSpec:
    """A container called app; `container` are fields of its definition, `task` those of its task definition."""
    return ContainerSpec(
        task_id=uuid.uuid4().hex,
        definition={
            "taskDefinitionArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/test:1",
            "executionRoleArn": role(*EVERYTHING) if execution_role is None else execution_role,
            **(task or {}),
        },
        container={"name": "app", "image": IMAGE, **({"command": list(command)} if command else {}), **container},
        address=addresses.take(addresses.Tier.TASK),
    )


def in_background(work: Coroutine[Any, Any, T]) -> T:
    """The result of work that was done as the scheduler does it."""
    return background.spawn(work).result(timeout=60)


def container(described: ContainerSpec) -> Container:
    return Container(described, background.from_here(gateway.ask))


def run(described: ContainerSpec) -> Exit:
    """Starts a container and waits for its own end."""

    async def whole() -> Exit:
        one = container(described)
        await one.start()
        return await one.ended()

    return in_background(whole())


def refused(described: ContainerSpec) -> str:
    """Why a container does not start."""

    async def whole() -> str:
        one = container(described)
        try:
            await one.start()
        except CannotStartError as error:
            return error.reason
        await one.stop()
        raise AssertionError("it started")

    return in_background(whole())


def messages(described: ContainerSpec, group: str) -> list[str]:
    """What a container with `awslogs(group)` logged."""
    found: list[str] = []
    page: dict[str, Any] = {}
    while True:
        stream = f"test/app/{described.task_id}"
        answer = call("logs", "GetLogEvents", logGroupName=group, logStreamName=stream, startFromHead=True, **page)
        if not answer["events"]:
            return found
        found += [event["message"] for event in answer["events"]]
        page = {"nextToken": answer["nextForwardToken"]}


def output(*command: str, **more: Any) -> list[str]:
    """What a command writes as a container, line by line."""
    group = log_group()
    described = spec(*command, logConfiguration=awslogs(group), **more)
    run(described)
    return messages(described, group)


def python(source: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a Python program."""
    return ("python3", "-c", source, *arguments)


async def until(path: Path) -> None:
    """Waits for a file that a program makes when it is ready."""
    while not path.exists():
        await asyncio.sleep(0.02)
