"""What observability costs in production, all of it switched on, and that its lines leave nothing out."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST, estimated, missing
from tradingbot_infra.cost.diff import ChangeKind, diff
from tradingbot_infra.cost.estimate import Estimate, Prices, total
from tradingbot_infra.cost.item import Part
from tradingbot_infra.cost.observability import MOST_IN_PRODUCTION, is_observability

EVERYTHING: Mapping[str, object] = {
    "tracing": "xray",
    "metrics": "otlp",
    "transaction_search": "ours",
    "trading_alarms": True,
    "trading_dashboards": True,
    "daily_summary": True,
    "expected_strategies": ("momentum", "grid", "breakout", "carry", "pairs"),
}
NOTHING: Mapping[str, object] = {
    "tracing": "off",
    "metrics": "off",
    "transaction_search": "off",
    "trading_alarms": False,
    "trading_dashboards": False,
    "daily_summary": False,
    "expected_strategies": (),
}

LOOKED_AT = {"account.securityhub.checks"}
"""Lines that grow because there are more resources to look at."""


@pytest.fixture(scope="module")
def found(synthesize: Synthesize) -> Estimate:
    return estimated(synthesize("production", **EVERYTHING), AT_LIST)


@pytest.fixture(scope="module")
def without(synthesize: Synthesize) -> Estimate:
    return estimated(synthesize("production", **NOTHING), AT_LIST)


@pytest.mark.parametrize("prices", [AT_DOCUMENT, AT_LIST], ids=["document", "list"])
def test_production_pays_at_most_twenty_dollars_for_it(synthesize: Synthesize, prices: Prices) -> None:
    every, none = (estimated(synthesize("production", **settings), prices) for settings in (EVERYTHING, NOTHING))
    assert Decimal(10) < total(every.observability) <= MOST_IN_PRODUCTION
    assert every.monthly - none.monthly <= MOST_IN_PRODUCTION


def test_without_it_there_is_no_line_of_it(without: Estimate) -> None:
    assert (without.observability, without.transports) == ((), ())


def test_its_lines_are_all_that_it_adds(found: Estimate, without: Estimate) -> None:
    changes = {change.id: change for change in diff(without, found).changes if change.kind is not ChangeKind.UNCHANGED}
    others = {identifier for identifier in changes if not is_observability(identifier)}
    assert others <= LOOKED_AT
    assert all(changes[identifier].difference <= 1 for identifier in others)
    assert {line.quantity.id for line in found.observability} == set(changes) - others


def test_nothing_of_it_is_without_a_price_but_queries_of_the_api(found: Estimate) -> None:
    assert missing(found) == ()
    assert [each.key for each in found.unpriced] == ["cloudwatch.promql_million_samples"]


def test_the_document_knows_nothing_of_it(found: Estimate) -> None:
    assert not {Part.DOCUMENT} & {line.part for line in found.observability}


def test_a_workspace_of_grafana_is_the_teams_choice_and_has_its_price(synthesize: Synthesize, found: Estimate) -> None:
    assert not any(line.quantity.id.startswith("grafana.") for line in found.observability)
    managed = estimated(synthesize("production", **EVERYTHING, managed_grafana=True), AT_LIST)
    assert total(managed.observability) - total(found.observability) == Decimal("28.00")
