"""AWS's Price List API: today's figure for each price of a table, by the filters that the table itself keeps."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_pricing import PricingClient

Json = Mapping[str, Any]

HOURS_OF_A_YEAR = 8760

_ADDRESS = "https://api.pricing.us-east-1.amazonaws.com"
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class PriceAnswer:
    """The API's answer for one price. `after` is None where there was no single figure, and `reason` says why."""

    key: str
    before: str | None
    after: str | None
    reason: str

    @property
    def is_change(self) -> bool:
        """Whether the figure has changed."""
        return self.after is not None and (self.before is None or Decimal(self.before) != Decimal(self.after))


@dataclass(frozen=True)
class Renewal:
    """The table with today's prices, and the API's answer for each."""

    content: Json
    answers: tuple[PriceAnswer, ...]

    @property
    def changed(self) -> tuple[PriceAnswer, ...]:
        """Prices with another figure, or with their first."""
        return tuple(answer for answer in self.answers if answer.is_change)

    @property
    def confirmed(self) -> tuple[PriceAnswer, ...]:
        """Prices that are what they were."""
        return tuple(answer for answer in self.answers if answer.after is not None and not answer.is_change)

    @property
    def kept(self) -> tuple[PriceAnswer, ...]:
        """Prices that keep figure, source and date, because there was no single answer."""
        return tuple(answer for answer in self.answers if answer.after is None)

    @property
    def document(self) -> dict[str, Any]:
        """What `cost refresh --json` prints."""
        return {
            "changed": [{"key": answer.key, "before": answer.before, "after": answer.after} for answer in self.changed],
            "confirmed": [answer.key for answer in self.confirmed],
            "kept": [{"key": answer.key, "usd": answer.before, "reason": answer.reason} for answer in self.kept],
        }


class NoSingleAnswerError(Exception):
    """The Price List has no product for a key's filters, or several at different prices. The text says which."""


def renew(client: "PricingClient", content: Json, *, today: date) -> Renewal:
    """Asks for every price of a table.

    Several products that match are an answer only where they cost the same. Raises what botocore raises when the API does not
    answer at all; then nothing is renewed.
    """
    answers, prices = [], {}
    for key, entry in content["prices"].items():
        answer = _answer(client, key, entry)
        answers.append(answer)
        prices[key] = entry if answer.after is None else _renewed(entry, answer.after, today)
    return Renewal({**content, "prices": prices}, tuple(answers))


def _answer(client: "PricingClient", key: str, entry: Json) -> PriceAnswer:
    before = entry.get("usd")
    try:
        return PriceAnswer(key, before, _text(_ask(client, entry)), "")
    except NoSingleAnswerError as error:
        return PriceAnswer(key, before, None, str(error))


def _renewed(entry: Json, usd: str, today: date) -> dict[str, Any]:
    """The entry with today's figure; how to ask for it stays last, as in the whole file."""
    query = entry["price_list"]
    rest = {name: value for name, value in entry.items() if name in ("unit", "covers")}
    dated = {"source": f"AWS Price List API, {query['service']}", "address": _ADDRESS, "as_of": today.isoformat(), "confidence": "stated"}
    return {"usd": usd, **rest, **dated, "price_list": query}


def _ask(client: "PricingClient", entry: Json) -> Decimal:
    """US dollars of the entry's unit.

    Raises NoSingleAnswerError.
    """
    query = entry["price_list"]
    prices = {price for product in _products(client, query) for price in _prices_of(product, query)}
    if not prices:
        raise NoSingleAnswerError(f"the Price List has no such product in {query['unit']}")
    if len(prices) > 1:
        raise NoSingleAnswerError(f"the answer is ambiguous, products at {' and '.join(_text(price) for price in sorted(prices))}")
    price = prices.pop()
    if not price:
        raise NoSingleAnswerError("the answer is zero, which is a free tier and no price")
    return price * Decimal(entry.get("covers", "1"))


def _products(client: "PricingClient", query: Json) -> Iterator[Json]:
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in query["filters"].items()]
    pages = client.get_paginator("get_products").paginate(ServiceCode=query["service"], Filters=filters)  # type: ignore[arg-type]  # the stubs want literals
    for page in pages:
        for product in page["PriceList"]:
            yield json.loads(product)


def _prices_of(product: Json, query: Json) -> Iterator[Decimal]:
    yield from _reserved(product, query) if "lease" in query else _on_demand(product, query)


def _on_demand(product: Json, query: Json) -> Iterator[Decimal]:
    """The prices of the tier in which a quantity begins."""
    for term in product["terms"].get("OnDemand", {}).values():
        for dimension in term["priceDimensions"].values():
            if _is_unit(dimension, query["unit"]) and dimension.get("beginRange", "0") == query.get("begin", "0"):
                yield _usd(dimension)


def _reserved(product: Json, query: Json) -> Iterator[Decimal]:
    """What a year of a reservation comes to, its upfront fee spread over its years."""
    years = int(query["lease"].removesuffix("yr"))
    for term in product["terms"].get("Reserved", {}).values():
        attributes = term["termAttributes"]
        if (attributes["LeaseContractLength"], attributes["PurchaseOption"]) == (query["lease"], query["option"]):
            dimensions = term["priceDimensions"].values()
            upfront = sum((_usd(dimension) for dimension in dimensions if _is_unit(dimension, "Quantity")), Decimal(0))
            hourly = sum((_usd(dimension) for dimension in dimensions if _is_unit(dimension, query["unit"])), Decimal(0))
            yield (upfront / years + hourly * HOURS_OF_A_YEAR).quantize(_CENT)


def _usd(dimension: Json) -> Decimal:
    return Decimal(dimension["pricePerUnit"]["USD"])


def _is_unit(dimension: Json, unit: str) -> bool:
    # AWS writes hrs, Hrs and hours, and not the same in every region.
    return bool(dimension["unit"].lower() == unit.lower())


def _text(usd: Decimal) -> str:
    """Without an exponent, and with at least two decimals."""
    plain = f"{usd.normalize():f}"
    return plain if len(plain.partition(".")[2]) > 1 else f"{usd:.2f}"
