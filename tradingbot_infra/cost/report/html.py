"""The estimate as one page that needs nothing else: no script, font or picture from anywhere, and none is allowed."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tradingbot_infra.cost.report.document import Json
from tradingbot_infra.cost.report.sources import numbered, source_of

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Share:
    """A service's part of the total, and the length of its bar in percent of the longest."""

    service: str
    monthly: Decimal
    length: Decimal


def render(document: Json) -> str:
    """The whole page. The same document gives the same page."""
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _templates().get_template("page.html.jinja")
    return page.render(
        document=document,
        shares=shares(document),
        sources=numbered(document),
        source_of=source_of,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    )


def shares(document: Json) -> Sequence[Share]:
    """What each service costs, the dearest first."""
    sums: dict[str, Decimal] = {}
    for part in document["parts"]:
        for line in part["lines"]:
            sums[line["service"]] = sums.get(line["service"], Decimal(0)) + Decimal(line["monthly"])
    longest = max(sums.values(), default=Decimal(0)) or Decimal(1)
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Share(service, monthly, (100 * monthly / longest).quantize(Decimal("0.1"))) for service, monthly in ordered]


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update({"money": _money, "signed": _signed})
    return environment


def _money(amount: str | Decimal) -> str:
    return f"{Decimal(amount):,.2f}"


def _signed(amount: str) -> str:
    return f"{Decimal(amount):+,.2f}"
