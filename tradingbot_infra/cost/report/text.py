"""The estimate as rows for a terminal, the answer first. Nothing is cut, whatever the terminal's width."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tradingbot_infra.cost.report.bill import bill_rows
from tradingbot_infra.cost.report.document import Json, made_with
from tradingbot_infra.cost.report.shares import shares
from tradingbot_infra.cost.report.sources import PriceSource, numbered, source_of

_MONEY = 9
_CONTROLS = 4
"""How many controls a row names; JSON and HTML have all."""


def rows(document: Json, *, with_sources: bool) -> Iterator[str]:
    """The total, its services, what has no price; then what was asked for: comparison, savings, each line with its source."""
    yield f"{document['environment']}: {_thousands(document['monthly'])} USD a month, {_thousands(document['yearly'])} a year"
    yield f"{document['region']}, {document['hours_per_month']} hours, without tax; {_prices(document)}"
    yield made_with(document)
    yield ""
    yield from _services(document)
    yield from _observability(document["observability"])
    yield from _unpriced(document["unpriced"])
    if document["actual"]:
        yield from bill_rows(document)
    if document["compared"]:
        yield from comparison_rows(document["environment"], document["compared"])
    if document["savings"]:
        yield from savings_rows(document["environment"], document["savings"])
    if with_sources:
        yield from _sources(document)


def comparison_rows(environment: str, compared: Json) -> Iterator[str]:
    """Another environment's lines where they differ."""
    yield ""
    yield f"{compared['environment']} against {environment}: {_signed(compared['difference'])} a month, {compared['head']} in all"
    for change in compared["changes"]:
        yield f"  {_titled(change)}"
        amounts = f"{change['base'] or '-':>{_MONEY}} -> {change['head'] or '-':>{_MONEY}}"
        yield f"    {amounts} {_signed(change['difference']):>{_MONEY + 1}}"
    for found in compared["unpriced"]:
        yield f"  {found['kind']}, no price: {found['count']} x {found['what']}, {found['reason']}"


def savings_rows(environment: str, savings: Json) -> Iterator[str]:
    """The allowed ones together, then each by itself."""
    yield ""
    if savings["refused_by"]:
        yield f"{environment} as it is here: {refused(environment, savings['refused_by'])}"
    combined = savings["combined"]
    if combined:
        yield f"Together, what is allowed saves {combined['monthly']} a month and leaves {combined['left']}"
        yield from (f"  {title}" for title in combined["titles"])
    else:
        yield "Nothing of what is proposed is allowed and saves"
    yield ""
    yield "Each by itself"
    for saving in savings["each"]:
        yield f"  {saving['title']}: {_saved(environment, saving)}"
        yield from (f"    It adds, without a known price: {what}" for what in saving["unpriced"])
        yield f"    {' '.join(filter(None, (saving['note'], saving['risk'])))}"
        if saving["documented"]:
            yield f"    The document says {saving['documented']}."


def refused(environment: str, controls: Sequence[str]) -> str:
    """Which controls end a deployment in an error, the first ones by their ids."""
    more = len(controls) - _CONTROLS
    return f"refused in {environment}: {', '.join(controls[:_CONTROLS])}{f' and {more} more' if more > 0 else ''}"


def _services(document: Json) -> Iterator[str]:
    found = shares(document)
    width = max((len(share.service) for share in found), default=0)
    for share in found:
        yield f"  {share.service:<{width}} {share.monthly:>{_MONEY},.2f} {share.percent:>5} %"
    yield f"  {'Total':<{width}} {_thousands(document['monthly']):>{_MONEY}}"
    first, *others = (f"{part['title']}: {_thousands(part['monthly'])}" for part in document["parts"])
    yield ""
    yield "; ".join((first, *(f"{other[0].lower()}{other[1:]}" for other in others)))


def _observability(found: Json) -> Iterator[str]:
    if found["lines"]:
        yield ""
        yield f"Observability, in that total: {_thousands(found['monthly'])}"
        for way in found["transports"]:
            chosen = ", chosen" if way["chosen"] else ""
            yield f"  {way['monthly']:>{_MONEY}}  {way['title']}: {way['what']}{chosen}"


def _prices(document: Json) -> str:
    return ", else ".join(f"{table['title']}, {table['oldest']} to {table['newest']}" for table in document["prices"])


def _unpriced(found: Sequence[Json]) -> Iterator[str]:
    if found:
        yield ""
        yield "Not in the total, because no price is known"
        yield from (f"  {entry['count']} x {entry['what']}: {entry['reason']}" for entry in found)


def _saved(environment: str, saving: Json) -> str:
    if saving["status"] == "refused":
        would = f"; it would save {saving['monthly']} a month" if saving["monthly"] else ""
        return f"{refused(environment, saving['refused_by'])}{would}"
    return f"{saving['monthly']} a month, {_thousands(saving['yearly'])} a year" if saving["monthly"] else str(saving["status"])


def _sources(document: Json) -> Iterator[str]:
    numbers = numbered(document)
    for part in document["parts"]:
        yield ""
        yield part["title"]
        yield from _lines(part, numbers)
        yield f"  Sum: {_thousands(part['monthly'])} a month, {_thousands(part['yearly'])} a year"
    yield ""
    yield "Prices; * marks one that is derived from other regions"
    for source, number in numbers.items():
        yield f"  [{number}] {source.table}, {source.as_of}{'*' if source.derived else ''}: {source.title}, {source.address}"


def _lines(part: Json, numbers: Mapping[PriceSource, int]) -> Iterator[str]:
    for line in part["lines"]:
        yield f"  {_titled(line)}"
        yield f"    {line['monthly']:>{_MONEY}} = {line['quantity']} {line['unit']} x {line['unit_price']} [{numbers[source_of(line)]}]"


def _titled(line: Json) -> str:
    return f"{line['service']}: {line['what']}"


def _signed(amount: str) -> str:
    return amount if amount.startswith("-") else f"+{amount}"


def _thousands(amount: str) -> str:
    return f"{Decimal(amount):,.2f}"
