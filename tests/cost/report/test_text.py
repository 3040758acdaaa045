"""The rows for a terminal hold every line with quantity, unit price, money and source."""

import re

from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT
from tests.cost.report.sample import document_of
from tradingbot_infra.cost.report.text import rows


def test_every_line_has_a_row_with_its_source(synthesize: Synthesize) -> None:
    document = document_of(synthesize, "production", AT_DOCUMENT)
    text = list(rows(document))
    sources = {match[1]: row for row in text if (match := re.match(r"  \[(\d+)\] ", row))}
    for part in document["parts"]:
        for line in part["lines"]:
            amount = re.escape(f"{line['quantity']} {line['unit']} x {line['unit_price']}")
            ending = rf"{amount} +{re.escape(line['monthly'])}  \[(\d+)\]$"
            beginning = f"{line['service']}: {line['what']}"[:50]
            (number,) = [found[1] for row in text if row.strip().startswith(beginning) and (found := re.search(ending, row))]
            assert f"{line['table']}, {line['as_of']}" in sources[number]
            assert line["source"] in sources[number]


def test_totals_unpriced_savings_and_comparison_are_in_the_text(synthesize: Synthesize) -> None:
    text = "\n".join(rows(document_of(synthesize, "production", AT_DOCUMENT)))
    for said in (
        "3,029.64 a year",
        "252.47",
        "Not in the total, because no price is known\n  1 x AWS::SageMaker::Endpoint: neither a price nor a reason to be free is known",
        "One NAT gateway (nat_gateways=1): 41.37 a month, 496.44 a year; the document says about 48 a month",
        "VPC endpoints (enable_vpc_endpoints=true): costs 74.79 a month more, 897.48 a year",
        "staging against production: -",
    ):
        assert said in text


def test_no_row_holds_a_line_break(synthesize: Synthesize) -> None:
    assert not [row for row in rows(document_of(synthesize, "production", AT_DOCUMENT)) if "\n" in row]


def test_settings_given_by_c_are_named(synthesize: Synthesize) -> None:
    document = document_of(synthesize, "production", AT_DOCUMENT)
    assert document["settings"] == []
    given = [{"name": "nat_gateways", "value": "1", "declared": "2"}]
    assert "Not the settings of environments.py: nat_gateways=1 (environments.py: 2)" in rows({**document, "settings": given})
