"""The difference as a comment: every changed line, nothing unpriced left out, no markup out of a template's names."""

from typing import Any

from tests.conftest import Synthesize
from tests.cost.pricing import AT_LIST
from tests.cost.report.sample import difference_of
from tradingbot_infra.cost.report.markdown import render


def test_every_change_is_a_row_with_money_on_both_sides(synthesize: Synthesize) -> None:
    document = difference_of(synthesize, AT_LIST)
    text = render(document)
    assert text.startswith(
        f"### Cost of production: +{document['difference']} USD a month ({document['base']} to {document['head']} USD a month)\n"
    )
    assert "| added | VPC endpoints | 4 interface endpoints, 8 with their zones |  | 75.92 | +75.92 |" in text
    assert "| added | VPC endpoints | 2 endpoints for telemetry, 4 with their zones |  | 37.96 | +37.96 |" in text
    assert "| changed | NAT | 150 GB through NAT | 10.03 | 8.85 | -1.18 |" in text
    assert text.count("\n| ") == len(document["changes"]) + 1
    assert "- added: 1 x AWS::SageMaker::Endpoint, neither a price nor a reason to be free is known" in text


def test_no_change_is_one_sentence(synthesize: Synthesize) -> None:
    document: dict[str, Any] = {**difference_of(synthesize, AT_LIST), "changes": [], "unpriced": [], "difference": "0.00"}
    text = render(document)
    assert "No line of the estimate changes." in text
    assert "no price is known" not in text


def test_a_name_cannot_add_markup_mentions_or_links(synthesize: Synthesize) -> None:
    document = difference_of(synthesize, AT_LIST)
    change = {**document["changes"][0], "what": "a | b <script> @somebody [x](https://example.com) `c` #12"}
    row = next(line for line in render({**document, "changes": [change]}).splitlines() if "script" in line)
    assert row.replace(r"\|", "").count("|") == 7
    for harmful in ("<script", "@somebody", "](http", "https://example", "`c`", " #12"):
        assert harmful not in row.replace("\\<", "").replace("\\`", "").replace("\\]", "")


def test_usage_given_by_c_is_named(synthesize: Synthesize) -> None:
    given = [{"name": "expected_lcus", "value": "3.0", "declared": "1.0"}]
    text = render({**difference_of(synthesize, AT_LIST), "settings": given})
    assert text.endswith("Made with -c expected_lcus=3.0 (environments.py: 1.0).\n".replace("_", "\\_"))
    assert render(difference_of(synthesize, AT_LIST)).endswith("Made with the settings of environments.py, without -c.\n")
