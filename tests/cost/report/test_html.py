"""The page holds the whole document, and needs and allows nothing from elsewhere."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from tests.conftest import Synthesize
from tests.cost.pricing import AT_DOCUMENT, AT_LIST
from tests.cost.report.sample import document_of
from tradingbot_infra.cost.report.html import render, shares


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
    assert {value for name, value in found.data if name == "data-saving"} == {saving["id"] for saving in document["savings"]}
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


def test_services_are_shown_from_the_dearest_with_bars_to_scale(synthesize: Synthesize) -> None:
    found = shares(document_of(synthesize, "production", AT_DOCUMENT))
    assert [share.monthly for share in found] == sorted((share.monthly for share in found), reverse=True)
    assert (found[0].service, str(found[0].length)) == ("NAT", "100.0")
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
    assert "Not the settings of environments.py" not in page
