"""Amazon Inspector: scans of container images, first when they are pushed, then whenever a vulnerability becomes known."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import RELEASES, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("Custom::InspectorEnable",)

SERVICE = "Inspector"

IMAGES = Decimal(10)
"""Images that are scanned again: what the registry's lifecycle keeps (setting ecr_max_images)."""

_TRIAL = "The first fifteen days are free."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """The first scan of the image of each release, and further scans of those that the repositories keep."""
    enabled = assembly.of_type(*TYPES)
    if enabled:
        scans = Quantity(
            id="inspector.scans", what=f"First scans of {shown(RELEASES)} releases", price="inspector.image_scan", amount=RELEASES
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, scans, of=enabled, note=_TRIAL)
        again = Quantity(
            id="inspector.rescans",
            what=f"Further scans of {shown(IMAGES)} images",
            price="inspector.image_rescan",
            amount=IMAGES * usage.expected_image_rescans,
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, again, of=enabled, note=_TRIAL)
