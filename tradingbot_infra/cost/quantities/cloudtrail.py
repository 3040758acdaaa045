"""CloudTrail: data events and Insights of a trail. The first copy of management events is free, and so is the trail."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly, Resource

TYPES: tuple[str, ...] = ("AWS::CloudTrail::Trail",)

SERVICE = "CloudTrail"

_TRAIL = "Management events are free in one trail; a second trail of the same account pays 2.00 for 100,000."
_INSIGHTS = "Analyzed for the rate of errors, and what changes something also for the rate of calls."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The data events and the analyzed events of each trail."""
    trails = assembly.of_type(*TYPES)
    recorded = [trail for trail in trails if _records_objects(trail)]
    if recorded:
        events = Decimal(usage.expected_s3_data_events) * len(recorded)
        yield _line("s3_events", "Requests for objects", "data_events_100k", events, recorded, _TRAIL)
    for trail in trails:
        kinds = {each["InsightType"] for each in trail.properties.get("InsightSelectors", [])}
        analyzed = (usage.expected_management_events if "ApiErrorRateInsight" in kinds else 0) + (
            usage.expected_write_events if "ApiCallRateInsight" in kinds else 0
        )
        if kinds:
            yield _line("insights", "Events analyzed by Insights", "insights_100k", Decimal(analyzed), [trail], _INSIGHTS)


def _line(line: str, what: str, price: str, amount: Decimal, of: Sequence[Resource], note: str) -> BilledItem:
    quantity = Quantity(id=f"cloudtrail.{line}", what=what, price=f"cloudtrail.{price}", amount=amount)
    return counted(Part.NOT_IN_DOCUMENT, SERVICE, quantity, of=of, note=note)


def _records_objects(trail: Resource) -> bool:
    """Whether some selector takes data events, in either of the two forms."""
    basic: list[Any] = trail.properties.get("EventSelectors", [])
    advanced: list[Any] = trail.properties.get("AdvancedEventSelectors", [])
    categories = (
        value
        for selector in advanced
        for field in selector["FieldSelectors"]
        if field["Field"] == "eventCategory"
        for value in field.get("Equals", [])
    )
    return "Data" in categories or any(selector.get("DataResources") for selector in basic)
