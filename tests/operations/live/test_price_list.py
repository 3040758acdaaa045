"""The Price List API's answers become prices, and what is no single answer changes nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.stubs import boto3_client
from tradingbot_infra.operations.live.price_list import Renewal, renew

TODAY = date(2026, 12, 24)

NAT = {"service": "AmazonEC2", "filters": {"regionCode": "ap-southeast-2", "usagetype": "APS2-NatGateway-Hours"}, "unit": "Hrs"}
KNOWN = {
    "usd": "0.059",
    "unit": "gateway-hour",
    "source": "A note",
    "address": "none",
    "as_of": "2025",
    "confidence": "other region",
    "price_list": NAT,
}


def dimension(usd: str, unit: str = "Hrs", begin: str = "0", end: str = "Inf") -> dict[str, Any]:
    """A price dimension, as AWS writes it."""
    return {
        "unit": unit,
        "beginRange": begin,
        "endRange": end,
        "description": f"${usd} per {unit}",
        "rateCode": "ABCD.JRTCKXETXF.6YS6EN2CT7",
        "appliesTo": [],
        "pricePerUnit": {"USD": usd},
    }


def product(*dimensions: dict[str, Any], reserved: Sequence[Mapping[str, Any]] = ()) -> str:
    """One product of the Price List, JSON in text."""
    on_demand = {
        "ABCD.JRTCKXETXF": {
            "offerTermCode": "JRTCKXETXF",
            "sku": "ABCD",
            "effectiveDate": "2026-12-01T00:00:00Z",
            "termAttributes": {},
            "priceDimensions": {f"ABCD.JRTCKXETXF.{number}": entry for number, entry in enumerate(dimensions)},
        }
    }
    terms: dict[str, Any] = {"OnDemand": on_demand} if dimensions else {}
    if reserved:
        terms["Reserved"] = {f"ABCD.{number}": offer for number, offer in enumerate(reserved)}
    attributes = {"regionCode": "ap-southeast-2", "usagetype": "APS2-NatGateway-Hours"}
    whole = {
        "product": {"productFamily": "NAT Gateway", "attributes": attributes, "sku": "ABCD"},
        "serviceCode": "AmazonEC2",
        "terms": terms,
    }
    return json.dumps({**whole, "version": "20261201000000", "publicationDate": "2026-12-01T00:00:00Z"})


def offer(lease: str, option: str, *dimensions: dict[str, Any]) -> dict[str, Any]:
    """A reservation of a product."""
    return {
        "sku": "ABCD",
        "termAttributes": {"LeaseContractLength": lease, "OfferingClass": "standard", "PurchaseOption": option},
        "priceDimensions": {f"ABCD.{number}": entry for number, entry in enumerate(dimensions)},
    }


def renewed(entry: Mapping[str, Any], *pages: Sequence[str]) -> Renewal:
    """A table of one price, renewed by these pages of an answer."""
    query = entry["price_list"]
    asked: dict[str, Any] = {
        "ServiceCode": query["service"],
        "Filters": [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in query["filters"].items()],
    }
    with boto3_client("pricing") as (client, stubber):
        for number, page in enumerate(pages, 1):
            answer = {"PriceList": list(page), "FormatVersion": "aws_v1"} | ({"NextToken": str(number)} if number < len(pages) else {})
            stubber.add_response("get_products", answer, asked | ({"NextToken": str(number - 1)} if number > 1 else {}))
        return renew(client, {"title": "Test", "prices": {"nat_gateway.hour": entry}}, today=TODAY)


def entry_of(renewal: Renewal) -> dict[str, Any]:
    """The one price of the renewed table."""
    found: dict[str, Any] = renewal.content["prices"]["nat_gateway.hour"]
    return found


def test_a_new_figure_replaces_the_old_with_source_and_date() -> None:
    renewal = renewed(KNOWN, [product(dimension("0.0610000000"))])
    (change,) = renewal.changed
    assert (change.key, change.before, change.after) == ("nat_gateway.hour", "0.059", "0.061")
    assert entry_of(renewal) == {
        "usd": "0.061",
        "unit": "gateway-hour",
        "source": "AWS Price List API, AmazonEC2",
        "address": "https://api.pricing.us-east-1.amazonaws.com",
        "as_of": "2026-12-24",
        "confidence": "stated",
        "price_list": NAT,
    }
    assert renewal.content["title"] == "Test"


def test_the_same_figure_is_confirmed_with_todays_date() -> None:
    renewal = renewed(KNOWN, [product(dimension("0.0590000000"))])
    assert [answer.key for answer in renewal.confirmed] == ["nat_gateway.hour"]
    assert (renewal.changed, renewal.kept, entry_of(renewal)["as_of"]) == ((), (), "2026-12-24")


def test_a_price_gets_its_first_figure() -> None:
    renewal = renewed({key: value for key, value in KNOWN.items() if key != "usd"}, [product(dimension("0.5"))])
    (change,) = renewal.changed
    assert (change.before, change.after, next(iter(entry_of(renewal)))) == (None, "0.50", "usd")


def test_products_are_looked_for_on_every_page() -> None:
    assert entry_of(renewed(KNOWN, [], [product(dimension("0.061"))]))["usd"] == "0.061"


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ([[]], "the Price List has no such product in Hrs"),
        ([[product(dimension("1", unit="GB"))]], "the Price List has no such product in Hrs"),
        ([[product(dimension("1", begin="100"))]], "the Price List has no such product in Hrs"),
        ([[product(dimension("0.2")), product(dimension("0.061"))]], "the answer is ambiguous, products at 0.061 and 0.20"),
        ([[product(dimension("0.2"))], [product(dimension("0.061"))]], "the answer is ambiguous, products at 0.061 and 0.20"),
        ([[product(dimension("0.2"), dimension("0.061"))]], "the answer is ambiguous, products at 0.061 and 0.20"),
        ([[product(dimension("0.0000000000"))]], "the answer is zero, which is a free tier and no price"),
    ],
)
def test_what_is_no_single_answer_keeps_the_old_figure_and_is_named(pages: list[list[str]], reason: str) -> None:
    renewal = renewed(KNOWN, *pages)
    (kept,) = renewal.kept
    assert (kept.key, kept.before, kept.after, kept.reason) == ("nat_gateway.hour", "0.059", None, reason)
    assert entry_of(renewal) == KNOWN


def test_two_products_at_one_price_are_one_answer() -> None:
    assert entry_of(renewed(KNOWN, [product(dimension("0.061")), product(dimension("0.0610"))]))["usd"] == "0.061"


def test_the_first_tier_counts_unless_the_table_says_another() -> None:
    tiers = product(dimension("0", begin="0", end="1000"), dimension("0.00002", begin="1000"))
    with_free = {**KNOWN, "covers": "100000", "price_list": {**NAT, "begin": "1000"}}
    assert entry_of(renewed(with_free, [tiers]))["usd"] == "2.00"
    tiers = product(dimension("0.114", begin="0", end="10240"), dimension("0.098", begin="10240"))
    assert entry_of(renewed(KNOWN, [tiers]))["usd"] == "0.114"


def test_a_reservation_costs_its_fee_and_its_hours_spread_over_a_year() -> None:
    offers = [
        offer("1yr", "All Upfront", dimension("360", unit="Quantity"), dimension("0")),
        offer("3yr", "Partial Upfront", dimension("427", unit="Quantity"), dimension("0.0162")),
        offer("3yr", "All Upfront", dimension("800", unit="Quantity"), dimension("0")),
        offer("1yr", "No Upfront", dimension("0.0441")),
    ]
    answer = [product(dimension("0.056"), reserved=offers)]

    def yearly(lease: str, option: str) -> str:
        return str(entry_of(renewed({**KNOWN, "price_list": {**NAT, "lease": lease, "option": option}}, answer))["usd"])

    assert yearly("1yr", "All Upfront") == "360.00"
    assert yearly("3yr", "All Upfront") == "266.67"
    assert yearly("3yr", "Partial Upfront") == "284.25"
    assert yearly("1yr", "No Upfront") == "386.32"


def test_a_reservation_that_is_not_offered_keeps_its_figure() -> None:
    renewal = renewed({**KNOWN, "price_list": {**NAT, "lease": "1yr", "option": "All Upfront"}}, [product(dimension("0.056"))])
    assert entry_of(renewal)["usd"] == "0.059"


def test_any_figure_of_the_api_is_written_exactly_and_without_an_exponent() -> None:
    with boto3_client("pricing") as (client, stubber):

        @given(usd=st.decimals("0.0000000001", 10_000, places=10))
        def written_exactly(usd: Decimal) -> None:
            stubber.add_response("get_products", {"PriceList": [product(dimension(f"{usd:f}"))]})
            written = entry_of(renew(client, {"prices": {"nat_gateway.hour": KNOWN}}, today=TODAY))["usd"]
            assert Decimal(written) == usd
            assert "E" not in written
            assert len(written.partition(".")[2]) >= 2

        written_exactly()


def test_botocores_own_errors_pass_through() -> None:
    with boto3_client("pricing") as (client, stubber):
        stubber.add_client_error("get_products", "ThrottlingException", "slow down")
        with pytest.raises(ClientError, match="ThrottlingException"):
            renew(client, {"prices": {"one": KNOWN}}, today=TODAY)
