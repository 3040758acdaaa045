"""Price tables: a unit price for each key, with its source and date. They are data, in tables/."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"

_CENT = Decimal("0.01")


class TableName(StrEnum):
    """Where the prices of a table come from: the design document, or AWS's public price list."""

    DOCUMENT = "document"
    LIST = "list"


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one unit costs, US dollars without tax.

    `as_of` is a date, or only its year or month where the source says no more. `confidence` is `stated` for a figure that a source
    states for the region, `other region` for one that is derived from other regions.
    `covers` is how much of a quantity one unit is: 1, but for a lump of the document such as 10.00 a month for 170 GB.
    """

    key: str
    table: TableName
    usd: Decimal
    unit: str
    covers: Decimal
    source: str
    address: str
    as_of: str
    confidence: str

    def units(self, amount: Decimal) -> Decimal:
        """How many units an amount is."""
        return amount / self.covers

    def of(self, amount: Decimal) -> Decimal:
        """What an amount costs, in cents."""
        return cents(self.usd * amount / self.covers)


@dataclass(frozen=True)
class PriceTable:
    """The prices of one table, by key. They are those of its region and of no other."""

    name: TableName
    title: str
    region: str
    prices: Mapping[str, Price]

    def get(self, key: str) -> Price | None:
        """The price of a key; None when the table has none."""
        return self.prices.get(key)

    @property
    def as_of(self) -> tuple[str, str]:
        """The oldest and the newest date of a price."""
        dates = sorted(price.as_of for price in self.prices.values())
        return dates[0], dates[-1]


def path_of(name: TableName) -> Path:
    """The file of a table for Sydney, the region of the design."""
    return TABLES / f"{name}.json"


def read_table(name: TableName) -> PriceTable:
    """A table for Sydney."""
    return _read(name, path_of(name))


def tables_of_other_regions(name: TableName) -> tuple[PriceTable, ...]:
    """The tables for other regions, files such as `list.us-east-1.json`."""
    return tuple(_read(name, path) for path in sorted(TABLES.glob(f"{name}.*.json")))


def parse_table(name: TableName, content: Mapping[str, Any]) -> PriceTable:
    """A table from its JSON. Source, address, date and confidence at the top apply to each price that has none of its own."""
    common = {field: content[field] for field in ("source", "address", "as_of", "confidence") if field in content}
    # An entry without a figure only has the query for `cost refresh`; until then there is no price.
    known = {key: entry for key, entry in content["prices"].items() if "usd" in entry}
    return PriceTable(name, content["title"], content["region"], {key: _price(key, name, common | entry) for key, entry in known.items()})


def cents(amount: Decimal) -> Decimal:
    """An amount of money in cents, half a cent upwards."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _read(name: TableName, path: Path) -> PriceTable:
    return parse_table(name, json.loads(path.read_text(encoding="utf-8")))


def _price(key: str, table: TableName, entry: Mapping[str, Any]) -> Price:
    return Price(
        key=key,
        table=table,
        usd=Decimal(entry["usd"]),
        unit=entry["unit"],
        covers=Decimal(entry.get("covers", "1")),
        source=entry["source"],
        address=entry["address"],
        as_of=entry["as_of"],
        confidence=entry["confidence"],
    )
