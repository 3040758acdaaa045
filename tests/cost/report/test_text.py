"""The rows for a terminal: the answer first, then what was asked for, and nothing cut."""

import re
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT
from tests.cost.report.sample import document_of
from tradingbot_infra.cost.report.shares import shares
from tradingbot_infra.cost.report.text import rows


@pytest.fixture(scope="module")
def document(synthesize: Synthesize) -> dict[str, Any]:
    return document_of(synthesize, "production", AT_DOCUMENT)


def test_the_answer_is_first(document: dict[str, Any]) -> None:
    first, *others = rows({**document, "savings": None, "compared": None, "actual": None}, with_sources=False)
    assert re.fullmatch(r"production: \d+\.\d\d USD a month, [\d,]+\.\d\d a year", first)
    for share in shares(document):
        assert any(re.fullmatch(rf"  {re.escape(share.service)} +{share.monthly} +{share.percent} %", row) for row in others)
    assert f"  Total{document['monthly']:>10}" in [re.sub(r"Total +", "Total    ", row) for row in others]
    assert any(row.startswith("What the document counts: 252.47; ") for row in others)
    assert len(others) < 40


def test_every_line_has_its_source_where_asked(document: dict[str, Any]) -> None:
    text = list(rows(document, with_sources=True))
    sources = {match[1]: row for row in text if (match := re.match(r"  \[(\d+)\] ", row))}
    for part in document["parts"]:
        for line in part["lines"]:
            amount = text[text.index(f"  {line['service']}: {line['what']}", text.index(part["title"])) + 1]
            product = re.escape(f"{line['quantity']} {line['unit']} x {line['unit_price']}")
            ending = rf" +{line['monthly']} = {product} \[(\d+)\]"
            found = re.fullmatch(ending, amount)
            assert found
            assert f"{line['table']}, {line['as_of']}" in sources[found[1]]
            assert line["source"] in sources[found[1]]


def test_unpriced_savings_and_comparison_are_in_the_text(document: dict[str, Any]) -> None:
    text = "\n".join(rows(document, with_sources=False))
    for said in (
        "Not in the total, because no price is known\n",
        "\n  1 x AWS::SageMaker::Endpoint: neither a price nor a reason to be free is known",
        "One NAT gateway (nat_gateways=1): 41.37 a month, 496.44 a year",
        "The document says about 48 a month.",
        "NAT instances (nat_type=instance): refused in production: SOC2-A1.2-a, CIS-5.6, NIST-CP-10, PCI-1.3 and 1 more; it would save",
        "Together, what is allowed saves ",
        "staging against production: -",
    ):
        assert said in text
    assert "VPC endpoints (enable" not in text


def test_a_refused_environment_and_savings_that_are_none_are_said(document: dict[str, Any]) -> None:
    savings = {"refused_by": ["SOC2-A1.2-a"], "each": [], "combined": None}
    text = list(rows({**document, "savings": savings}, with_sources=False))
    assert "production as it is here: refused in production: SOC2-A1.2-a" in text
    assert "Nothing of what is proposed is allowed and saves" in text


def test_no_row_holds_a_line_break_and_none_is_cut(document: dict[str, Any]) -> None:
    text = list(rows(document, with_sources=True))
    assert not [row for row in text if "\n" in row or "..." in row]


def test_settings_given_by_c_are_named(document: dict[str, Any]) -> None:
    given = [{"name": "nat_gateways", "value": "1", "declared": "2"}]
    assert "Made with -c nat_gateways=1 (environments.py: 2)" in rows({**document, "settings": given}, with_sources=False)


def test_the_bill_is_beside_the_estimate_and_says_what_has_no_tag(document: dict[str, Any]) -> None:
    text = list(rows(document, with_sources=False))
    assert "  2 Bill, 2026-10-01 to 2026-10-31" in text
    assert any(re.fullmatch(r" +\d+\.\d\d +101\.50 +95\.00  EC2 - Other", row) for row in text)
    assert "  2026-10-01 to 2026-10-31: 0.50 in the account without the tag Environment, 80.25 of other environments." in text
    assert not any("Activate" in row for row in text)


def test_an_environment_without_tagged_costs_is_told_how_to_tag_them(document: dict[str, Any]) -> None:
    months = [{**document["actual"]["months"][0], "billed": "0.00"}]
    actual = {"months": months, "services": []}
    text = list(rows({**document, "actual": actual}, with_sources=False))
    assert any(row.startswith("  No cost has the tag Environment=production. Activate Environment as a cost alloc") for row in text)


def test_observability_is_said_with_what_other_ways_of_sending_metrics_cost(document: dict[str, Any]) -> None:
    ways = [
        {"id": "otlp", "title": "OTLP", "chosen": True, "what": "294 series", "monthly": "4.65"},
        {"id": "emf", "title": "Embedded metric format", "chosen": False, "what": "29 custom metrics", "monthly": "8.81"},
    ]
    observed = {"monthly": "17.20", "lines": ["xray.telemetry_spans"], "transports": ways}
    text = list(rows({**document, "observability": observed}, with_sources=False))
    first = text.index("Observability, in that total: 17.20")
    assert text[first + 1 : first + 3] == [
        "       4.65  OTLP: 294 series, chosen",
        "       8.81  Embedded metric format: 29 custom metrics",
    ]


def test_nothing_is_said_of_observability_that_an_environment_does_not_have(document: dict[str, Any]) -> None:
    nothing = {"monthly": "0.00", "lines": [], "transports": []}
    assert not any("Observability" in row for row in rows({**document, "observability": nothing}, with_sources=False))
