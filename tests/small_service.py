"""A service of production's names beside the database and cache of the tests: what commands need that run one-off tasks, without a CDK.

Its task definition has the variables, secrets and log of the project's own. The deployed service is shown by the tests of `deployed`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import PROJECT_ROOT
from tests.data_stores import DATABASE, REGION, TOKEN, Stores
from tests.deployed import session_of
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.names import Names
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.operations.session import Session

NAMES: Names = load_config("production").names
ASLEEP = ["python3", "-c", "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); time.sleep(1000)"]


@dataclass(frozen=True)
class SmallService:
    """The service and the session that reaches it. A test undoes what it changes."""

    stores: Stores
    session: Session
    role: str
    token: str
    """The ARN of the secret with the AUTH token."""
    options: tuple[str, ...]

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        """The one-off tasks, without those of the service."""
        arns = self.session.ecs.list_tasks(cluster=NAMES.cluster, desiredStatus=status)["taskArns"]  # type: ignore[arg-type]  # a word
        found: list[Any] = self.session.ecs.describe_tasks(cluster=NAMES.cluster, tasks=arns)["tasks"] if arns else []
        return [each for each in found if not each["group"].startswith("service:")]

    def one_off_definitions(self) -> list[str]:
        """The task definitions of the family of one-off tasks from which a task could be started."""
        found: list[str] = self.session.ecs.list_task_definitions(familyPrefix=NAMES.one_off_family, status="ACTIVE")["taskDefinitionArns"]
        return found


@pytest.fixture(scope="module")
def small_service(stores: Stores) -> Iterator[SmallService]:
    """The service in the local cloud of `stores`, with the example as image v1."""
    session = session_of(stores.cloud)
    example = {"directory": str(PROJECT_ROOT / "examples" / "api")}
    images.add(images_file(stores.cloud.state_directory), {"v1": example, "v2": example})
    made = _made(stores, session)
    yield made
    session.ecs.delete_service(cluster=NAMES.cluster, service=NAMES.service, force=True)


def _made(stores: Stores, session: Session) -> SmallService:
    vpc = session.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = session.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = session.ec2.create_security_group(VpcId=vpc, GroupName="tasks", Description="tasks")["GroupId"]
    role = session.iam.create_role(RoleName="small", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    session.logs.create_log_group(logGroupName=NAMES.container_log_group)
    session.ecr.create_repository(repositoryName=NAMES.repository)
    token = session.secretsmanager.create_secret(Name=NAMES.secret("redis-auth-token"), SecretString=TOKEN)["ARN"]
    session.iam.put_role_policy(RoleName="small", PolicyName="own", PolicyDocument=_policy(stores.outputs["Secret"], token))
    session.ecs.create_cluster(clusterName=NAMES.cluster)
    definition = session.ecs.register_task_definition(**_definition(stores, session, role, token))["taskDefinition"]["taskDefinitionArn"]
    session.ecs.create_service(
        cluster=NAMES.cluster,
        serviceName=NAMES.service,
        taskDefinition=definition,
        launchType="FARGATE",
        desiredCount=0,
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group], "assignPublicIp": "DISABLED"}},
    )
    options = ("--env", "production", "--local", "--state-directory", str(stores.cloud.state_directory))
    return SmallService(stores, session, role, token, options)


def _policy(*secrets: str) -> str:
    """As the execution role of the project: its own secrets, and no other."""
    reads = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": list(secrets)}
    starts = {"Effect": "Allow", "Action": ["ecr:*", "logs:*"], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [reads, starts]})


def _definition(stores: Stores, session: Session, role: str, token: str) -> dict[str, Any]:
    secret = stores.outputs["Secret"]
    plain = {
        "HOME": "/tmp",  # noqa: S108 - a path in the container
        "PGHOST": stores.outputs["Host"],
        "PGPORT": stores.outputs["Port"],
        "PGDATABASE": DATABASE,
        "PGSSLMODE": "require",
        "REDIS_HOST": stores.outputs["RedisHost"],
        "REDIS_PORT": stores.outputs["RedisPort"],
        "REDIS_TLS": "true",
    }
    secrets = {"PGUSER": f"{secret}:username::", "PGPASSWORD": f"{secret}:password::", "REDIS_AUTH_TOKEN": token}
    container = {
        "name": "tradingbot-container",
        "image": f"{session.account}.dkr.ecr.{REGION}.amazonaws.com/{NAMES.repository}:v1",
        "command": ASLEEP,
        "essential": True,
        "stopTimeout": 2,
        "environment": [{"name": name, "value": value} for name, value in plain.items()],
        "secrets": [{"name": name, "valueFrom": source} for name, source in secrets.items()],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": NAMES.container_log_group,
                "awslogs-region": REGION,
                "awslogs-stream-prefix": "tradingbot",
                "mode": "blocking",
            },
        },
    }
    return {
        "family": NAMES.family(""),
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": role,
        "taskRoleArn": role,
        "containerDefinitions": [container],
    }
