"""Lambda: the function behind a custom resource, which runs when that resource is deployed."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("AWS::Lambda::Function",)

RUN_SECONDS = Decimal(10)
"""Longer than a run of the function that empties the default security group, which calls EC2 three times."""

_NOTE = "One run a month of ten seconds: it runs when its custom resource is created, changed or deleted, and at no other time."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The memory time of one run of each function."""
    functions = assembly.of_type("AWS::Lambda::Function")
    if functions:
        gib = sum((Decimal(function.properties.get("MemorySize", 128)) / 1024 for function in functions), Decimal(0))
        time = Quantity(id="lambda.time", what="One run of each function", price="lambda.gb_second", amount=gib * RUN_SECONDS)
        yield counted(Part.NOT_IN_DOCUMENT, "Lambda", time, of=functions, note=_NOTE)
