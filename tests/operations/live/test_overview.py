"""What `status` calls well, and that it shows a service whatever its stack is doing."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.live.sample import live_stacks
from tests.operations.stubs import boto3_client, session_over
from tests.operations.verification.standing import alarm, database, redis, service
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.live.idle import Idle
from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.live.overview import Overview, read_overview
from tradingbot_infra.operations.live.traffic import Serving, Share
from tradingbot_infra.operations.live.usage import Usage

# What the application sends has its own tests (test_trading.py).
SILENT = {"account_security": "none", "metrics": "off", "trading_alarms": False}
CONFIG = load_config("production", SILENT)
NAMES = CONFIG.names
STACKS = live_stacks()
WELL = Overview(STACKS, service(), (), (), database(), redis(), (alarm("cpu"),), ())


def target(state: str) -> Target:
    """A target in this state."""
    return Target("10.0.10.1", 8001, state, "")


def group(name: str, weight: int, *states: str) -> Serving:
    """A target group with this weight, and targets in these states."""
    share = Share(f"arn:aws:elasticloadbalancing:ap-southeast-2:111122223333:targetgroup/{name}/1", weight)
    return Serving(share, tuple(map(target, states)))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"traffic": (group("green", 90, "healthy"), group("blue", 10, "healthy"), group("other", 0))},
        {"targets": (target("healthy"), target("initial"), target("draining"))},
        {"database": database(status="backing-up"), "redis": redis(status="snapshotting")},
        {"redis": None},
        {"service": service(desired=0, running=0), "idle": Idle("out of office hours", "", planned=True)},
        {"service": service(running=3)},
        {"alarms": (alarm("cpu", "INSUFFICIENT_DATA"),)},
        {"alarms": (alarm("cpu"), replace(alarm("security-groups", "ALARM"), of_account=True))},
    ],
)
def test_what_serves_is_well(changed: dict[str, Any]) -> None:
    assert replace(WELL, **changed).well


@pytest.mark.parametrize(
    "changed",
    [
        {"missing": (NAMES.redis,)},
        {"traffic": (group("green", 90, "healthy"), group("blue", 10, "unhealthy"))},
        {"traffic": (group("blue", 100), group("green", 0, "healthy"))},
        {"stacks": (replace(STACKS[0], status="UPDATE_ROLLBACK_COMPLETE"), *STACKS[1:])},
        {"service": None},
        {"service": service(running=1)},
        {"service": service(rollout="FAILED")},
        {"targets": (target("healthy"), target("unhealthy"))},
        {"targets": (target("unused"),)},
        {"alarms": (alarm("cpu", "ALARM"),)},
        {"database": database(status="stopped")},
        {"redis": redis(status="modifying")},
        {"service": service(desired=0, running=0)},
        {"service": service(desired=0, running=0), "idle": Idle("stopped by hand", "", planned=False)},
    ],
)
def test_what_is_missing_or_down_is_not_well(changed: dict[str, Any]) -> None:
    assert not replace(WELL, **changed).well


def read(status: str, *, stands: bool, enable_redis: bool) -> Overview:
    """An account with nothing but a service stack in this status, and, if it stands, its service."""
    with ExitStack() as entered:
        clients, stubs = {}, {}
        for name in ("cloudformation", "ecs", "rds", "elasticache", "cloudwatch", "sts", "ecr"):
            clients[name], stubs[name] = entered.enter_context(boto3_client(name))
        stack = {"StackName": NAMES.stack("service"), "StackStatus": status, "CreationTime": datetime(2026, 11, 24, tzinfo=UTC)}
        stubs["cloudformation"].add_response("describe_stacks", {"Stacks": [stack]})
        if stands:
            counts = {"desiredCount": 2, "runningCount": 2, "pendingCount": 0}
            found = {
                "serviceName": NAMES.service,
                "status": "ACTIVE",
                "taskDefinition": "td:7",
                "deployments": [{"status": "PRIMARY"}],
                **counts,
            }
            stubs["ecs"].add_response("describe_services", {"services": [found]})
            definition = {"taskDefinition": {"containerDefinitions": [{"name": "api"}]}}
            stubs["ecs"].add_response("describe_task_definition", definition)
            stubs["ecs"].add_response("list_tasks", {"taskArns": []})
            stubs["ecr"].add_client_error("describe_repositories", "RepositoryNotFoundException")
            stubs["sts"].add_response("get_caller_identity", {"Account": "111122223333"})
        else:
            stubs["ecs"].add_client_error("describe_services", "ClusterNotFoundException")
            stubs["sts"].add_response("get_caller_identity", {"Account": "111122223333"})
        stubs["rds"].add_client_error("describe_db_instances", "DBInstanceNotFound")
        stubs["elasticache"].add_client_error("describe_replication_groups", "ReplicationGroupNotFoundFault")
        stubs["cloudwatch"].add_response("describe_alarms", {"MetricAlarms": []})
        if stands:
            results = [{"Id": "m0", "Values": [12.5, 80.0]}, {"Id": "m1", "Values": []}]
            stubs["cloudwatch"].add_response("get_metric_data", {"MetricDataResults": results})
        stubs["cloudwatch"].add_client_error("list_alarm_mute_rules", "AccessDenied")
        config = CONFIG.model_copy(update={"cache": CONFIG.cache.model_copy(update={"enable_redis": enable_redis})})
        return read_overview(session_over(**clients), config, now=datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_COMPLETE"])
def test_a_service_is_shown_whatever_its_stack_is_doing(status: str) -> None:
    found = read(status, stands=True, enable_redis=True).service
    assert found is not None
    assert (found.name, found.running) == (NAMES.service, 2)


def test_usage_is_the_newest_value_and_none_without_one() -> None:
    found = read("UPDATE_COMPLETE", stands=True, enable_redis=True)
    assert found.usage == Usage(cpu=12.5, memory=None)


def test_silences_that_these_credentials_may_not_list_hide_nothing_else() -> None:
    assert read("UPDATE_COMPLETE", stands=True, enable_redis=True).silences == ()


def test_what_should_stand_and_does_not_is_missing() -> None:
    others = tuple(place.name for place in CONFIG.stacks if place.part != "service")
    found = read("CREATE_IN_PROGRESS", stands=False, enable_redis=True)
    assert found.service is None
    assert found.missing == (*others, NAMES.service, NAMES.database, NAMES.redis)


def test_a_redis_that_the_settings_leave_out_is_not_missing() -> None:
    assert NAMES.redis not in read("UPDATE_COMPLETE", stands=True, enable_redis=False).missing
