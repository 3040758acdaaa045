"""The price tables are complete, dated data, and money is rounded once."""

import ast
import json
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import PROJECT_ROOT
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost import prices
from tradingbot_infra.cost.prices import PriceTable, TableName, cents, parse_table, path_of, read_table, tables_of_other_regions

COST = PROJECT_ROOT / "tradingbot_infra/cost"
LISTED = json.loads(path_of(TableName.LIST).read_text(encoding="utf-8"))["prices"]


@pytest.mark.parametrize("name", list(TableName))
def test_every_price_has_a_figure_a_source_and_a_date(name: TableName) -> None:
    table = read_table(name)
    assert len(table.prices) > 15
    for price in table.prices.values():
        assert price.usd > 0, price.key
        assert price.covers > 0, price.key
        assert len(price.unit) > 1, price.key
        assert len(price.source) > 10, price.key
        assert price.address, price.key
        assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", price.as_of), price.key
        assert price.confidence in ("stated", "other region"), price.key


@pytest.mark.parametrize("key", sorted(LISTED))
def test_every_list_price_has_its_query(key: str) -> None:
    query = LISTED[key]["price_list"]
    assert {"service", "filters", "unit"} <= set(query)
    filters = query["filters"]
    assert any(filters.get(name) in ("ap-southeast-2", "Asia Pacific (Sydney)") for name in ("regionCode", "fromLocation")) or (
        filters["usagetype"] == "DashboardsUsageHour"
    )
    assert "usagetype" in filters or "lease" in query


def test_keys_name_how_many_units_a_price_covers() -> None:
    lots = {key: entry.get("covers", "1") for key, entry in LISTED.items() if re.search(r"_\d+[km]$", key)}
    assert lots == {
        "cloudtrail.data_events_100k": "100000",
        "cloudtrail.insights_100k": "100000",
        "config.evaluations_1k": "1000",
        "guardduty.management_events_1m": "1000000",
        "guardduty.s3_events_1m": "1000000",
        "kms.requests_10k": "10000",
        "s3.put_1k": "1000",
        "scheduler.invocations_1m": "1000000",
        "secretsmanager.requests_10k": "10000",
        "securityhub.checks_1k": "1000",
        "sns.email_100k": "100000",
        "states.express_requests_1m": "1000000",
        "waf.requests_1m": "1000000",
        "xray.indexed_spans_1m": "1000000",
        "xray.traces_1m": "1000000",
    }
    assert not [key for key, entry in LISTED.items() if "covers" in entry and key not in lots]


@pytest.mark.parametrize("name", list(TableName))
def test_every_price_is_used_by_the_estimate(name: TableName) -> None:
    asked = [pattern for path in COST.rglob("*.py") for pattern in keys_in(path)]
    assert "lambda.gb_second" in asked
    assert not [key for key in read_table(name).prices if not any(re.fullmatch(pattern, key) for pattern in asked)]


def keys_in(path: Path) -> Iterator[str]:
    """The texts of a module that have the form of a price's key, as regular expressions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z0-9_]+(\.[\w.]+)+", node.value):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else ".+" for part in node.values]
            if any(str(part).strip(".+") and "." in str(part) for part in parts):
                yield "".join(re.escape(str(part)) if part != ".+" else ".+" for part in parts)


def test_lumps_of_the_document_cover_the_usage_that_production_assumes() -> None:
    usage = load_config("production").usage
    lumps = {key: price.covers for key, price in read_table(TableName.DOCUMENT).prices.items() if key.endswith("_lump")}
    assert lumps == {
        "alb.lcu_lump": usage.expected_lcus,
        "nat_gateway.data_lump": usage.expected_nat_gib + usage.expected_image_pull_gib + usage.expected_log_gib,
        "data_transfer.out_lump": usage.expected_transfer_out_gib,
        "rds.backup_lump": usage.expected_extra_backup_gib,
    }


def table_of(**entry: str) -> PriceTable:
    """A table of one price."""
    common = {"title": "Test", "region": "ap-southeast-2", "source": "A test", "address": "none", "as_of": "2026", "confidence": "stated"}
    return parse_table(TableName.LIST, {**common, "prices": {"thing": {"unit": "thing", **entry}}})


def test_a_file_that_names_a_region_is_the_table_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = {"title": "Test", "region": "us-east-1", "prices": {}}
    (tmp_path / "list.us-east-1.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "list.json").write_text(json.dumps({**content, "region": "ap-southeast-2"}), encoding="utf-8")
    monkeypatch.setattr(prices, "TABLES", tmp_path)
    assert [table.region for table in tables_of_other_regions(TableName.LIST)] == ["us-east-1"]


def test_an_entry_without_a_figure_is_no_price() -> None:
    assert table_of().get("thing") is None
    assert table_of(usd="1").get("thing") is not None


def test_a_lump_costs_its_share_of_another_usage() -> None:
    price = table_of(usd="10.00", unit="month", covers="170").prices["thing"]
    assert (price.of(Decimal(170)), price.of(Decimal(85)), price.units(Decimal(85))) == (Decimal("10.00"), Decimal("5.00"), Decimal("0.5"))


@given(amount=st.decimals(0, 100_000, places=6))
def test_money_is_rounded_to_the_nearest_cent_and_half_a_cent_upwards(amount: Decimal) -> None:
    assert cents(amount) == amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert abs(cents(amount) - amount) <= Decimal("0.005")
    assert cents(Decimal("0.005")) == Decimal("0.01")


@given(amount=st.decimals(0, 1_000_000, places=3), usd=st.decimals("0.000001", 1000, places=6), covers=st.integers(1, 1_000_000))
def test_more_never_costs_less(amount: Decimal, usd: Decimal, covers: int) -> None:
    price = table_of(usd=f"{usd:f}", covers=str(covers)).prices["thing"]
    assert Decimal(0) <= price.of(amount) <= price.of(amount + 1)
