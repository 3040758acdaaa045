"""`deploy`: one life of staging on a local cloud, in an order that cuts nothing, under constant requests.

The tests build on each other in order.
"""

import http.client
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tests.constant_requests import Requests
from tests.deployed import RunApart, session_of
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.lifecycle.order import in_order
from tradingbot_infra.lifecycle.replay import world_of
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.server import LocalCloud, client, running
from tradingbot_infra.operations.deployment.deployed import deployed_assembly
from tradingbot_infra.operations.live.load_balancer import read_load_balancer
from tradingbot_infra.operations.live.service import read_service
from tradingbot_infra.templates import Assembly

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
DESIGN_ORDER = ("NetworkStack", "DataStack", "ServiceStack", "MonitoringStack")
BUSY = ("-c", "scale_down_out_of_hours=false", "-c", "min_tasks=2", "-c", "max_tasks=3")
"""Staging with two tasks at any hour."""
FULL = (*BUSY, "-c", "enable_redis=true", "-c", "alb_access_logs=true")
MOVED = (*BUSY, "-c", "container_port=8002")

Finished = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module, bootstrapped."""
    with running(tmp_path_factory.mktemp("deploy"), time_scale=60) as started:
        assert CdkCli(PROJECT_ROOT, started, (REGION,), started.state_directory / "cdk.out").bootstrap(capture=True).returncode == 0
        yield started


@pytest.fixture
def deploy(cloud: LocalCloud, run_apart: RunApart) -> "Deploy":
    """`deploy(*words)`: the command for staging, without a terminal."""
    return Deploy(cloud, run_apart)


class Deploy:
    """The command, and what it leaves."""

    def __init__(self, cloud: LocalCloud, run_apart: RunApart) -> None:
        self._cloud = cloud
        self._run = run_apart

    def __call__(self, *words: str) -> Finished:
        options = ("--env", "staging", "--local", "--state-directory", str(self._cloud.state_directory))
        return self._run("deploy", *options, *words)

    def statuses(self) -> dict[str, str]:
        """Status by stack."""
        stacks = client(self._cloud.endpoint, REGION, "cloudformation").describe_stacks()["Stacks"]
        prefix = "tradingbot-ai-staging-"
        return {one["StackName"].removeprefix(prefix): one["StackStatus"] for one in stacks if one["StackName"].startswith(prefix)}

    def requests(self) -> Requests:
        """Requests to the API's health check, through the load balancer."""
        session, names = session_of(self._cloud), load_config("staging").names
        door = read_load_balancer(session, read_service(session, names).target_group_arn).address

        def ask(_: int) -> int:
            connection = http.client.HTTPConnection(door, timeout=30)
            try:
                connection.request("GET", "/api/v1/health")
                return connection.getresponse().status
            finally:
                connection.close()

        return Requests(ask)


def order(finished: Finished) -> list[str]:
    """The stacks in the order that the command prints."""
    lines = finished.stdout.partition("Order\n")[2].splitlines()
    return [line.split(". ")[1].partition(",")[0] for line in lines if line.startswith("  ") and line.strip()[0].isdigit()]


def test_the_first_deployment_is_the_same_command(deploy: Deploy) -> None:
    finished = deploy(*FULL)
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]
    assert order(finished) == list(DESIGN_ORDER)
    assert set(deploy.statuses().values()) == {"CREATE_COMPLETE"}
    assert "The placeholder runs. Next: `tradingbot secrets push --from FILE --env staging" in finished.stdout


def test_a_refused_change_changes_nothing(deploy: Deploy) -> None:
    finished = deploy(*FULL, "-c", "db_name=another")
    assert finished.returncode == 1
    assert "refused: DataStack.Postgres" in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith("Nothing was changed: AWS would refuse 1 of these changes")
    assert set(deploy.statuses().values()) == {"CREATE_COMPLETE"}


def test_without_a_terminal_nothing_is_lost_unasked(deploy: Deploy) -> None:
    finished = deploy(*BUSY)
    assert finished.returncode == 1
    assert "lost: DataStack.Redis" in finished.stderr
    assert finished.stderr.splitlines()[-1] == "There is no terminal to confirm at; nothing was changed: --yes does it without asking"


def test_the_order_of_the_design_would_cut_the_deployed_service_off(
    deploy: Deploy, cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = synthesized(tmp_path_factory.mktemp("without"), cloud)
    before = deployed_assembly(session_of(cloud), load_config("staging"), target)
    found = in_order(world_of(before), target, DESIGN_ORDER).findings
    cut = {f"{finding.stack}.{finding.logical_id}" for finding in found if finding.kind == "cut"}
    assert {"NetworkStack.RedisSecurityGroup", "DataStack.Redis", "DataStack.AccessLogsBucketPolicy7F77476F"} <= cut


def synthesized(directory: Path, cloud: LocalCloud) -> Assembly:
    """Staging without Redis and access logs, by the real CDK CLI."""
    cdk = CdkCli(PROJECT_ROOT, cloud, (REGION,), directory)
    assert cdk.diff("staging", BUSY, capture=True).returncode == 0
    return Assembly.read(directory)


def test_redis_and_access_logs_go_without_a_failed_request(deploy: Deploy, cloud: LocalCloud) -> None:
    constant = deploy.requests()
    with constant.going_on():
        finished = deploy(*BUSY, "--yes")
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]
    assert order(finished) == ["ServiceStack", "MonitoringStack", "DataStack", "NetworkStack"]
    assert set(constant.answers) == {"200"}, constant.answers
    assert set(deploy.statuses().values()) == {"UPDATE_COMPLETE"}
    assert client(cloud.endpoint, REGION, "elasticache").describe_replication_groups()["ReplicationGroups"] == []
    groups = client(cloud.endpoint, REGION, "ec2").describe_security_groups()["SecurityGroups"]
    assert not [group for group in groups if group["Description"].startswith("Redis")]


def test_tasks_move_to_another_port_and_the_former_one_closes_last(deploy: Deploy, cloud: LocalCloud) -> None:
    finished = deploy(*MOVED)
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]
    assert order(finished) == ["NetworkStack", "ServiceStack", "NetworkStack"]
    groups = client(cloud.endpoint, REGION, "ec2").describe_security_groups()["SecurityGroups"]
    tasks = [group for group in groups if group["Description"].startswith("Tasks")]
    assert {rule["FromPort"] for group in tasks for rule in group["IpPermissions"]} == {8002}


def test_a_second_run_changes_nothing(deploy: Deploy) -> None:
    finished = deploy(*MOVED)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert "Nothing to deploy: every stack has these templates already." in finished.stdout
