"""The page holds the whole document, and needs and allows nothing from elsewhere."""

import itertools
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST
from tests.cost.report.sample import REFUSED_BY, document_of
from tradingbot_infra.cost.report.html import bars, render
from tradingbot_infra.cost.report.shares import shares


class _Page(HTMLParser):
    """Tags, data attributes, and the text of each line's amount."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.data: list[tuple[str, str]] = []
        self.amounts: dict[str, str] = {}
        self.ids: list[str] = []
        self.links: list[str] = []
        self._line = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = {name: value or "" for name, value in attrs}
        self.data += [(name, value) for name, value in given.items() if name.startswith("data-")]
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src") if name in given]
        self._line = given.get("data-line", "")

    def handle_data(self, data: str) -> None:
        if self._line:
            self.amounts[self._line] = data.strip()
            self._line = ""


@pytest.fixture(scope="module")
def page(synthesize: Synthesize) -> str:
    return render(document_of(synthesize, "production", AT_DOCUMENT))


def test_the_page_shows_every_line_and_every_unpriced_thing(synthesize: Synthesize, page: str) -> None:
    document, found = document_of(synthesize, "production", AT_DOCUMENT), _Page(page)
    assert found.amounts == {line["id"]: line["monthly"] for part in document["parts"] for line in part["lines"]}
    assert ("data-total", document["monthly"]) in found.data
    assert ("data-unpriced", "AWS::SageMaker::Endpoint") in found.data
    assert {value for name, value in found.data if name == "data-saving"} == {saving["id"] for saving in document["savings"]["each"]}
    assert ("data-combined", document["savings"]["combined"]["monthly"]) in found.data
    assert {value for name, value in found.data if name == "data-bar"} == {each["service"] for each in document["compared"]["services"]}
    billed = {value for name, value in found.data if name == "data-billed"}
    assert billed == {each["service"] for each in document["actual"]["services"]}
    assert "3,029.64 a year" in page
    assert all(name in page for name in document["usage"])
    assert all(free["type"] in page for free in document["free"])


def test_the_page_needs_no_script_and_fetches_nothing(page: str) -> None:
    found = _Page(page)
    assert not found.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert "default-src 'none'; style-src 'sha256-" in unescape(page)
    assert [link for link in found.links if not link.startswith("#")] == []
    assert " style=" not in page
    assert "url(" not in page


def test_every_link_leads_to_a_place_on_the_page_and_every_place_is_one(page: str) -> None:
    found = _Page(page)
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))
    assert len(found.links) > 30


def test_names_of_templates_are_escaped(page: str) -> None:
    assert "Planted&lt;b&gt;" in page
    assert "Planted<b>" not in page


def test_the_same_document_gives_the_same_page(synthesize: Synthesize, page: str) -> None:
    assert render(document_of(synthesize, "production", AT_DOCUMENT)) == page
    assert render(document_of(synthesize, "production", AT_LIST)) != page


def test_a_refused_scenario_says_so_and_shows_no_saving(page: str) -> None:
    (row,) = re.findall(r'<tr data-saving="nat_instance">.*?</tr>', page)
    assert f"Refused in production: {', '.join(REFUSED_BY)}" in row
    assert '<td class="number" data-label="A month">refused</td><td class="number" data-label="A year"></td>' in row


def test_free_resources_are_collapsed(page: str) -> None:
    (free,) = re.findall(r'<section aria-labelledby="free">.*?</section>', page, flags=re.DOTALL)
    assert '<details class="free">' in free
    assert "open" not in free.split("<summary>")[0]


def test_headings_descend_one_level_at_a_time_and_none_is_empty(page: str) -> None:
    headings = re.findall(r"<h([1-6])[^>]*>(.*?)</h[1-6]>", page)
    levels = [int(level) for level, _ in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))
    assert all(text.strip() for _, text in headings)


def test_what_nobody_asked_for_is_not_on_the_page(synthesize: Synthesize) -> None:
    bare = render({**document_of(synthesize, "production", AT_DOCUMENT), "savings": None, "compared": None, "actual": None})
    assert "Possible savings" not in bare
    assert "Beside the bill" not in bare
    assert 'id="compared"' not in bare


def test_both_environments_are_bars_of_one_scale(synthesize: Synthesize) -> None:
    found = bars(document_of(synthesize, "production", AT_DOCUMENT))
    assert max(max(bar.base_length, bar.head_length) for bar in found) == 100
    nat = next(bar for bar in found if bar.service == "NAT")
    assert (nat.base > nat.head) is (nat.base_length > nat.head_length)


def test_services_are_shown_from_the_dearest_with_their_share(synthesize: Synthesize) -> None:
    found = shares(document_of(synthesize, "production", AT_DOCUMENT))
    assert [share.monthly for share in found] == sorted((share.monthly for share in found), reverse=True)
    assert found[0].service == "NAT"
    assert 99.5 < sum(share.percent for share in found) < 100.5
    assert sum(share.monthly for share in found) > 250


def test_the_style_allows_dark_paper_and_a_telephone(page: str) -> None:
    assert re.search(r"@media print", page)
    assert re.search(r"prefers-color-scheme: dark", page)
    assert re.search(r"max-width: 48rem", page)


def test_settings_given_by_c_are_in_the_title_and_the_head(synthesize: Synthesize, page: str) -> None:
    given = [{"name": "nat_gateways", "value": "1", "declared": "2"}]
    changed = render({**document_of(synthesize, "production", AT_DOCUMENT), "settings": given})
    assert "<title>Monthly cost: production with nat_gateways=1</title>" in changed
    assert "<h1>Monthly cost, production with nat_gateways=1</h1>" in changed
    assert "nat_gateways=1 (environments.py: 2)" in changed
    assert "<h1>Monthly cost, production</h1>" in page
    assert "Made with the settings of environments.py, without -c." in page


def test_the_page_has_what_observability_costs_and_every_way_of_sending_metrics(synthesize: Synthesize) -> None:
    ways = [{"id": name, "title": name, "chosen": name == "otlp", "what": "counted <so>", "monthly": "4.65"} for name in ("otlp", "emf")]
    observed = {"monthly": "17.20", "lines": ["xray.telemetry_spans"], "transports": ways}
    found = _Page(render({**document_of(synthesize, "production", AT_LIST), "observability": observed}))
    assert ("data-observability", "17.20") in found.data
    assert [value for name, value in found.data if name == "data-transport"] == ["otlp", "emf"]
