"""The names of regions as messages of AWS have them, such as Asia Pacific (Sydney)."""

from functools import cache
from typing import Any

from botocore.loaders import Loader


@cache
def region_name(region: str) -> str:
    """The name; the region's code where botocore has none."""
    return _names().get(region, region)


@cache
def _names() -> dict[str, str]:
    partitions: Any = Loader().load_data("partitions")["partitions"]
    return {name: one["description"] for partition in partitions for name, one in partition["regions"].items()}
