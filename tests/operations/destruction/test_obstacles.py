"""What makes a deletion stop half-way, by answers that AWS would give."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.stub import Stubber

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.destruction.fate import Ending, Held
from tradingbot_infra.operations.destruction.obstacles import obstacles

CONFIG = load_config("staging")
NAMES = CONFIG.names
Answers = Callable[[Stubber], None]


def found(service: str, kind: str, physical_id: str, answer: Answers, ending: Ending = Ending.GOES) -> list[str]:
    """The obstacles of one resource of the data stack, without any other stack in the account."""
    held = Held(CONFIG.stacks[1], "Resource", physical_id, kind, ending)
    with ExitStack() as stack:
        stacks, stack_stubber = stack.enter_context(boto3_client("cloudformation"))
        stack_stubber.add_response("describe_stacks", {"Stacks": []})
        client, stubber = stack.enter_context(boto3_client(service))
        answer(stubber)
        return list(obstacles(session_over(cloudformation=stacks, **{service: client}), CONFIG, [held]))


def database(name: str, **attributes: Any) -> dict[str, Any]:
    return {"DBInstanceIdentifier": name, "DBSubnetGroup": {"DBSubnetGroupName": "subnets"}, **attributes}


def test_a_database_restored_beside_keeps_the_subnets() -> None:
    def answer(stubber: Stubber) -> None:
        elsewhere = {"DBInstanceIdentifier": "x", "DBSubnetGroup": {"DBSubnetGroupName": "other"}}
        stubber.add_response("describe_db_instances", {"DBInstances": [database(NAMES.database), database("restored"), elsewhere]})

    (line,) = found("rds", "AWS::RDS::DBSubnetGroup", "subnets", answer)
    assert line.startswith("database restored is in the same subnets and not of this deployment: save what it holds, then `aws rds ")


@pytest.mark.parametrize(("status", "stops"), [("stopped", True), ("stopping", True), ("available", False), ("failed", False)])
def test_rds_takes_no_last_snapshot_of_a_stopped_database(status: str, stops: bool) -> None:
    def answer(stubber: Stubber) -> None:
        stubber.add_response("describe_db_instances", {"DBInstances": [database(NAMES.database, DBInstanceStatus=status)]})

    assert bool(found("rds", "AWS::RDS::DBInstance", NAMES.database, answer)) is stops


def test_a_database_that_somebody_deleted_is_in_nobodys_way() -> None:
    def answer(stubber: Stubber) -> None:
        stubber.add_client_error("describe_db_instances", "DBInstanceNotFound")

    assert found("rds", "AWS::RDS::DBInstance", NAMES.database, answer) == []


def test_a_cache_restored_beside_keeps_the_subnets() -> None:
    def node(group: str) -> dict[str, Any]:
        return {"CacheClusterId": f"{group}-001", "ReplicationGroupId": group, "CacheSubnetGroupName": "subnets"}

    def answer(stubber: Stubber) -> None:
        stubber.add_response("describe_cache_clusters", {"CacheClusters": [node(NAMES.redis), node("restored"), node("restored")]})

    (line,) = found("elasticache", "AWS::ElastiCache::SubnetGroup", "subnets", answer)
    assert line.startswith("cache restored is in the same subnets")


def test_ecs_deletes_no_cluster_in_which_a_task_runs_by_itself() -> None:
    arns = [f"arn:aws:ecs:ap-southeast-2:111111111111:task/cluster/{name}" for name in ("migration", "of-the-service")]

    def answer(stubber: Stubber) -> None:
        stubber.add_response("list_tasks", {"taskArns": arns})
        tasks = [
            {"taskArn": arns[0], "startedBy": "desk", "group": "family:x"},
            {"taskArn": arns[1], "startedBy": "ecs-svc/1", "group": "service:x"},
        ]
        stubber.add_response("describe_tasks", {"tasks": tasks})

    (line,) = found("ecs", "AWS::ECS::Cluster", "cluster", answer)
    stop = "`aws ecs stop-task --cluster cluster --task migration`"
    assert line == f"task migration runs by itself, started by desk: wait for its end, or {stop}"


@pytest.mark.parametrize(("points", "ending", "stops"), [(3, Ending.GOES, True), (0, Ending.GOES, False), (3, Ending.STAYS, False)])
def test_aws_backup_deletes_no_vault_that_holds_recovery_points(points: int, ending: Ending, stops: bool) -> None:
    def answer(stubber: Stubber) -> None:
        stubber.add_response("describe_backup_vault", {"NumberOfRecoveryPoints": points})

    assert bool(found("backup", "AWS::Backup::BackupVault", "vault", answer, ending)) is stops
