"""ECS on Fargate: the hours of all tasks."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, RELEASES, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.cost.schedule import task_hours
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::ApplicationAutoScaling::ScalableTarget")

SERVICE = "ECS Fargate"

TASK_LINES = TASKS, VCPU, MEMORY = ("fargate.tasks", "fargate.vcpu", "fargate.memory")
"""Line items that a savings plan discounts."""

_RELEASE_LINES = ("fargate.release_tasks", "fargate.release_vcpu", "fargate.release_memory")

FREE_STORAGE_GIB = 20
"""Storage that every task has at no charge (Amazon ECS Developer Guide, "Fargate task ephemeral storage")."""

_NOTE = "The minimum number of tasks; scaling above it is billed on top (expected_tasks)."
_NOTE_RELEASES = "Two versions run while traffic moves and until the bake ends; time at a gate comes on top."
_NOTE_EXPECTED = "The average of expected_tasks."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """A task at the document's price, or its vCPU and memory at AWS's."""
    for service, task in _tasks(assembly):
        hours = hours_of(assembly, service, usage)
        yield _item(service, task, hours, usage)
        yield from _second_version(service, task, hours)
        yield from _storage(service, task, hours)


def unassumed(assembly: Assembly) -> tuple[Resource, ...]:
    """Services that do not run on Fargate, or whose task definition is in no template here."""
    known = [service for service, _ in _tasks(assembly)]
    return tuple(service for service in assembly.of_type("AWS::ECS::Service") if service not in known)


def hours_of(assembly: Assembly, service: Resource, usage: UsageConfig) -> Decimal:
    """Hours a month of all tasks of a service together.

    Raises UserError for a schedule that cannot be read.
    """
    target = _target(assembly, service)
    if target is not None:
        return task_hours(target, usage.expected_tasks)
    tasks = Decimal(service.properties.get("DesiredCount", 1))
    return tasks * HOURS


def vcpu_hours(assembly: Assembly, usage: UsageConfig) -> Decimal:
    """Hours a month of the vCPUs of all tasks.

    Raises UserError for a schedule that cannot be read.
    """
    return sum((hours_of(assembly, service, usage) * _size(task)[0] for service, task in _tasks(assembly)), Decimal(0))


def _tasks(assembly: Assembly) -> list[tuple[Resource, Resource]]:
    """Services of Fargate with their task definitions."""
    services = [service for service in assembly.of_type("AWS::ECS::Service") if service.properties.get("LaunchType") == "FARGATE"]
    found = [(service, assembly.referred(service.properties["TaskDefinition"])) for service in services]
    return [(service, task) for service, task in found if task is not None]


def _target(assembly: Assembly, service: Resource) -> Resource | None:
    name = f"${{{service.stack}.{service.logical_id}.Name}}"
    targets = assembly.of_type("AWS::ApplicationAutoScaling::ScalableTarget")
    return next((target for target in targets if str(target.properties["ResourceId"]).endswith(name)), None)


def _item(service: Resource, task: Resource, hours: Decimal, usage: UsageConfig) -> BilledItem:
    average = (hours / HOURS).quantize(Decimal("0.01"))
    always = "" if average == int(average) else ", on average"
    vcpu, gib = _size(task)
    of = f"{shown(average)} {'task' if average == 1 else 'tasks'} of {shown(vcpu)} vCPU and {shown(gib)} GB{always}"
    note = _NOTE if usage.expected_tasks is None else _NOTE_EXPECTED
    return counted(Part.DOCUMENT, SERVICE, *_priced(task, hours, of, TASK_LINES), of=(service,), note=note)


def _second_version(service: Resource, task: Resource, hours: Decimal) -> Iterator[BilledItem]:
    """Both versions run while traffic moves, and until the bake ends."""
    minutes = _minutes_of_both(service.properties.get("DeploymentConfiguration", {}))
    if minutes:
        both = hours / HOURS * RELEASES * minutes / 60
        of = f"the second version in {shown(RELEASES)} releases of {minutes} minutes"
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, *_priced(task, both, of, _RELEASE_LINES), of=(service,), note=_NOTE_RELEASES)


def _minutes_of_both(deployment: Mapping[str, Any]) -> int:
    """How long steps and bake last; none for a rolling deployment."""
    if deployment.get("Strategy", "ROLLING") == "ROLLING":
        return 0
    canary, linear = deployment.get("CanaryConfiguration", {}), deployment.get("LinearConfiguration", {})
    steps = -(-100 // int(linear.get("StepPercent", 100))) - 1
    minutes = canary.get("CanaryBakeTimeInMinutes", 0) + steps * linear.get("StepBakeTimeInMinutes", 0)
    return int(deployment.get("BakeTimeInMinutes", 0) + minutes)


def _size(task: Resource) -> tuple[Decimal, Decimal]:
    """vCPUs and memory in GiB."""
    return Decimal(int(task.properties["Cpu"])) / 1024, Decimal(int(task.properties["Memory"])) / 1024


def _priced(task: Resource, hours: Decimal, of: str, lines: tuple[str, str, str]) -> tuple[Quantity, tuple[Quantity, Quantity]]:
    """Task hours at the document's price, or their vCPU and memory at AWS's."""
    cpu, memory = int(task.properties["Cpu"]), int(task.properties["Memory"])
    arm = task.properties.get("RuntimePlatform", {}).get("CpuArchitecture") == "ARM64"
    kind = "arm64" if arm else "x86"
    vcpu, gib = _size(task)
    whole, of_vcpu, of_memory = lines
    return (
        Quantity(id=whole, what=of, price=f"fargate.{kind}.task_{cpu}_{memory}_hour", amount=hours),
        (
            Quantity(id=of_vcpu, what=f"vCPUs of {of}", price=f"fargate.{kind}.vcpu_hour", amount=hours * vcpu),
            Quantity(id=of_memory, what=f"Memory of {of}", price=f"fargate.{kind}.gb_hour", amount=hours * gib),
        ),
    )


def _storage(service: Resource, task: Resource, hours: Decimal) -> Iterator[BilledItem]:
    beyond = int(task.properties.get("EphemeralStorage", {}).get("SizeInGiB", FREE_STORAGE_GIB)) - FREE_STORAGE_GIB
    if beyond > 0:
        what = f"{beyond} GB of storage of each task, beyond {FREE_STORAGE_GIB}"
        storage = Quantity(id="fargate.storage", what=what, price="fargate.ephemeral_gb_hour", amount=hours * beyond)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, storage, of=(service,))
