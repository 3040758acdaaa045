"""The monthly estimate of one environment: quantities of its templates times the prices of a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tradingbot_infra.config.model import UsageConfig
from tradingbot_infra.cost.free import FREE
from tradingbot_infra.cost.item import Item, Part, Quantity
from tradingbot_infra.cost.prices import Price, PriceTable
from tradingbot_infra.cost.quantities import counted_types, items_of, unassumed
from tradingbot_infra.templates import Assembly, Resource

_NO_REASON = "neither a price nor a reason to be free is known"
_NO_ASSUMPTION = "costs by its usage, of which nothing is assumed"


@dataclass(frozen=True)
class Prices:
    """The table that was chosen, and the one that is asked where it has no price."""

    chosen: PriceTable
    fallback: PriceTable

    @property
    def tables(self) -> tuple[PriceTable, ...]:
        """In the order in which they are asked."""
        return (self.chosen,) if self.chosen.name == self.fallback.name else (self.chosen, self.fallback)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the bill. `monthly` is in cents, and what the total adds up."""

    part: Part
    service: str
    quantity: Quantity
    price: Price
    paths: tuple[str, ...]
    note: str

    @property
    def units(self) -> Decimal:
        """The quantity in the price's unit."""
        return self.price.units(self.quantity.amount)

    @property
    def monthly(self) -> Decimal:
        """US dollars."""
        return self.price.of(self.quantity.amount)


@dataclass(frozen=True, kw_only=True)
class Unpriced:
    """What costs something that nobody here knows. `key` is the price that is missing; None for a resource type."""

    what: str
    count: int
    reason: str
    key: str | None
    paths: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FreeType:
    """A resource type of the templates that costs nothing."""

    type: str
    count: int
    reason: str
    source: str


@dataclass(frozen=True)
class Estimate:
    """All that is known of an environment's costs."""

    lines: tuple[Line, ...]
    unpriced: tuple[Unpriced, ...]
    free: tuple[FreeType, ...]

    def of(self, part: Part) -> tuple[Line, ...]:
        """The lines of one part."""
        return tuple(line for line in self.lines if line.part is part)

    @property
    def monthly(self) -> Decimal:
        """The sum of the lines, US dollars; what is unpriced comes on top."""
        return total(self.lines)


def total(lines: Sequence[Line]) -> Decimal:
    """The sum of lines."""
    return sum((line.monthly for line in lines), Decimal(0))


def estimate(assembly: Assembly, usage: UsageConfig, prices: Prices) -> Estimate:
    """What the resources of an assembly cost in a month of this usage.

    Raises UserError for a schedule whose hours cannot be counted.
    """
    lines: list[Line] = []
    unpriced: list[Unpriced] = []
    for item in items_of(assembly, usage):
        priced = _priced(item, prices)
        lines += priced
        if not priced:
            unpriced += _unpriced(item, prices)
    # What nothing is expected of costs nothing: no line.
    wanted = tuple(line for line in lines if line.quantity.amount)
    return Estimate(wanted, (*unpriced, *_unassumed(assembly), *_unknown_types(assembly)), tuple(_free(assembly)))


def _priced(item: Item, prices: Prices) -> list[Line]:
    for table in prices.tables:
        for way in item.ways:
            found = [(quantity, table.get(quantity.price)) for quantity in way]
            lines = [
                Line(part=item.part, service=item.service, quantity=quantity, price=price, paths=item.paths, note=item.note)
                for quantity, price in found
                if price
            ]
            if len(lines) == len(way):
                return lines
    return []


def _unpriced(item: Item, prices: Prices) -> Iterator[Unpriced]:
    # The last way is AWS's own; the ways before it are the document's.
    for quantity in item.ways[-1]:
        if quantity.amount and not any(table.get(quantity.price) for table in prices.tables):
            reason = f"no price known of {quantity.price}"
            what = f"{item.service}: {quantity.what}"
            yield Unpriced(what=what, count=max(len(item.paths), 1), reason=reason, key=quantity.price, paths=item.paths)


def _unassumed(assembly: Assembly) -> Iterator[Unpriced]:
    for resource in unassumed(assembly):
        yield Unpriced(what=resource.type, count=1, reason=_NO_ASSUMPTION, key=None, paths=(resource.path,))


def _unknown_types(assembly: Assembly) -> Iterator[Unpriced]:
    known = counted_types() | set(FREE)
    found: dict[str, list[Resource]] = {}
    for resource in assembly.resources:
        if resource.type not in known:
            found.setdefault(resource.type, []).append(resource)
    for name, resources in sorted(found.items()):
        paths = tuple(resource.path for resource in resources)
        yield Unpriced(what=name, count=len(resources), reason=_NO_REASON, key=None, paths=paths)


def _free(assembly: Assembly) -> Iterator[FreeType]:
    counts = Counter(resource.type for resource in assembly.resources if resource.type in FREE)
    for name, count in sorted(counts.items()):
        yield FreeType(type=name, count=count, reason=FREE[name].reason, source=FREE[name].source)
