"""While a local cloud ends, it starts nothing."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection
from typing import Any

import psutil
import pytest

from tests.local_cloud.clusters import PLACEHOLDER
from tradingbot_infra.local_cloud.process import HOST
from tradingbot_infra.local_cloud.server import LocalCloud, client, running, stop

pytestmark = pytest.mark.local_cloud

REGION = "eu-central-1"
TASKS = 3
WRITES_ITS_NUMBER = "import os, sys, time; open(os.path.join(sys.argv[1], str(os.getpid())), 'w').close(); time.sleep(600)"
_PATIENCE_SECONDS = 60.0


def create_service(cloud: LocalCloud, *command: str) -> None:
    """A service whose tasks run a command; ECS replaces those that end."""
    api: dict[str, Any] = {name: client(cloud.endpoint, REGION, name) for name in ("ec2", "ecs", "iam")}
    vpc = api["ec2"].create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = api["ec2"].create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    container = {"name": "app", "image": PLACEHOLDER, "command": list(command)}
    api["ecs"].create_cluster(clusterName="lab")
    definition = api["ecs"].register_task_definition(
        family="lab",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        executionRoleArn=api["iam"].create_role(RoleName="lab", AssumeRolePolicyDocument=trust)["Role"]["Arn"],
        containerDefinitions=[container],
    )["taskDefinition"]["taskDefinitionArn"]
    api["ecs"].create_service(
        cluster="lab",
        serviceName="api",
        taskDefinition=definition,
        desiredCount=TASKS,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )
    for one in api.values():
        one.close()


@contextmanager
def unfinished_request(cloud: LocalCloud) -> Iterator[None]:
    """A request whose body never comes: the server waits for it for some seconds when it is asked to end."""
    with create_connection((HOST, cloud.port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: local\r\nContent-Length: 10\r\n\r\n")
        yield


def test_no_task_is_replaced_while_the_server_ends(tmp_path: Path) -> None:
    started = tmp_path / "started"
    started.mkdir()
    with running(tmp_path / "state", time_scale=50) as cloud:
        create_service(cloud, "python3", "-c", WRITES_ITS_NUMBER, str(started))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while len(list(started.iterdir())) < TASKS:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with unfinished_request(cloud):
            stop(cloud.state_directory)
    numbers = [int(one.name) for one in started.iterdir()]
    assert len(numbers) == TASKS
    assert not any(psutil.pid_exists(number) for number in numbers)
