"""Lambda: the function behind a custom resource, which runs when that resource is deployed, and the one that tests new versions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import RELEASES, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::Lambda::Function",)

RUN_SECONDS = Decimal(10)
"""Longer than a run of the function that empties the default security group, which calls EC2 three times."""

_NOTE_CHECK = "One test of a new version lasts a few seconds if it is good; a bad one is asked for a minute."
_NOTE = "One run a month of ten seconds: it runs when its custom resource is created, changed or deleted, and at no other time."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The memory time of one run of each function of a custom resource, and of one run of each hook in every release."""
    hooks = {_hook(each) for service in assembly.of_type("AWS::ECS::Service") for each in _hooks(service)}
    functions = assembly.of_type("AWS::Lambda::Function")
    tests = tuple(each for each in functions if f"${{{each.stack}.{each.logical_id}.Arn}}" in hooks)
    others = tuple(each for each in functions if each not in tests)
    for identifier, what, runs, found, note in (
        ("lambda.time", "One run of each function", Decimal(1), others, _NOTE),
        ("lambda.hook_time", f"Tests of {shown(RELEASES)} releases", RELEASES, tests, _NOTE_CHECK),
    ):
        if found:
            gib = sum((Decimal(function.properties.get("MemorySize", 128)) / 1024 for function in found), Decimal(0))
            time = Quantity(id=identifier, what=what, price="lambda.gb_second", amount=gib * RUN_SECONDS * runs)
            yield counted(Part.NOT_IN_DOCUMENT, "Lambda", time, of=found, note=note)


def _hooks(service: Resource) -> list[Any]:
    found: list[Any] = service.properties.get("DeploymentConfiguration", {}).get("LifecycleHooks", [])
    return found


def _hook(hook: Any) -> str:
    return str(hook.get("HookTargetArn"))
