"""What changes between two estimates, by line item."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tradingbot_infra.cost.estimate import Estimate, LineItem, Unpriced, total


class ChangeKind(StrEnum):
    """How a line item differs; unchanged is one that costs the same, to the cent."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class LineItemChange:
    """One line item on both sides, US dollars a month; None where a side does not have it."""

    kind: ChangeKind
    id: str
    part: str
    service: str
    what: str
    base: Decimal | None
    head: Decimal | None

    @property
    def difference(self) -> Decimal:
        """What it costs more; negative when it costs less."""
        return (self.head or Decimal(0)) - (self.base or Decimal(0))


@dataclass(frozen=True, kw_only=True)
class UnpricedChange:
    """What has no price, and how that differs."""

    kind: ChangeKind
    found: Unpriced


@dataclass(frozen=True)
class Diff:
    """Every line item of two estimates."""

    changes: tuple[LineItemChange, ...]
    unpriced: tuple[UnpricedChange, ...]

    @property
    def difference(self) -> Decimal:
        """What it costs more a month, negative when less; what is unpriced comes on top."""
        return sum((change.difference for change in self.changes), Decimal(0))


def diff(base: Estimate, head: Estimate) -> Diff:
    """Head's line items in their order, then those that only base has. Items of one id count together."""
    before, after = _by_id(base), _by_id(head)
    changes = tuple(_change(before.get(name, []), after.get(name, [])) for name in {**after, **before})
    return Diff(changes, tuple(_unpriced(base.unpriced, head.unpriced)))


def _by_id(estimate: Estimate) -> dict[str, list[LineItem]]:
    found: dict[str, list[LineItem]] = {}
    for line in estimate.lines:
        found.setdefault(line.quantity.id, []).append(line)
    return found


def _change(before: list[LineItem], after: list[LineItem]) -> LineItemChange:
    shown = (after or before)[0]
    return LineItemChange(
        kind=_kind(before, after),
        id=shown.quantity.id,
        part=shown.part,
        service=shown.service,
        what=shown.quantity.what,
        base=total(before) if before else None,
        head=total(after) if after else None,
    )


def _kind(before: list[LineItem], after: list[LineItem]) -> ChangeKind:
    if not before:
        return ChangeKind.ADDED
    if not after:
        return ChangeKind.REMOVED
    return ChangeKind.UNCHANGED if total(before) == total(after) else ChangeKind.CHANGED


def _unpriced(base: Iterable[Unpriced], head: Iterable[Unpriced]) -> Iterable[UnpricedChange]:
    before, after = {_identity(found): found for found in base}, {_identity(found): found for found in head}
    for name, found in after.items():
        kind = ChangeKind.ADDED if name not in before else ChangeKind.UNCHANGED if before[name].count == found.count else ChangeKind.CHANGED
        yield UnpricedChange(kind=kind, found=found)
    yield from (UnpricedChange(kind=ChangeKind.REMOVED, found=found) for name, found in before.items() if name not in after)


def _identity(found: Unpriced) -> tuple[str, str | None]:
    return found.what, found.key
