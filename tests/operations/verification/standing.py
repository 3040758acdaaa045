"""Facts by hand, each as it should be, for tests to spoil."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NoReturn

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.alarms import Alarm
from tradingbot_infra.operations.live.data_stores import Database, Redis
from tradingbot_infra.operations.live.load_balancer import Listener, LoadBalancer
from tradingbot_infra.operations.live.repository import Repository
from tradingbot_infra.operations.live.service import Service, TaskDefinition
from tradingbot_infra.operations.missing import Missing
from tradingbot_infra.operations.printed_commands import CdkDeploy
from tradingbot_infra.operations.verdict import Finding, Outcome
from tradingbot_infra.operations.verification.check import CheckedItem

TOPIC = "arn:aws:sns:ap-southeast-2:111122223333:tradingbot-ai-production-alarms"
REPOSITORY = Repository(
    name="tradingbot-ai-production",
    uri="111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production",
    immutable_tags=True,
    scan_on_push=True,
    keeps=10,
)

_TASK_DEFINITION = TaskDefinition(
    arn="arn:aws:ecs:ap-southeast-2:111122223333:task-definition/tradingbot-ai-production:7",
    image=f"{REPOSITORY.uri}:1.4.2",
    container="tradingbot-container",
    architecture="X86_64",
    execution_role_arn="arn:aws:iam::111122223333:role/execution",
    task_role_arn="arn:aws:iam::111122223333:role/task",
    log_group="/ecs/tradingbot-ai-production",
    secrets={},
)
_SERVICE = Service(
    name="tradingbot-ai-production-service",
    status="ACTIVE",
    desired=2,
    running=2,
    pending=0,
    rollout="COMPLETED",
    rollout_reason="ECS deployment completed.",
    failed_tasks=0,
    execute_command=False,
    subnets=(),
    security_groups=(),
    target_group_arn="",
    task_definition=_TASK_DEFINITION,
    events=(),
    deployed_at=None,
)
_DATABASE = Database(
    identifier="tradingbot-ai-production-postgres",
    status="available",
    address="database.example.com",
    port=5432,
    engine_version="15.19",
    instance_class="db.t3.micro",
    multi_az=True,
    encrypted=True,
    subnets=(),
    security_groups=(),
)
_REDIS = Redis(
    identifier="tradingbot-ai-production-redis",
    status="available",
    address="redis.example.com",
    port=6379,
    at_rest_encryption=True,
    transit_encryption=True,
    subnets=(),
    security_groups=(),
)
HTTPS = Listener(443, "HTTPS", "forward", "arn:aws:acm:ap-southeast-2:111122223333:certificate/1", "ELBSecurityPolicy-TLS13-1-2-2021-06")
REDIRECT = Listener(80, "HTTP", "redirect", "", "")
PLAIN = Listener(80, "HTTP", "forward", "", "")


def service(*, image: str | None = None, **changes: Any) -> Service:
    """The service, two of two tasks running."""
    definition = replace(_TASK_DEFINITION, image=image) if image else _TASK_DEFINITION
    return replace(_SERVICE, task_definition=definition, **changes)


def database(**changes: Any) -> Database:
    """The database."""
    return replace(_DATABASE, **changes)


def redis(**changes: Any) -> Redis:
    """Redis."""
    return replace(_REDIS, **changes)


def load_balancer(*listeners: Listener, state: str = "active") -> LoadBalancer:
    """The load balancer with these listeners."""
    return LoadBalancer("arn", "balancer.example.com", state, "vpc-1", (), (), listeners, "/api/v1/health")


def alarm(name: str, state: str = "OK", *, actions: tuple[str, ...] = (TOPIC,), enabled: bool = True) -> Alarm:
    """An alarm that speaks to the topic."""
    return Alarm(name, state, "Threshold Crossed", actions, enabled)


def without(facts: Facts, fact: str, missing: Missing) -> Facts:
    """The same facts, but for one that does not exist."""

    def read(_: Facts) -> NoReturn:
        raise missing

    made: Facts = object.__new__(type("FactsWithout", (Facts,), {fact: property(read)}))
    made.__dict__.update({name: value for name, value in vars(facts).items() if name != fact})
    return made


NO_SERVICE = Missing("tradingbot-ai-production-service: no such service", CdkDeploy())


def told(findings: Finding | Iterable[Finding] | CheckedItem) -> list[tuple[Outcome, str]]:
    """Outcome and words of findings."""
    if isinstance(findings, CheckedItem):
        findings = [seen.finding for seen in findings.seen]
    return [(each.outcome, each.found) for each in ([findings] if isinstance(findings, Finding) else findings)]


def outcomes(findings: Finding | Iterable[Finding] | CheckedItem) -> set[Outcome]:
    """The outcomes of findings."""
    return {outcome for outcome, _ in told(findings)}
