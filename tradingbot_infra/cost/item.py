"""Quantities of a service, before any price is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tradingbot_infra.templates import Resource

HOURS = Decimal(730)
"""Hours of a month, as the document and AWS's own calculator count them (DESIGN, "Environments and cost")."""

RELEASES = Decimal(10)
"""Releases a month, where a deployment itself costs something: with two tasks each they start twenty of the thirty tasks that
`expected_image_pull_gib` counts."""

MONTHS = 12
"""Months of a year."""

DAYS = HOURS / 24
"""Days of the same month."""

ACCOUNT_LINE = "account."
"""How the ids of the account's lines begin: the environment has lines for keys, logs and so on too."""


class Part(StrEnum):
    """Whether the cost chapter of the design document counts it, or it belongs to the account, whatever the number of environments."""

    DOCUMENT = "document"
    NOT_IN_DOCUMENT = "not_in_document"
    ACCOUNT = "account"


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """An amount a month of what one price is for. `id` names the line item, the same in every estimate."""

    id: str
    what: str
    price: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class BilledItem:
    """One thing that is paid for.

    `alternatives` are the quantities by which price tables price it: the document prices a task, AWS its vCPU and its memory. A
    table uses the first alternative that it has every price of.
    """

    part: Part
    service: str
    alternatives: tuple[tuple[Quantity, ...], ...]
    paths: tuple[str, ...]
    note: str


def counted(
    part: Part, service: str, *alternatives: Quantity | tuple[Quantity, ...], of: Iterable[Resource] = (), note: str = ""
) -> BilledItem:
    """An item of these resources. An alternative of one quantity needs no tuple."""
    as_tuples = tuple(each if isinstance(each, tuple) else (each,) for each in alternatives)
    return BilledItem(part=part, service=service, alternatives=as_tuples, paths=tuple(resource.path for resource in of), note=note)


def shown(number: Decimal) -> str:
    """A number without trailing zeros or exponent."""
    return f"{number.normalize():f}"
