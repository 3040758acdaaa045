"""The monthly estimate of one environment: quantities of its templates times the prices of a table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.account_usage import usage_of_account
from tradingbot_infra.cost.free import FREE
from tradingbot_infra.cost.item import ACCOUNT_LINE, BilledItem, Part, Quantity
from tradingbot_infra.cost.observability import TransportCost, is_observability, transports
from tradingbot_infra.cost.portions import Portion, portions_of
from tradingbot_infra.cost.prices import Price, PriceTable
from tradingbot_infra.cost.quantities import counted_types, items_of, unassumed
from tradingbot_infra.templates import Assembly, Resource

_NO_REASON = "neither a price nor a reason to be free is known"
_NO_ASSUMPTION = "billed by usage, for which there is no assumption"


@dataclass(frozen=True)
class Prices:
    """The chosen table, the one that is asked where it has no price, and tables for other regions."""

    chosen: PriceTable
    fallback: PriceTable
    elsewhere: tuple[PriceTable, ...] = ()

    @property
    def tables(self) -> tuple[PriceTable, ...]:
        """The tables for the environment's own region, in the order in which they are asked."""
        return (self.chosen,) if self.chosen.name == self.fallback.name else (self.chosen, self.fallback)

    def of(self, region: str) -> tuple[PriceTable, ...]:
        """The tables for a region, in the order in which they are asked; none where there is no table for it."""
        return tuple(table for table in (*self.tables, *self.elsewhere) if table.region == region)


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """One line of the bill. `monthly` is rounded to cents; the total is the sum of these."""

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
    """What costs an amount that is not known here. `key` is the price that is missing; None for a resource type."""

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
    """The estimated cost of an environment."""

    lines: tuple[LineItem, ...]
    unpriced: tuple[Unpriced, ...]
    free: tuple[FreeType, ...]
    transports: tuple[TransportCost, ...] = ()

    def of(self, part: Part) -> tuple[LineItem, ...]:
        """The line items of one part."""
        return tuple(line for line in self.lines if line.part is part)

    @property
    def observability(self) -> tuple[LineItem, ...]:
        """The lines of traces, of metrics, alarms and dashboards of trading."""
        return tuple(line for line in self.lines if is_observability(line.quantity.id))

    @property
    def monthly(self) -> Decimal:
        """The sum of the lines, US dollars; what is unpriced comes on top."""
        return total(self.lines)


def total(lines: Sequence[LineItem]) -> Decimal:
    """The sum of lines."""
    return sum((line.monthly for line in lines), Decimal(0))


def estimate(assembly: Assembly, usage: UsageConfig, prices: Prices) -> Estimate:
    """What the resources of an assembly cost in a month of this usage.

    Each stack is priced by the tables for its region. The usage is assumed of each region alike; the account's stacks have their own.
    Raises UserError for a schedule whose hours cannot be counted.
    """
    lines: list[LineItem] = []
    unpriced: list[Unpriced] = []
    ways: list[TransportCost] = []
    for portion in portions_of(assembly):
        for item in items_of(portion, usage_of_account(usage) if portion.of_account else usage):
            named = _named(item, portion, prices.chosen.region)
            priced = _priced(named, prices.of(portion.region))
            lines += priced
            if not priced:
                unpriced += _unpriced(named, portion.region, prices)
        ways += transports(portion, usage, prices.of(portion.region))
    # Without expected usage there is no cost, and no line.
    wanted = tuple(line for line in lines if line.quantity.amount)
    missing = (*unpriced, *_unassumed(assembly), *_unknown_types(assembly))
    return Estimate(wanted, missing, tuple(_free(assembly)), tuple(ways))


def _named(item: BilledItem, portion: Portion, region: str) -> BilledItem:
    """The item, distinguished from that of the environment where it is the account's, and from that of its region."""
    placed = item if portion.region == region else _in_region(item, portion.region)
    return _of_account(placed) if portion.of_account else placed


def _of_account(item: BilledItem) -> BilledItem:
    alternatives = tuple(tuple(replace(each, id=f"{ACCOUNT_LINE}{each.id}") for each in quantities) for quantities in item.alternatives)
    return replace(item, part=Part.ACCOUNT, service=f"Account: {item.service}", alternatives=alternatives)


def _in_region(item: BilledItem, region: str) -> BilledItem:
    """The same item, distinguished from that of the environment's own region."""
    alternatives = tuple(tuple(replace(each, id=f"{each.id}@{region}") for each in quantities) for quantities in item.alternatives)
    return replace(item, service=f"{item.service} in {region}", alternatives=alternatives)


def _priced(item: BilledItem, tables: Sequence[PriceTable]) -> list[LineItem]:
    for table in tables:
        for quantities in item.alternatives:
            found = [(quantity, table.get(quantity.price)) for quantity in quantities]
            lines = [
                LineItem(part=item.part, service=item.service, quantity=quantity, price=price, paths=item.paths, note=item.note)
                for quantity, price in found
                if price
            ]
            if len(lines) == len(quantities):
                return lines
    return []


def _unpriced(item: BilledItem, region: str, prices: Prices) -> Iterator[Unpriced]:
    tables = prices.of(region)
    # The last alternative is AWS's own; those before it are the document's.
    for quantity in item.alternatives[-1]:
        if quantity.amount and not any(table.get(quantity.price) for table in tables):
            reason = f"no known price for {quantity.price}" if tables else f"not priced: no price table for {region}"
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
