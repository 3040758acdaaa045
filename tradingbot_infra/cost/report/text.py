"""The estimate as rows for a terminal."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.cost.report.document import Json, changed_settings
from tradingbot_infra.cost.report.sources import PriceSource, numbered, source_of

_WHAT = 56
_QUANTITY = 24
_MONEY = 9


def rows(document: Json) -> Iterator[str]:
    """The whole estimate: parts with their lines, the total, what has no price, comparison, savings, sources."""
    sources = numbered(document)
    yield f"{document['environment']} in {document['region']}, USD for a month of {document['hours_per_month']} hours, without tax"
    changed = changed_settings(document)
    if changed:
        yield f"Not the settings of environments.py: {', '.join(map(str, changed))}"
    for part in document["parts"]:
        yield ""
        yield from _part(part, sources)
    yield ""
    yield _sum(f"Total, {_thousands(document['yearly'])} a year", document["monthly"])
    yield from _unpriced(document["unpriced"])
    if document["compared"]:
        yield from comparison_rows(document["environment"], document["compared"])
    yield from _savings(document["savings"])
    yield ""
    yield "Prices; * marks one that is derived from other regions"
    for source, number in sources.items():
        yield f"  [{number}] {source.table}, {source.as_of}{'*' if source.derived else ''}: {source.title}, {source.address}"


def comparison_rows(environment: str, compared: Json) -> Iterator[str]:
    """Another environment's lines where they differ."""
    yield ""
    yield f"{compared['environment']} against {environment}: {_signed(compared['difference'])} a month, {compared['head']} in all"
    for change in compared["changes"]:
        amounts = f"{change['base'] or '-':>{_MONEY}} -> {change['head'] or '-':>{_MONEY}}"
        yield f"  {_cut(_titled(change), _WHAT)} {amounts} {_signed(change['difference']):>{_MONEY + 1}}"
    for found in compared["unpriced"]:
        yield f"  {found['kind']}, no price: {found['count']} x {found['what']}, {found['reason']}"


def _part(part: Json, sources: Mapping[PriceSource, int]) -> Iterator[str]:
    yield part["title"]
    for line in part["lines"]:
        quantity = f"{line['quantity']} {line['unit']}"
        number = sources[source_of(line)]
        what = f"{_cut(_titled(line), _WHAT)} {quantity:>{_QUANTITY}} x {line['unit_price']:<12}"
        yield f"  {what} {line['monthly']:>{_MONEY}}  [{number}]"
    yield _sum(f"{_thousands(part['yearly'])} a year", part["monthly"])


def _sum(title: str, monthly: str) -> str:
    return f"  {title:<{_WHAT + _QUANTITY + 16}} {_thousands(monthly):>{_MONEY}}"


def _unpriced(found: list[Json]) -> Iterator[str]:
    if found:
        yield ""
        yield "Not in the total, because no price is known"
        yield from (f"  {entry['count']} x {entry['what']}: {entry['reason']}" for entry in found)


def _savings(savings: list[Json]) -> Iterator[str]:
    yield ""
    yield "Possible savings, each by itself"
    for saving in savings:
        yield f"  {saving['title']}: {_saved(saving)}; the document says {saving['documented']}"
        yield from (f"    It adds, without a known price: {what}" for what in saving["unpriced"])
        yield f"    {' '.join(filter(None, (saving['note'], saving['risk'])))}"


def _saved(saving: Json) -> str:
    if not saving["monthly"]:
        return str(saving["status"])
    more = " more" if saving["monthly"].startswith("-") else ""
    return f"{'costs ' if more else ''}{saving['monthly'].lstrip('-')} a month{more}, {_thousands(saving['yearly'].lstrip('-'))} a year"


def _titled(line: Json) -> str:
    return f"{line['service']}: {line['what']}"


def _cut(text: str, width: int) -> str:
    """The text at a fixed width; JSON and HTML have the whole text."""
    return f"{text[: width - 3]}..." if len(text) > width else f"{text:<{width}}"


def _signed(amount: str) -> str:
    return amount if amount.startswith("-") else f"+{amount}"


def _thousands(amount: str) -> str:
    whole, _, cents = amount.partition(".")
    return f"{int(whole):,}.{cents}"
