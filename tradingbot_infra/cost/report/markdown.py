"""The difference between two assemblies, as a comment on a pull request."""

from collections.abc import Iterator

from tradingbot_infra.cost.report.document import Json, made_with
from tradingbot_infra.reporting.markdown import escaped, in_one_line

_SIGNS = {"added": "added", "removed": "removed", "changed": "changed", "unchanged": "unchanged"}


def render(document: Json) -> str:
    """Headline, a table of the lines that change, what has no price, and the prices used."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Json) -> Iterator[str]:
    moved = f"{document['base']} to {document['head']} USD a month"
    yield f"### Cost of {_text(document['environment'])}: {_signed(document['difference'])} USD a month ({moved})"
    yield ""
    yield from _table(document["changes"])
    yield from _unpriced(document["unpriced"])
    yield ""
    tables = "; ".join(f"{table['title']}, {table['oldest']} to {table['newest']}" for table in document["prices"])
    yield f"{document['unchanged']} lines are unchanged. Prices: {_text(tables)}. Usage is the same on both sides."
    yield ""
    yield f"{_text(made_with(document))}."


def _table(changes: list[Json]) -> Iterator[str]:
    if not changes:
        yield "No line of the estimate changes."
        return
    yield "| | Service | What | Before | After | Difference |"
    yield "|---|---|---|---:|---:|---:|"
    for change in changes:
        amounts = f"{change['base'] or ''} | {change['head'] or ''} | {_signed(change['difference'])}"
        yield f"| {_SIGNS[change['kind']]} | {_text(change['service'])} | {_text(change['what'])} | {amounts} |"


def _unpriced(found: list[Json]) -> Iterator[str]:
    if found:
        yield ""
        yield "**Not in these figures, because no price is known:**"
        yield ""
        for entry in found:
            yield f"- {_SIGNS[entry['kind']]}: {entry['count']} x {_text(entry['what'])}, {_text(entry['reason'])}"


def _signed(amount: str) -> str:
    return amount if amount.startswith("-") else f"+{amount}"


def _text(text: str) -> str:
    return escaped(in_one_line(text))
