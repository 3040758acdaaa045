"""ECR: stored images."""

from collections.abc import Iterator

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("AWS::ECR::Repository",)

_NOTE = "Images share layers. Basic scanning is free, and so are pulls within the region."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """One line for all repositories: the assumption is of all of them."""
    repositories = assembly.of_type("AWS::ECR::Repository")
    if repositories:
        stored = Quantity(id="ecr.storage", what="Images", price="ecr.storage_gb_month", amount=usage.expected_image_gib)
        yield counted(Part.DOCUMENT, "ECR", stored, of=repositories, note=_NOTE)
