"""Facts as a test plants them: what a check asks for and nobody planted ends the test."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from tests.operations.live.sample import live_stacks
from tests.operations.network.design import DESIGN
from tests.operations.rendering import plain_fix
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.diagnosis.finding import Cause, Diagnosed
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.data_stores import Database
from tradingbot_infra.operations.live.load_balancer import Listener, LoadBalancer, Target
from tradingbot_infra.operations.live.service import Service, ServiceEvent, Task, TaskDefinition
from tradingbot_infra.operations.session import Session

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""A Tuesday, 23:00 in Sydney."""

ENDPOINT = "postgres.example.internal"

SERVICE = Service(
    name="tradingbot-ai-production-service",
    status="ACTIVE",
    desired=2,
    running=2,
    pending=0,
    rollout="COMPLETED",
    rollout_reason="ECS deployment completed.",
    failed_tasks=0,
    execute_command=False,
    subnets=("private-a", "private-b"),
    security_groups=("sg-ecs",),
    target_group_arn="arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:targetgroup/api/1",
    task_definition=TaskDefinition(
        arn="arn:aws:ecs:ap-southeast-2:000000000000:task-definition/tradingbot-ai-production:7",
        image="000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production:v1.0.0",
        container="tradingbot-container",
        architecture="X86_64",
        execution_role_arn="arn:aws:iam::000000000000:role/execution",
        task_role_arn="arn:aws:iam::000000000000:role/task",
        log_group="/ecs/tradingbot-ai-production",
        secrets={
            "DATABASE_URL": "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/production/database-url-a1b2c3",
            "PGPASSWORD": "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:rds!db-a1b2c3:password::",
            "SECRET_KEY": "arn:aws:secretsmanager:ap-southeast-2:000000000000:secret:tradingbot-ai/production/secret-key-a1b2c3",
        },
    ),
    events=(ServiceEvent(NOW - timedelta(minutes=1), "(service tradingbot-ai-production-service) has reached a steady state."),),
    deployed_at=NOW - timedelta(days=1),
)

BALANCER = LoadBalancer(
    arn="arn:aws:elasticloadbalancing:ap-southeast-2:000000000000:loadbalancer/app/api/1",
    address="api.example.com",
    state="active",
    vpc_id="vpc-1",
    subnets=("public-a", "public-b"),
    security_groups=("sg-alb",),
    listeners=(Listener(80, "HTTP", "forward", "", ""),),
    health_check_path="/api/v1/health",
)

DATABASE = Database(
    identifier="tradingbot-ai-production-postgres",
    status="available",
    address=ENDPOINT,
    port=5432,
    engine_version="15.19",
    instance_class="db.t3.micro",
    multi_az=True,
    encrypted=True,
    subnets=("database-a", "database-b"),
    security_groups=("sg-rds",),
)


def facts(environment: str = "production", settings: Mapping[str, object] | None = None, **planted: Any) -> Facts:
    """Facts of a healthy environment on AWS, but for what a test plants."""
    made = Facts(Session(_unasked, region="ap-southeast-2"), load_config(environment, settings), now=NOW, price_of=_PRICES.get)
    healthy = {
        "local": False,
        "service": SERVICE,
        "stopped": (),
        "running": (),
        "targets": (),
        "load_balancer": BALANCER,
        "database": DATABASE,
        "network": DESIGN,
        "stacks": live_stacks(environment),
    }
    for name, value in {**healthy, **planted}.items():
        setattr(made, name, value)
    return made


def service(**changed: Any) -> Service:
    """The service, but for what a test changes."""
    return replace(SERVICE, **changed)


def stopped(reason: str, *, minutes_ago: int = 5, number: int = 1, stop_code: str = "TaskFailedToStart") -> Task:
    """A task that stopped, with ECS's words."""
    return Task(
        id=f"{number:08d}aaaa",
        arn=f"arn:aws:ecs:ap-southeast-2:000000000000:task/cluster/{number:08d}aaaa",
        status="STOPPED",
        zone="ap-southeast-2a",
        health="UNKNOWN",
        image=SERVICE.task_definition.image,
        runtime_id="",
        started_at=None,
        stopped_at=NOW - timedelta(minutes=minutes_ago),
        stop_code=stop_code,
        reason=reason,
    )


def target(state: str, reason: str = "", number: int = 1) -> Target:
    """A target and its health."""
    return Target(f"10.0.10.{number}", 8001, state, reason)


def cause(found: Diagnosed) -> Cause:
    """The cause that a check must have found."""
    assert isinstance(found, Cause), found
    return found


def text(found: Diagnosed) -> str:
    """Everything that a cause says."""
    told = cause(found)
    return "\n".join((told.title, *told.evidence, *plain_fix(told)))


_PRICES = {"nat_gateway.gb": Decimal("0.05"), "vpc_endpoint.interface_hour": Decimal("0.01")}


def _unasked(service: str, _region: str) -> NoReturn:
    raise AssertionError(f"a check asks {service}: plant the fact that it needs")
