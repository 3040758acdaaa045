"""AWS Config: the items that its recorder records, and evaluations of rules. The delivery of both is free."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import DAYS, BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::Config::ConfigurationRecorder", "AWS::Config::ConfigRule")

SERVICE = "AWS Config"

_ITEMS = "The first day records every resource once more: some three hundred items. A daily item costs four times a continuous one."
_EVALUATIONS = "Counted once a day for each rule; a rule that changes trigger is evaluated for each resource that changed."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The items of all recorders, and the evaluations of all rules. Rules that Security Hub makes are in its checks."""
    recorders = assembly.of_type("AWS::Config::ConfigurationRecorder")
    if recorders:
        kind, price = ("Items, daily", "config.daily_item") if _is_daily(recorders[0]) else ("Items, at each change", "config.item")
        recorded = Quantity(id="config.items", what=kind, price=price, amount=Decimal(usage.expected_config_items))
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, recorded, of=recorders, note=_ITEMS)
    rules = assembly.of_type("AWS::Config::ConfigRule")
    if rules:
        what = f"Evaluations of {plural(len(rules), 'rule')}"
        daily = Quantity(id="config.evaluations", what=what, price="config.evaluations_1k", amount=len(rules) * DAYS)
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, daily, of=rules, note=_EVALUATIONS)


def _is_daily(recorder: Resource) -> bool:
    return bool(recorder.properties.get("RecordingMode", {}).get("RecordingFrequency") == "DAILY")
