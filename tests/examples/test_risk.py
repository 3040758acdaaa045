"""The limits of an order: what opens a position is held to them, what closes one never is."""

from decimal import Decimal

import pytest

from trading_api.trading.exchange import Account, Price, Side
from trading_api.trading.risk import ORDERS_A_MINUTE, Risk, Wish

USD = 1_000.0
EQUITY = 20_000.0


def refusal(risk: Risk, side: Side, quantity: str, held: float, elsewhere_usd: float = 0.0) -> str | None:
    account = Account(EQUITY, {"BTCUSDT": held})
    return risk.refusal(Wish(side, Decimal(quantity), Price("BTCUSDT", USD, 0.0)), account, abs(held) * USD + elsewhere_usd)


@pytest.mark.parametrize(
    ("side", "quantity", "held", "elsewhere_usd", "expected"),
    [
        ("buy", "10", 0, 0, None),
        ("buy", "10.1", 0, 0, "too-large"),
        ("buy", "5", 8, 7_001, "exposure"),
        ("sell", "19", 19, 90_000, None),
        ("buy", "19", -19, 90_000, None),
        ("sell", "19.9", 10, 0, None),
        ("sell", "25.1", 15, 0, "too-large"),
        ("buy", "25.1", -15, 0, "too-large"),
        ("sell", "19", 10, 11_000, None),
        ("sell", "19", 10, 11_001, "exposure"),
        ("sell", "0.3", 0.3, 90_000, None),
    ],
    ids=[
        "as large as may be",
        "too large",
        "beyond all money",
        "closes what is long",
        "closes what is short",
        "turns to short within the limits",
        "turns to short and too far",
        "turns to long and too far",
        "what is closed makes room for what is opened",
        "opens more than it made room for",
        "closes a fraction to the last bit",
    ],
)
def test_only_the_part_of_an_order_beyond_zero_is_held_to_limits(
    side: Side, quantity: str, held: float, elsewhere_usd: float, expected: str | None
) -> None:
    assert refusal(Risk(), side, quantity, held, elsewhere_usd) == expected


def test_after_too_many_orders_in_a_minute_one_may_still_close_and_none_may_open() -> None:
    now = 0.0
    risk = Risk(lambda: now)
    assert {refusal(risk, "buy", "0.1", 0) for _ in range(ORDERS_A_MINUTE)} == {None}
    assert refusal(risk, "buy", "0.1", 0) == "too-many"
    assert refusal(risk, "sell", "0.2", 0.1) == "too-many", "its half opens"
    assert refusal(risk, "sell", "0.1", 0.1) is None
    now = 60.0
    assert refusal(risk, "buy", "0.1", 0) is None
