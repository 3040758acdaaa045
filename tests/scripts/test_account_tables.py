"""The tables of docs/account.md are up to date in both languages, and say of each control what the code says."""

import json
import re

import pytest

from scripts.account_tables import DOCS, KOREAN_TEXTS, PAGES, Plans, estimate_of, korean, settings_of, with_tables
from tests.conftest import Synthesize
from tradingbot_infra.config.account_plans import ACCOUNT_PLANS
from tradingbot_infra.cost.account_controls import CONTROLS

PAGE = (DOCS / "account.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plans(synthesize: Synthesize) -> Plans:
    """What each plan costs."""
    return {name: estimate_of(synthesize("production", **settings_of(name))) for name in ACCOUNT_PLANS}


def table(page: str, name: str) -> list[list[str]]:
    """The cells of a table, row by row, without its head."""
    (lines,) = re.findall(rf"<!-- {name}: .*?-->\n(.*?)<!-- end", page, flags=re.DOTALL)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.splitlines()[2:]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_written_from_the_controls_and_their_prices(name: str, plans: Plans) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert with_tables(page, plans, PAGES[name]) == page, f"{name} is stale: run `make docs`"


def test_each_control_has_a_row_in_both_tables() -> None:
    ids = [f"`{control.id}`" for control in CONTROLS]
    assert [row[0] for row in table(PAGE, "prices")] == [*ids, "together"]
    assert [row[0] for row in table(PAGE, "controls")] == ids


def test_a_part_that_a_plan_leaves_out_has_no_price_there() -> None:
    rows = {row[0]: row[2:] for row in table(PAGE, "prices")}
    assert [cell == "off" for cell in rows["`security-hub`"]] == [True, False, False]
    assert [cell == "off" for cell in rows["`guardduty-runtime`"]] == [True, True, False]
    assert rows["`support-role`"] == ["free"] * 3


def test_requirements_that_follow_one_another_are_named_by_the_first_and_the_last() -> None:
    rows = {row[0]: row[2] for row in table(PAGE, "controls")}
    assert rows["`alarms`"].startswith("CIS 4.1-15; ")
    assert rows["`access-analyzer`"] == "CIS 1.19"
    assert rows["`budget`"] == "-"


def test_each_korean_text_translates_an_english_one_that_is_used_now(plans: Plans) -> None:
    used: set[str] = set()

    def translate(text: str) -> str:
        used.add(text)
        return korean(text)

    with_tables(PAGE, plans, translate)
    assert used == json.loads(KOREAN_TEXTS.read_text(encoding="utf-8")).keys()
