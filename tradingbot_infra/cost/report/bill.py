"""The bill beside the estimate, as rows for a terminal."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tradingbot_infra.cost.report.document import Json

_MONEY = 10
_DAY = timedelta(days=1)


def bill_rows(document: Json) -> Iterator[str]:
    """Each service of Cost Explorer: the estimate of a month, last month's bill, this month's so far; then what has no tag."""
    actual = document["actual"]
    yield ""
    yield "Beside the bill (Cost Explorer, without credits, refunds and tax)"
    yield from (f"  {number} {title}" for number, title in enumerate(_columns(actual), 1))
    yield from (f"  {_amounts([each['estimated'], *each['billed']])}  {each['service']}" for each in actual["services"])
    yield f"  {_amounts([document['monthly'], *(month['billed'] for month in actual['months'])])}  Total"
    yield from (f"  {note}" for note in notes(document["environment"], actual))


def titles(actual: Json) -> list[str]:
    """What each month of the bill covers, its last day included."""
    return [f"{month['start']} to {date.fromisoformat(month['end']) - _DAY}" for month in actual["months"]]


def notes(environment: str, actual: Json) -> Iterator[str]:
    """What the figures leave out."""
    for month, title in zip(actual["months"], titles(actual), strict=True):
        yield f"{title}: {month['untagged']} in the account without the tag Environment, {month['others']} of other environments."
    if not any(_is_billed(month) for month in actual["months"]):
        yield (
            f"No cost has the tag Environment={environment}. Activate Environment as a cost allocation tag (Billing and Cost "
            "Management, Cost allocation tags); it takes up to 24 hours and holds for later costs only. Until then everything is untagged."
        )


def _columns(actual: Json) -> list[str]:
    return ["Estimate, a month", *(f"Bill, {title}" for title in titles(actual))]


def _amounts(amounts: list[str]) -> str:
    return "".join(f"{Decimal(amount):>{_MONEY},.2f}" for amount in amounts)


def _is_billed(month: dict[str, Any]) -> bool:
    return Decimal(month["billed"]) != 0
