"""ECS on Fargate: the hours of all tasks."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.cost.schedule import task_hours
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::ECS::Service", "AWS::ECS::TaskDefinition", "AWS::ApplicationAutoScaling::ScalableTarget")

SERVICE = "ECS Fargate"

TASK_LINES = TASKS, VCPU, MEMORY = ("fargate.tasks", "fargate.vcpu", "fargate.memory")
"""Line items that a savings plan discounts."""

FREE_STORAGE_GIB = 20
"""Storage that every task has at no charge (Amazon ECS Developer Guide, "Fargate task ephemeral storage")."""

_NOTE = "The minimum number of tasks; scaling above it is billed on top (expected_tasks)."
_NOTE_EXPECTED = "The average of expected_tasks."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """A task at the document's price, or its vCPU and memory at AWS's."""
    for service, task in _tasks(assembly):
        hours = hours_of(assembly, service, usage)
        yield _item(service, task, hours, usage)
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
    cpu, memory = int(task.properties["Cpu"]), int(task.properties["Memory"])
    arm = task.properties.get("RuntimePlatform", {}).get("CpuArchitecture") == "ARM64"
    kind = "arm64" if arm else "x86"
    vcpu, gib = Decimal(cpu) / 1024, Decimal(memory) / 1024
    average = (hours / HOURS).quantize(Decimal("0.01"))
    always = "" if average == int(average) else ", on average"
    of = f"{shown(average)} {'task' if average == 1 else 'tasks'} of {shown(vcpu)} vCPU and {shown(gib)} GB{always}"
    return counted(
        Part.DOCUMENT,
        SERVICE,
        Quantity(id=TASKS, what=of, price=f"fargate.{kind}.task_{cpu}_{memory}_hour", amount=hours),
        (
            Quantity(id=VCPU, what=f"vCPUs of {of}", price=f"fargate.{kind}.vcpu_hour", amount=hours * vcpu),
            Quantity(id=MEMORY, what=f"Memory of {of}", price=f"fargate.{kind}.gb_hour", amount=hours * gib),
        ),
        of=(service,),
        note=_NOTE if usage.expected_tasks is None else _NOTE_EXPECTED,
    )


def _storage(service: Resource, task: Resource, hours: Decimal) -> Iterator[BilledItem]:
    beyond = int(task.properties.get("EphemeralStorage", {}).get("SizeInGiB", FREE_STORAGE_GIB)) - FREE_STORAGE_GIB
    if beyond > 0:
        what = f"{beyond} GB of storage of each task, beyond {FREE_STORAGE_GIB}"
        storage = Quantity(id="fargate.storage", what=what, price="fargate.ephemeral_gb_hour", amount=hours * beyond)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, storage, of=(service,))
