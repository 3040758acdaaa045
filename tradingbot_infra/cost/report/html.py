"""The estimate as one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tradingbot_infra.cost.report.document import Json, changed_settings, subject
from tradingbot_infra.cost.report.sources import numbered, source_of
from tradingbot_infra.reporting.page import render_page

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Share:
    """A service's part of the total, and the length of its bar in percent of the longest."""

    service: str
    monthly: Decimal
    length: Decimal


def render(document: Json) -> str:
    """The whole page. The same document gives the same page."""
    return render_page(
        _HERE,
        filters={"money": _money, "signed": _signed},
        document=document,
        subject=subject(document),
        settings=changed_settings(document),
        shares=shares(document),
        sources=numbered(document),
        source_of=source_of,
    )


def shares(document: Json) -> Sequence[Share]:
    """The cost of each service, the most expensive first."""
    sums: dict[str, Decimal] = {}
    for part in document["parts"]:
        for line in part["lines"]:
            sums[line["service"]] = sums.get(line["service"], Decimal(0)) + Decimal(line["monthly"])
    longest = max(sums.values(), default=Decimal(0)) or Decimal(1)
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Share(service, monthly, (100 * monthly / longest).quantize(Decimal("0.1"))) for service, monthly in ordered]


def _money(amount: str | Decimal) -> str:
    return f"{Decimal(amount):,.2f}"


def _signed(amount: str) -> str:
    return f"{Decimal(amount):+,.2f}"
