"""The page as text: nothing in a report becomes markup, nothing is fetched, every link has a target, all of it is there."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.compliance.report.sample import LATER, LONGEST_PATH, OVERDUE, SOON, large, report_of, sample
from tradingbot_infra.compliance.report import html

KEPT = frozenset({"status", "scope", "source", "date", "sha256", "review"})
"""What the schema allows only certain values for."""


class _Page(HTMLParser):
    """Elements with their attributes, ids, links and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, frozenset[str]]] = []
        self.attributes: list[tuple[str, str]] = []
        self.raw: dict[str, str] = {}
        self._texts: list[str] = []
        self._tag = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, frozenset(name for name, _ in attrs)))
        self.attributes += [(name, value or "") for name, value in attrs]
        self._tag = tag

    def handle_data(self, data: str) -> None:
        if self._tag in {"style", "script"}:
            self.raw.setdefault(self._tag, data)
        self._texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    @property
    def text(self) -> str:
        return "".join(self._texts)

    @property
    def ids(self) -> list[str]:
        return [value for name, value in self.attributes if name == "id"]


def _with_suffix(value: Any, suffix: str, key: str = "") -> Any:
    """The same report with the suffix at the end of every text, so that references still meet."""
    if isinstance(value, dict):
        return {name: _with_suffix(inner, suffix, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_suffix(inner, suffix, key) for inner in value]
    return value + suffix if isinstance(value, str) and value and key not in KEPT else value


HOSTILE = st.sampled_from(
    (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onfocus='alert(1)",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "]]>",
        "-->",
        "&lt;b&gt;",
    )
)


@given((st.text(max_size=12) | HOSTILE).map(lambda text: f"{text}.".translate({ord("["): "(", ord("`"): "'"})))
@settings(max_examples=25, deadline=None)
def test_no_text_of_a_report_becomes_markup(hostile: str) -> None:
    plain, page = _Page(html.render(report_of(_with_suffix(sample(), ".")))), _Page(html.render(report_of(_with_suffix(sample(), hostile))))
    assert page.elements == plain.elements
    assert f"AwsSolutions-S1{hostile}" in page.text
    assert f"Every bucket is encrypted at rest{hostile}" in page.text
    assert f"Platform team{hostile}" in page.text


def test_the_page_names_nothing_outside_itself() -> None:
    page = _Page(html.render(report_of(sample())))
    assert not {name for name, _ in page.attributes} & {"src", "srcset", "action", "style", "data", "poster"}
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert not {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base"}
    assert not re.search(r"url\((?!#)|@import|fetch\(|XMLHttpRequest|import\(", page.raw["style"] + page.raw["script"])


def test_the_content_security_policy_admits_this_style_and_this_script_only() -> None:
    page = _Page(html.render(report_of(sample())))
    policy = next(value for name, value in page.attributes if name == "content" and "default-src" in value)
    digests = {tag: base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode() for tag in ("style", "script")}
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digests['style']}'",
        f"script-src 'sha256-{digests['script']}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize("report", [sample(), large()], ids=["small", "large"])
def test_every_link_has_a_target_and_every_id_is_one_elements(report: dict[str, Any]) -> None:
    page = _Page(html.render(report_of(report)))
    targets = {unquote(value[1:]) for name, value in page.attributes if name == "href"}
    assert targets <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_everything_of_the_report_is_on_the_page() -> None:
    report = sample()
    text = _Page(html.render(report_of(report))).text
    assert [value for value in _texts(report) if value not in text] == []


def _texts(value: Any, key: str = "") -> list[str]:
    """Every text of a report that a person reads: not the names of statuses and sources, and without backticks."""
    if isinstance(value, dict):
        return [text for name, inner in value.items() if name != "counts" for text in _texts(inner, name)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner, key)]
    return [value.replace("`", "")] if isinstance(value, str) and key not in {"status", "source"} else []


def test_text_in_backticks_is_code_and_still_escaped() -> None:
    report = sample()
    report["rules"][1]["fix"] = "Set `<b>` & `x`, not ` alone."
    assert "Set <code>&lt;b&gt;</code> &amp; <code>x</code>, not ` alone." in html.render(report_of(report))


def test_a_commit_with_uncommitted_changes_is_called_so() -> None:
    report = sample()
    assert '<strong class="loud">with uncommitted changes</strong>' in html.render(report_of(report))
    report["commit"]["dirty"] = False
    assert "with uncommitted changes" not in html.render(report_of(report))


def test_a_report_without_a_commit_is_marked() -> None:
    assert "judged outside a git checkout" in html.render(report_of({**sample(), "commit": None}))


def test_failures_and_overdue_exceptions_are_at_the_top() -> None:
    top = html.render(report_of(sample())).partition('<h2 id="summary">')[0]
    assert "4 controls fail, 1 exception is overdue" in top
    assert 'href="#c-CIS-2.2.1"' in top
    assert f'href="#x-{OVERDUE}"' in top
    assert f'href="#x-{SOON}"' not in top


def test_a_report_without_failures_is_calm() -> None:
    report = {**sample(), "exceptions": [], "frameworks": [sample()["frameworks"][3]]}
    report["frameworks"] = [{**framework, "controls": []} for framework in report["frameworks"]]
    for rule in report["rules"]:
        rule["evidence"] = []
    assert "No control fails, and no exception is overdue." in html.render(report_of(report))


def test_a_rule_that_fails_shows_its_fix_at_the_control() -> None:
    control = _between(html.render(report_of(sample())), '<details open class="row control" id="c-CIS-2.2.1"', "</details>")
    assert "Set storage_encryption_key on the instance." in control
    assert "Also the replica&#39;s." in control


def test_an_exception_shows_its_reason_at_the_control() -> None:
    control = _between(html.render(report_of(sample())), '<details open class="row control" id="c-AwsSolutions-S1"', "</details>")
    assert f'href="#x-{LATER}"' in control
    assert "Accepted by Security team, review by 2027-11-30" in control


def test_a_finding_of_cdk_nag_links_to_its_rule() -> None:
    assert '<a href="#r-AwsSolutions-IAM5"><code>AwsSolutions-IAM5[Resource::*]</code></a>' in html.render(report_of(sample()))


def test_a_resource_links_to_its_own_evidence() -> None:
    page = html.render(report_of(sample()))
    anchor = re.search(rf'<a href="#(e[\d-]+)">{re.escape(LONGEST_PATH)}</a>', page)
    assert anchor
    assert LONGEST_PATH in _between(page, f'<tbody id="{anchor[1]}">', "</tbody>")


def test_the_largest_page_stays_small() -> None:
    assert len(html.render(report_of(large())).encode()) < 1_500_000


def _between(page: str, start: str, end: str) -> str:
    return page.partition(start)[2].partition(end)[0]
