"""Where prices come from, each source once and with a number that lines refer to."""

from collections.abc import Mapping
from dataclasses import dataclass

from tradingbot_infra.cost.report.document import Json


@dataclass(frozen=True)
class PriceSource:
    """A source of prices. `derived` when they are those of other regions."""

    table: str
    as_of: str
    title: str
    address: str
    derived: bool


def source_of(line: Json) -> PriceSource:
    """The source of a line's price."""
    return PriceSource(line["table"], line["as_of"], line["source"], line["address"], line["confidence"] != "stated")


def numbered(document: Json) -> Mapping[PriceSource, int]:
    """Every source of a document in the order of its lines, numbered from 1."""
    found = dict.fromkeys(source_of(line) for part in document["parts"] for line in part["lines"])
    return {source: number for number, source in enumerate(found, 1)}
