"""A first deployment of production that fails half-way, repeated as docs/operations.md says ("A first deployment that fails").

Once it fails at the service, once at Redis, beside a database that is protected already. The tests of each build on each other in order.
"""

import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import PROJECT_ROOT
from tests.deployed import Run
from tradingbot_infra.cdk_cli.program import CdkResult
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design.placeholder import placeholder_command
from tradingbot_infra.local_cloud.cdk_cli import CdkCli
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import LocalCloud, client, running

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
NAMES = load_config("production").names
DIES = {"command": ["python3", "-c", "raise SystemExit(1)"]}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module, bootstrapped, where the image v1 dies and v2 runs."""
    with running(tmp_path_factory.mktemp("local-cloud"), time_scale=60) as started:
        runs = {"command": list(placeholder_command(8001, "/api/v1/health"))}
        images.add(images_file(started.state_directory), {"v1": DIES, "v2": runs})
        assert cli(started).bootstrap(capture=True).returncode == 0
        yield started


def cli(cloud: LocalCloud) -> CdkCli:
    return CdkCli(PROJECT_ROOT, cloud, (REGION,), cloud.state_directory / "cdk.out")


def aws(cloud: LocalCloud, service: str) -> Any:
    return client(cloud.endpoint, REGION, service)


def deploy(cloud: LocalCloud, tag: str) -> CdkResult:
    return cli(cloud).deploy("production", ("-c", f"image_tag={tag}"), capture=True)


def words(result: CdkResult) -> str:
    return " ".join(result.text.split())


def statuses(cloud: LocalCloud) -> dict[str, str]:
    found = aws(cloud, "cloudformation").describe_stacks()["Stacks"]
    prefix = f"{NAMES.prefix}-"
    return {one["StackName"].removeprefix(prefix): one["StackStatus"] for one in found if one["StackName"].startswith(prefix)}


def options(cloud: LocalCloud) -> tuple[str, ...]:
    return ("--env", "production", "--local", "--state-directory", str(cloud.state_directory))


def test_an_image_that_dies_leaves_a_stack_whose_rollback_failed_at_the_protected_load_balancer(cloud: LocalCloud) -> None:
    result = deploy(cloud, "v1")
    assert result.returncode != 0
    assert "ECS Deployment Circuit Breaker was triggered" in words(result)
    assert statuses(cloud) == {"network": "CREATE_COMPLETE", "data": "CREATE_COMPLETE", "service": "ROLLBACK_FAILED"}
    (stack,) = aws(cloud, "cloudformation").describe_stacks(StackName=NAMES.stack("service"))["Stacks"]
    assert stack["StackStatusReason"].startswith("The following resource(s) failed to delete: [LoadBalancer")


def test_the_same_command_fails_again_and_so_it_does_without_termination_protection(cloud: LocalCloud, run: Run) -> None:
    refused = run("deploy", *options(cloud), "-c", "image_tag=v2", "--yes")
    assert refused.exit_code == 1
    assert f"Nothing was changed: {NAMES.stack('service')} is ROLLBACK_FAILED and was never complete. " in refused.stderr
    assert "`tradingbot repair --env production -c image_tag=v2 --local` removes it" in refused.stderr
    result = deploy(cloud, "v2")
    assert result.returncode != 0
    assert "cannot be deleted while TerminationProtection is enabled" in words(result)
    cloudformation = aws(cloud, "cloudformation")
    cloudformation.update_termination_protection(StackName=NAMES.stack("service"), EnableTerminationProtection=False)
    result = deploy(cloud, "v2")
    assert result.returncode != 0
    assert statuses(cloud)["service"] == "DELETE_FAILED"
    assert len(aws(cloud, "elbv2").describe_load_balancers()["LoadBalancers"]) == 1


def test_repair_removes_the_unfinished_stack_and_touches_no_other(cloud: LocalCloud, run: Run) -> None:
    unasked = run("repair", *options(cloud))
    assert (unasked.exit_code, statuses(cloud)["service"]) == (1, "DELETE_FAILED")
    result = run("repair", *options(cloud), "--yes")
    assert result.exit_code == 0, result.output
    assert f"Removes stack {NAMES.stack('service')} (DELETE_FAILED)" in result.stdout
    assert set(statuses(cloud)) == {"network", "data"}
    assert aws(cloud, "elbv2").describe_load_balancers()["LoadBalancers"] == []
    (database,) = aws(cloud, "rds").describe_db_instances()["DBInstances"]
    assert database["DeletionProtection"] is True
    assert all(stack["EnableTerminationProtection"] for stack in environment_stacks(cloud))


def environment_stacks(cloud: LocalCloud) -> list[dict[str, Any]]:
    found = aws(cloud, "cloudformation").describe_stacks()["Stacks"]
    return [one for one in found if one["StackName"].startswith(NAMES.prefix)]


def test_the_repeated_deployment_is_complete_and_answers(cloud: LocalCloud, run: Run) -> None:
    result = deploy(cloud, "v2")
    assert result.returncode == 0, result.text[-3000:]
    complete = statuses(cloud)
    assert set(complete) == {"network", "data", "service", "monitoring"}
    assert set(complete.values()) <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
    (balancer,) = aws(cloud, "elbv2").describe_load_balancers()["LoadBalancers"]
    with urllib.request.urlopen(f"http://{balancer['DNSName']}/api/v1/health", timeout=30) as answer:
        assert answer.status == 200
    nothing = run("repair", *options(cloud))
    assert (nothing.exit_code, nothing.stdout) == (0, "No stack of production is unfinished, and none left anything in the way\n")
    assert statuses(cloud) == complete


@pytest.fixture(scope="module")
def other_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud, bootstrapped, where somebody has taken the name of production's Redis."""
    with running(tmp_path_factory.mktemp("other-cloud"), time_scale=60) as started:
        assert cli(started).bootstrap(capture=True).returncode == 0
        aws(started, "elasticache").create_replication_group(
            ReplicationGroupId=NAMES.redis, ReplicationGroupDescription="by hand", CacheNodeType="cache.t3.micro", Engine="redis"
        )
        yield started


def test_a_redis_that_cannot_be_created_leaves_a_database_that_is_protected(other_cloud: LocalCloud) -> None:
    result = cli(other_cloud).deploy("production", capture=True)
    assert result.returncode != 0
    assert statuses(other_cloud) == {"network": "CREATE_COMPLETE", "data": "ROLLBACK_FAILED"}
    (database,) = aws(other_cloud, "rds").describe_db_instances()["DBInstances"]
    resources = aws(other_cloud, "cloudformation").describe_stack_resources(StackName=NAMES.stack("data"))["StackResources"]
    kept = {one["ResourceType"] for one in resources}
    assert {"AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup", "AWS::KMS::Key"} <= kept
    assert "AWS::ECR::Repository" not in kept, "nothing that the database needs"
    assert database["DeletionProtection"] is True


def test_after_repair_the_deployment_finds_no_name_taken(other_cloud: LocalCloud, run: Run) -> None:
    aws(other_cloud, "elasticache").delete_replication_group(ReplicationGroupId=NAMES.redis)
    result = run("repair", *options(other_cloud), "--yes")
    assert result.exit_code == 0, result.output
    assert "Keeps KMS key " in result.stdout
    assert aws(other_cloud, "rds").describe_db_instances()["DBInstances"] == []
    assert len(aws(other_cloud, "rds").describe_db_snapshots()["DBSnapshots"]) == 1
    again = cli(other_cloud).deploy("production", capture=True)
    assert again.returncode == 0, again.text[-3000:]
    assert statuses(other_cloud) == dict.fromkeys(("network", "data", "service", "monitoring"), "CREATE_COMPLETE")
