"""The estimate as one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tradingbot_infra.cost.report.bill import notes, titles
from tradingbot_infra.cost.report.document import Json, made_with, subject
from tradingbot_infra.cost.report.shares import Share, shares
from tradingbot_infra.cost.report.sources import numbered, source_of
from tradingbot_infra.reporting.page import render_page

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Bar:
    """A service's cost on a chart: the environment's and, if it is compared, the other one's, with lengths in percent of the longest."""

    service: str
    base: Decimal
    head: Decimal
    base_length: Decimal
    head_length: Decimal


def render(document: Json) -> str:
    """The whole page. The same document gives the same page."""
    return render_page(
        _HERE,
        filters={"money": _money, "signed": _signed},
        document=document,
        subject=subject(document),
        made_with=made_with(document),
        shares=_shares_with_lengths(document),
        bars=bars(document),
        sources=numbered(document),
        source_of=source_of,
        months=titles(document["actual"]) if document["actual"] else [],
        notes=list(notes(document["environment"], document["actual"])) if document["actual"] else [],
    )


def bars(document: Json) -> Sequence[Bar]:
    """Both environments' services, the dearest of either first; none unless two are compared."""
    services = document["compared"]["services"] if document["compared"] else []
    amounts = [(each["service"], Decimal(each["base"]), Decimal(each["head"])) for each in services]
    longest = max((max(base, head) for _, base, head in amounts), default=Decimal(0))
    ordered = sorted(amounts, key=lambda each: (-max(each[1:]), each[0]))
    return [Bar(name, base, head, _length(base, longest), _length(head, longest)) for name, base, head in ordered]


def _shares_with_lengths(document: Json) -> Sequence[tuple[Share, Decimal]]:
    found = shares(document)
    longest = found[0].monthly if found else Decimal(0)
    return [(share, _length(share.monthly, longest)) for share in found]


def _length(amount: Decimal, longest: Decimal) -> Decimal:
    return (100 * amount / (longest or Decimal(1))).quantize(Decimal("0.1"))


def _money(amount: str | Decimal) -> str:
    return f"{Decimal(amount):,.2f}"


def _signed(amount: str) -> str:
    return f"{Decimal(amount):+,.2f}"
