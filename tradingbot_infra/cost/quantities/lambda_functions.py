"""Lambda: functions behind custom resources, which run when these are deployed, one that tests new versions, one that sends messages."""

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
_NOTE_MESSAGES = "As many as e-mails of alarms; each is counted as ten seconds, and takes less."
_NOTE = "One run a month of ten seconds: it runs when its custom resource is created, changed or deleted, and at no other time."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The memory time of one run of each function of a custom resource, of each hook in every release, and of each message."""
    endpoints = {str(each.properties.get("Endpoint")) for each in assembly.of_type("AWS::SNS::Subscription")}
    hooks = {_hook(each) for service in assembly.of_type("AWS::ECS::Service") for each in _hooks(service)}
    functions = assembly.of_type("AWS::Lambda::Function")
    tests = tuple(each for each in functions if _arn(each) in hooks)
    senders = tuple(each for each in functions if _arn(each) in endpoints)
    others = tuple(each for each in functions if each not in (*tests, *senders))
    messages = Decimal(usage.expected_alarm_emails)
    for identifier, what, runs, found, note in (
        ("lambda.time", "One run of each function", Decimal(1), others, _NOTE),
        ("lambda.hook_time", f"Tests of {shown(RELEASES)} releases", RELEASES, tests, _NOTE_CHECK),
        ("lambda.trading_messages", f"{shown(messages)} messages to a chat", messages, senders, _NOTE_MESSAGES),
    ):
        if found:
            gib = sum((Decimal(function.properties.get("MemorySize", 128)) / 1024 for function in found), Decimal(0))
            time = Quantity(id=identifier, what=what, price="lambda.gb_second", amount=gib * RUN_SECONDS * runs)
            yield counted(Part.NOT_IN_DOCUMENT, "Lambda", time, of=found, note=note)


def _arn(function: Resource) -> str:
    return f"${{{function.stack}.{function.logical_id}.Arn}}"


def _hooks(service: Resource) -> list[Any]:
    found: list[Any] = service.properties.get("DeploymentConfiguration", {}).get("LifecycleHooks", [])
    return found


def _hook(hook: Any) -> str:
    return str(hook.get("HookTargetArn"))
