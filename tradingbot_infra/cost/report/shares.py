"""What each service costs of the whole, the answer to most questions about an estimate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tradingbot_infra.cost.estimate import LineItem

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Share:
    """A service's part of the total, US dollars a month and percent."""

    service: str
    monthly: Decimal
    percent: Decimal


def by_service(lines: Iterable[LineItem]) -> Mapping[str, Decimal]:
    """What each service costs a month, in the order of the lines."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.service] = sums.get(line.service, Decimal(0)) + line.monthly
    return sums


def shares(document: Mapping[str, Any]) -> Sequence[Share]:
    """The cost of each service, the most expensive first."""
    sums: dict[str, Decimal] = {}
    for part in document["parts"]:
        for line in part["lines"]:
            sums[line["service"]] = sums.get(line["service"], Decimal(0)) + Decimal(line["monthly"])
    whole = sum(sums.values(), Decimal(0)) or Decimal(1)
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Share(service, monthly, (100 * monthly / whole).quantize(_TENTH)) for service, monthly in ordered]
