"""The difference between two estimates: every line on either side, once, and the money adds up."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Synthesize
from tests.cost.pricing import AT_LIST, estimated
from tradingbot_infra.cost.diff import ChangeKind, diff
from tradingbot_infra.cost.estimate import Estimate, LineItem, Unpriced
from tradingbot_infra.cost.item import Part, Quantity

PRICE = AT_LIST.chosen.prices["nat_gateway.gb"]

LINES = st.lists(st.tuples(st.sampled_from("abcdef"), st.decimals(0, 1000, places=2)), max_size=8)


def estimate_of(amounts: list[tuple[str, Decimal]], *unpriced: Unpriced) -> Estimate:
    """An estimate of lines with these ids and quantities."""
    lines = [
        LineItem(
            part=Part.DOCUMENT,
            service="Service",
            quantity=Quantity(id=name, what=name, price=PRICE.key, amount=amount),
            price=PRICE,
            paths=(),
            note="",
        )
        for name, amount in amounts
    ]
    return Estimate(tuple(lines), unpriced, ())


@given(base=LINES, head=LINES)
def test_the_differences_of_all_lines_are_the_difference_of_the_totals(
    base: list[tuple[str, Decimal]], head: list[tuple[str, Decimal]]
) -> None:
    before, after = estimate_of(base), estimate_of(head)
    found = diff(before, after)
    assert found.difference == after.monthly - before.monthly
    assert sorted(change.id for change in found.changes) == sorted({name for name, _ in base + head})


@given(lines=LINES)
def test_nothing_changes_between_equal_estimates(lines: list[tuple[str, Decimal]]) -> None:
    found = diff(estimate_of(lines), estimate_of(lines))
    assert {change.kind for change in found.changes} <= {ChangeKind.UNCHANGED}
    assert found.difference == 0


def test_lines_are_added_removed_changed_or_unchanged() -> None:
    base = estimate_of([("gone", Decimal(10)), ("same", Decimal(10)), ("more", Decimal(10))])
    head = estimate_of([("new", Decimal(10)), ("same", Decimal(10)), ("more", Decimal(20))])
    found = {change.id: (change.kind, change.base, change.head, change.difference) for change in diff(base, head).changes}
    each, twice = PRICE.of(Decimal(10)), PRICE.of(Decimal(20))
    assert found == {
        "new": (ChangeKind.ADDED, None, each, each),
        "gone": (ChangeKind.REMOVED, each, None, -each),
        "same": (ChangeKind.UNCHANGED, each, each, 0),
        "more": (ChangeKind.CHANGED, each, twice, twice - each),
    }


def test_what_has_no_price_is_named_on_its_side() -> None:
    one = Unpriced(what="AWS::SageMaker::Endpoint", count=1, reason="unknown", key=None, paths=("a",))
    other = replace(one, what="AWS::MSK::Cluster")
    found = diff(estimate_of([], one, other), estimate_of([], replace(one, count=2)))
    assert [(change.kind, change.found.what) for change in found.unpriced] == [
        (ChangeKind.CHANGED, "AWS::SageMaker::Endpoint"),
        (ChangeKind.REMOVED, "AWS::MSK::Cluster"),
    ]
    (added,) = diff(estimate_of([]), estimate_of([], one)).unpriced
    (still,) = diff(estimate_of([], one), estimate_of([], one)).unpriced
    assert (added.kind, still.kind) == (ChangeKind.ADDED, ChangeKind.UNCHANGED)


def test_endpoints_show_as_added_hours_and_less_data_through_nat(synthesize: Synthesize) -> None:
    base = estimated(synthesize("production"), AT_LIST)
    head = estimated(synthesize("production", enable_vpc_endpoints=True), AT_LIST)
    moved = {change.id: change.kind for change in diff(base, head).changes if change.kind is not ChangeKind.UNCHANGED}
    added = ("endpoints.hours", "endpoints.data", "endpoints.telemetry_hours", "endpoints.telemetry_data")
    assert moved == {"nat.data": ChangeKind.CHANGED, "nat.telemetry": ChangeKind.REMOVED, **dict.fromkeys(added, ChangeKind.ADDED)}
