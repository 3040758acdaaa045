"""What the account spent this month and in the same days of the month before, by service, from Cost Explorer.

Each request costs 0.01 US dollars (AWS Cost Explorer pricing); a look takes two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ce.type_defs import ExpressionTypeDef

CONSUMED: "ExpressionTypeDef" = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}}
"""Credits would hide what was used, and taxes follow it."""


@dataclass(frozen=True)
class Period:
    """Days from the first up to, and without, the last."""

    start: date
    end: date


@dataclass(frozen=True)
class Growth:
    """A service that costs more than in the same days of the month before, US dollars."""

    service: str
    before: Decimal
    now: Decimal

    @property
    def by(self) -> Decimal:
        """How much more."""
        return self.now - self.before


@dataclass(frozen=True)
class Spending:
    """US dollars by service in two periods of as many days."""

    period: Period
    now: Mapping[str, Decimal]
    before: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        """Of the newer period."""
        return sum(self.now.values(), Decimal(0))

    @property
    def biggest(self) -> tuple[tuple[str, Decimal], ...]:
        """Services, the most expensive first."""
        return tuple(sorted(self.now.items(), key=lambda item: item[1], reverse=True))

    @property
    def growths(self) -> tuple[Growth, ...]:
        """Services that cost more than before, the biggest growth first."""
        grown = (Growth(service, self.before.get(service, Decimal(0)), cost) for service, cost in self.now.items())
        return tuple(sorted((growth for growth in grown if growth.by > 0), key=lambda growth: growth.by, reverse=True))


def periods(today: date) -> tuple[Period, Period]:
    """This month up to today and the same days of the month before; on a first, last month and as many days of the one before it.

    A shorter month before ends where it ends.
    """
    first = today.replace(day=1)
    if today == first:
        first = _month_before(first)
    before = _month_before(first)
    return Period(first, today), Period(before, min(before + (today - first), first))


def read_spending(session: Session, *, today: date) -> Spending:
    """What the account spent, all environments and everything else in it.

    Raises NotAnswered when Cost Explorer has no data yet.
    """
    now, before = periods(today)
    try:
        return Spending(now, _by_service(session, now), _by_service(session, before))
    except session.ce.exceptions.DataUnavailableException:
        raise NotAnswered("Cost Explorer has no data yet: it takes a day after it is first opened in the console") from None


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _by_service(session: Session, period: Period) -> dict[str, Decimal]:
    costs: dict[str, Decimal] = {}
    token: dict[str, str] = {}
    while True:
        answer = session.ce.get_cost_and_usage(
            TimePeriod={"Start": period.start.isoformat(), "End": period.end.isoformat()},
            Granularity="MONTHLY",
            Metrics=["UnblendedCost"],
            GroupBy=[{"Type": "DIMENSION", "Key": "SERVICE"}],
            Filter=CONSUMED,
            **token,
        )
        for group in (group for result in answer["ResultsByTime"] for group in result.get("Groups", [])):
            (service,) = group["Keys"]
            costs[service] = costs.get(service, Decimal(0)) + Decimal(group["Metrics"]["UnblendedCost"]["Amount"])
        if "NextPageToken" not in answer:
            return costs
        token = {"NextPageToken": answer["NextPageToken"]}
