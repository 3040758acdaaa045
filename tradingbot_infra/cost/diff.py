"""What changes between two estimates, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tradingbot_infra.cost.estimate import Estimate, Line, Unpriced, total


class Kind(StrEnum):
    """What happens to a line; unchanged is one whose money stays, to the cent."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line on both sides, US dollars a month; nothing where a side has no such line."""

    kind: Kind
    id: str
    part: str
    service: str
    what: str
    base: Decimal | None
    head: Decimal | None

    @property
    def difference(self) -> Decimal:
        """More, or with a minus less."""
        return (self.head or Decimal(0)) - (self.base or Decimal(0))


@dataclass(frozen=True, kw_only=True)
class UnpricedChange:
    """What has no price, and on which side it is."""

    kind: Kind
    found: Unpriced


@dataclass(frozen=True)
class Diff:
    """Every line of two estimates."""

    changes: tuple[Change, ...]
    unpriced: tuple[UnpricedChange, ...]

    @property
    def difference(self) -> Decimal:
        """More a month, or with a minus less; what is unpriced comes on top."""
        return sum((change.difference for change in self.changes), Decimal(0))


def diff(base: Estimate, head: Estimate) -> Diff:
    """Head's lines in their order, then those that only base has. Lines of one id count together."""
    before, after = _by_id(base), _by_id(head)
    changes = tuple(_change(before.get(name, []), after.get(name, [])) for name in {**after, **before})
    return Diff(changes, tuple(_unpriced(base.unpriced, head.unpriced)))


def _by_id(estimate: Estimate) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in estimate.lines:
        found.setdefault(line.quantity.id, []).append(line)
    return found


def _change(before: list[Line], after: list[Line]) -> Change:
    shown = (after or before)[0]
    return Change(
        kind=_kind(before, after),
        id=shown.quantity.id,
        part=shown.part,
        service=shown.service,
        what=shown.quantity.what,
        base=total(before) if before else None,
        head=total(after) if after else None,
    )


def _kind(before: list[Line], after: list[Line]) -> Kind:
    if not before:
        return Kind.ADDED
    if not after:
        return Kind.REMOVED
    return Kind.UNCHANGED if total(before) == total(after) else Kind.CHANGED


def _unpriced(base: Iterable[Unpriced], head: Iterable[Unpriced]) -> Iterable[UnpricedChange]:
    before, after = {_identity(found): found for found in base}, {_identity(found): found for found in head}
    for name, found in after.items():
        kind = Kind.ADDED if name not in before else Kind.UNCHANGED if before[name].count == found.count else Kind.CHANGED
        yield UnpricedChange(kind=kind, found=found)
    yield from (UnpricedChange(kind=Kind.REMOVED, found=found) for name, found in before.items() if name not in after)


def _identity(found: Unpriced) -> tuple[str, str | None]:
    return found.what, found.key
