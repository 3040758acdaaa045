"""NAT uses the published addresses."""

import pytest

from tradingbot_infra.operations.live.egress import EgressAddress
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.egress_addresses import as_published


def address(number: int, used_by: str = "nat-1") -> EgressAddress:
    return EgressAddress(allocation_id=f"eipalloc-{number}", address=f"203.0.113.{number}", zone="ap-southeast-2a", used_by=used_by)


@pytest.mark.parametrize(
    ("addresses", "published", "adopted", "outcome", "found"),
    [
        ([address(1), address(2)], "eipalloc-1,eipalloc-2", (), Outcome.PASS, "203.0.113.1, 203.0.113.2"),
        ([address(1), address(2), address(3, "")], "eipalloc-1,eipalloc-2", (), Outcome.PASS, "1 unused, which is billed"),
        ([address(1), address(2)], "eipalloc-1,eipalloc-2", ("eipalloc-1",), Outcome.PASS, "203.0.113.1"),
        ([address(1), address(2, "")], "eipalloc-1,eipalloc-2", (), Outcome.FAIL, "1 of 2 NAT use an address of EgressAllocationIds"),
        ([address(1), address(9)], "eipalloc-1,eipalloc-2", (), Outcome.FAIL, "1 of 2 NAT use"),
        ([], "eipalloc-1,eipalloc-2", (), Outcome.FAIL, "0 of 2 NAT use"),
        ([address(1), address(2)], "eipalloc-1,eipalloc-2", ("eipalloc-2",), Outcome.FAIL, "nat_allocation_ids=eipalloc-2"),
        ([address(1), address(2)], None, (), Outcome.NOT_ASSESSED, "no output"),
    ],
)
def test_every_nat_has_a_published_address(
    addresses: list[EgressAddress], published: str | None, adopted: tuple[str, ...], outcome: Outcome, found: str
) -> None:
    first = next(iter(as_published(addresses, published, adopted=adopted, gateways=2)))
    assert first.outcome is outcome
    assert found in first.found
