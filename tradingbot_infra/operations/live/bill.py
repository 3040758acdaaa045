"""What an environment is on the bill with, last month and this month to date, by service, from Cost Explorer.

One request answers, for 0.01 US dollars (AWS Cost Explorer pricing). Costs carry the tag Environment only from the day on that
somebody activates it as a cost allocation tag, and some costs carry no tag at all, so those without one are counted as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.live.spending import CONSUMED
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ce.type_defs import GroupTypeDef

TAG = "Environment"
"""Every resource of an environment carries it with the environment's name (design/names.py)."""


@dataclass
class MonthOfBill:
    """Days from the first up to, and without, the last; US dollars.

    `by_service` are an environment's costs, `untagged` those of the account without the tag, by service, and `others` all that
    carry the tag of another environment.
    """

    start: date
    end: date
    by_service: dict[str, Decimal] = field(default_factory=dict)
    untagged: dict[str, Decimal] = field(default_factory=dict)
    others: Decimal = Decimal(0)

    def add(self, group: "GroupTypeDef", environment: str) -> None:
        """Adds a group. Cost Explorer writes a tag as `Environment$production`, and its absence as `Environment$`."""
        tag, service = group["Keys"]
        value = tag.partition("$")[2]
        amount = Decimal(group["Metrics"]["UnblendedCost"]["Amount"])
        if value in (environment, ""):
            sums = self.by_service if value else self.untagged
            sums[service] = sums.get(service, Decimal(0)) + amount
        else:
            self.others += amount


def read_bill(session: Session, environment: str, *, today: date) -> tuple[MonthOfBill, ...]:
    """Last month, then this one up to and without today; on a first, last month alone.

    Raises NotAnswered when Cost Explorer has no data yet.
    """
    first = today.replace(day=1)
    last = (first - timedelta(days=1)).replace(day=1)
    months = [MonthOfBill(last, first), *([MonthOfBill(first, today)] if today > first else [])]
    by_start = {month.start: month for month in months}
    try:
        for start, group in _groups(session, last, months[-1].end):
            by_start[start].add(group, environment)
    except session.ce.exceptions.DataUnavailableException:
        raise NotAnswered("Cost Explorer has no data yet: it takes a day after it is first opened in the console") from None
    return tuple(months)


def _groups(session: Session, start: date, end: date) -> Iterator[tuple[date, "GroupTypeDef"]]:
    token: Mapping[str, str] = {}
    while True:
        answer = session.ce.get_cost_and_usage(
            TimePeriod={"Start": start.isoformat(), "End": end.isoformat()},
            Granularity="MONTHLY",
            Metrics=["UnblendedCost"],
            GroupBy=[{"Type": "TAG", "Key": TAG}, {"Type": "DIMENSION", "Key": "SERVICE"}],
            Filter=CONSUMED,
            **token,
        )
        for result in answer["ResultsByTime"]:
            month = date.fromisoformat(result["TimePeriod"]["Start"])
            yield from ((month, group) for group in result.get("Groups", []))
        if "NextPageToken" not in answer:
            return
        token = {"NextPageToken": answer["NextPageToken"]}
