"""The account's part of an estimate, in every format, and in none where the environment does not pay for it."""

import re
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.cost.pricing import AT_LIST, estimated
from tests.cost.report.test_document import DIFF_SCHEMA, SCHEMA, problems
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.diff import diff
from tradingbot_infra.cost.report.document import Asked, comparison, diff_document, estimate_document
from tradingbot_infra.cost.report.html import render
from tradingbot_infra.cost.report.markdown import render as as_markdown
from tradingbot_infra.cost.report.text import rows

OURS = {"account_security": "ours"}


@pytest.fixture(scope="module")
def document(synthesize: Synthesize) -> dict[str, Any]:
    found, staging = estimated(synthesize("production", **OURS), AT_LIST), estimated(synthesize("staging"), AT_LIST, "staging")
    compared = comparison("staging", found, staging, diff(found, staging))
    return estimate_document(load_config("production", OURS), found, AT_LIST, Asked(compared=compared), given=OURS)


def test_it_is_a_third_part_by_the_schema(document: dict[str, Any]) -> None:
    assert problems(SCHEMA, document) == []
    assert [part["id"] for part in document["parts"]] == ["document", "not_in_document", "account"]
    assert {line["service"].partition(": ")[0] for line in document["parts"][2]["lines"]} == {"Account"}


def test_another_environment_has_no_such_part(synthesize: Synthesize) -> None:
    found = estimate_document(load_config("staging"), estimated(synthesize("staging"), AT_LIST, "staging"), AT_LIST, Asked(), given=())
    assert [part["id"] for part in found["parts"]] == ["document", "not_in_document"]


def test_the_terminal_says_what_the_account_costs_beside_the_rest(document: dict[str, Any]) -> None:
    text = "\n".join(rows(document, with_sources=True))
    price = document["parts"][2]["monthly"]
    assert f"; the account's own, once for all environments: {price}" in text
    assert re.search(r"^  Account: GuardDuty +\d+\.\d\d ", text, flags=re.MULTILINE)
    assert "\nThe account's own, once for all environments\n" in text


def test_the_page_has_a_table_of_it(document: dict[str, Any]) -> None:
    page = render(document)
    assert 'data-part="account"' in page
    assert 'data-line="account.securityhub.checks"' in page


def test_a_pull_request_that_switches_it_on_shows_each_line(synthesize: Synthesize) -> None:
    base, head = (estimated(synthesize("production", account_security=whose), AT_LIST) for whose in ("none", "ours"))
    found = diff_document(load_config("production"), base, head, AT_LIST, diff(base, head), given=())
    assert problems(DIFF_SCHEMA, found) == []
    assert re.search(r"^\| added \| Account: AWS Config \| Items, daily \|  \| \d+\.\d\d \| \+\d", as_markdown(found), flags=re.MULTILINE)
