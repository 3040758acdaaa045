"""A task definition and the ARNs around it. Nothing in it is a value of a secret."""

from dataclasses import replace

from tradingbot_infra.operations.live.service import TaskDefinition

REGION, ACCOUNT = "ap-southeast-2", "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ecs/Starter"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/tradingbot:1.2.3"


def secret(name: str) -> str:
    """A secret's ARN."""
    return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:tradingbot/{name}-AbCdEf"


TASK = TaskDefinition(
    arn=f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/tradingbot:7",
    image=IMAGE,
    container="tradingbot-container",
    architecture="ARM64",
    execution_role_arn=ROLE,
    task_role_arn=ROLE,
    log_group="/ecs/tradingbot",
    secrets={"TOKEN": secret("token"), "USER": f"{secret('database')}:username::", "PASSWORD": f"{secret('database')}:password::"},
)


def task(**changes: object) -> TaskDefinition:
    """The task definition with something else in it."""
    return replace(TASK, **changes)  # type: ignore[arg-type]  # tests name real fields
