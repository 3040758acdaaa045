"""The page as a browser shows it: it fetches nothing, filters, prints, fits a telephone, and can be read by everybody."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.compliance.report.sample import LONGEST_PATH, OVERDUE, SOON, crowded, large, report_of, sample
from tradingbot_infra.compliance.exception import active
from tradingbot_infra.compliance.ledger import LEDGER
from tradingbot_infra.compliance.report import html
from tradingbot_infra.compliance.report.build import reported_exception
from tradingbot_infra.compliance.report.document import Report
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config

# All in one worker, so that one Chromium serves them all.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NUMBERS = {status: sum(framework["counts"][status] for framework in sample()["frameworks"]) for status in Status}

CONTROLS = sum(NUMBERS.values())

Open = Callable[..., Page]

Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The tests of the report's page need Chromium: run `apt-get install chromium`.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("report")
    written = {"small": sample(), "large": large(), "crowded": crowded()}
    reports = {name: report_of(report) for name, report in written.items()} | {
        f"{name}-ledger": _with_ledger(name) for name in ENVIRONMENTS
    }
    for name, report in reports.items():
        (directory / f"{name}.html").write_text(html.render(report), encoding="utf-8")
    return {name: directory / f"{name}.html" for name in reports}


def _with_ledger(environment: str) -> Report:
    """The large report with the exceptions that an environment really has."""
    config = load_config(environment)
    report = report_of(large())
    entries = active(LEDGER, config).exceptions
    return replace(report, exceptions=(*report.exceptions, *(reported_exception(entry, config, report.commit) for entry in entries)))


@pytest.fixture
def opened(browser: Browser, files: dict[str, Path]) -> Iterator[Open]:
    """`opened(name, fragment, **options)`: a page by its file. Whatever it fetches or complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(name: str = "small", fragment: str = "", **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: None if request.url.startswith("file:") else complaints.append(f"fetched {request.url}"))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{files[name].as_uri()}{fragment}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def shown(page: Page) -> int:
    """How many controls the page says that it shows, having made sure that it does."""
    said = page.locator("output").inner_text()
    for kind, items in ((".control", "controls"), (".evidence", "rules"), (".card", "exceptions")):
        all_of_kind = page.locator(kind).count()
        assert f"{page.locator(f'{kind}:not([hidden])').count()} of {all_of_kind} {items}" in said
    assert page.locator(".control").count() == CONTROLS
    return int(said.partition(" ")[0])


def pill(page: Page, word: str) -> Any:
    return page.get_by_role("checkbox", name=word)


def test_the_page_requests_nothing_but_itself(opened: Open) -> None:
    requests: list[str] = []
    page = opened()
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    assert requests == [page.url]


def test_the_policy_refuses_what_the_page_does_not_contain(browser: Browser, files: dict[str, Path]) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("requestfailed", lambda request: refused.append(f"{request.url} {request.failure}"))
    page.goto(files["small"].as_uri())
    with page.expect_event("requestfailed"):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=http://127.0.0.1:9/x><b onclick=\"window.hurt=1\">x</b>')")
    page.locator("body > b").click()
    assert page.evaluate("window.hurt") is None
    assert refused == ["http://127.0.0.1:9/x csp"]
    page.close()


def test_at_first_nothing_is_hidden_and_all_is_closed(opened: Open) -> None:
    page = opened()
    assert shown(page) == CONTROLS
    assert page.locator("details[open]").count() == 0


def test_each_status_filters(opened: Open) -> None:
    page = opened()
    for status in Status:
        box = pill(page, status.capitalize())
        box.check()
        found = page.locator(".control:not([hidden])").evaluate_all("controls => controls.map(control => control.dataset.status)")
        assert found == [status] * NUMBERS[status]
        assert shown(page) == NUMBERS[status]
        box.uncheck()


def test_statuses_add_up_and_a_framework_narrows(opened: Open) -> None:
    page = opened()
    pill(page, "Fail").check()
    pill(page, "Pass").check()
    assert shown(page) == 7
    page.get_by_role("combobox", name="Framework").select_option("CIS")
    assert shown(page) == 3
    expect(page.get_by_role("heading", name="PCI DSS")).to_be_hidden()
    page.get_by_role("button", name="Clear").click()
    assert shown(page) == CONTROLS


def visible(page: Page, kind: str) -> list[str]:
    """Ids of what is shown of a kind; whatever is closed around it fails the test."""
    found = page.locator(f"{kind}:not([hidden])")
    assert found.evaluate_all("items => items.every(item => item.checkVisibility())")
    return [str(identifier) for identifier in found.evaluate_all("items => items.map(item => item.id)")]


@pytest.mark.parametrize(
    ("words", "controls", "rules", "cards"),
    [
        ("cis-2.2.1", 1, 1, 0),
        ("DATABASE STORAGE", 2, 1, 0),
        ("rds.encrypted", 2, 1, 0),
        ("ServiceStack/LoadBalancer", 2, 1, 1),
        ("office's addresses", 0, 0, 1),
        ("mechanism", 0, 0, 0),
        ("AES256", 3, 1, 0),
        (LONGEST_PATH, 2, 1, 0),
        ("no such thing", 0, 0, 0),
    ],
)
def test_the_search_is_over_everything_and_opens_what_it_finds(words: str, controls: int, rules: int, cards: int, opened: Open) -> None:
    page = opened()
    page.get_by_role("searchbox").fill(words)
    shown(page)
    assert [len(visible(page, kind)) for kind in (".control", ".evidence", ".card")] == [controls, rules, cards]
    assert page.get_by_text("Nothing found.").is_visible() is (controls + rules + cards == 0)
    page.get_by_role("searchbox").fill("")
    assert page.locator("details[open]").count() == 0, "what a search opened is closed again"


def test_the_search_finds_settings_resources_and_templates(opened: Open) -> None:
    page = opened()
    for words in ("waf_rate_limit", "AWS::ElastiCache::ReplicationGroup", "MonitoringStack.template.json"):
        page.get_by_role("searchbox").fill(words)
        assert page.locator(".plain tbody tr:not([hidden])").count() >= 1, words
        assert page.locator(".plain tbody tr:not([hidden])").last.is_visible()


def test_a_search_shows_the_evidence_in_what_it_finds(opened: Open) -> None:
    page = opened()
    page.get_by_role("searchbox").fill("AES256")
    assert page.locator("[id='r-s3.encrypted'] td", has_text="AES256").is_visible()


def test_a_severity_and_a_framework_filter_rules_and_exceptions_as_well(opened: Open) -> None:
    page = opened()
    page.get_by_role("combobox", name="Severity").select_option("high")
    assert visible(page, ".evidence") == ["r-alb.https"]
    assert visible(page, ".card") == [f"x-{OVERDUE}"]
    page.get_by_role("combobox", name="Severity").select_option("")
    page.get_by_role("combobox", name="Framework").select_option("SOC2")
    assert visible(page, ".evidence") == ["r-redis.snapshots", "r-acct.guardduty"]
    assert visible(page, ".card") == [f"x-{SOON}"]


def test_the_number_of_shown_controls_is_announced(opened: Open) -> None:
    assert opened().locator("output").get_attribute("aria-live") == "polite"


def test_the_filter_is_in_the_address_and_survives_a_reload(opened: Open) -> None:
    page = opened()
    page.get_by_role("searchbox").fill("encrypted & more")
    page.get_by_role("combobox", name="Framework").select_option("PCI.DSS.401")
    pill(page, "Not assessed").check()
    assert page.evaluate("location.hash") == "#framework=PCI.DSS.401&status=not+assessed&q=encrypted+%26+more"
    page.reload()
    assert page.get_by_role("searchbox").input_value() == "encrypted & more"
    assert page.get_by_role("combobox", name="Framework").input_value() == "PCI.DSS.401"
    assert pill(page, "Not assessed").is_checked()
    assert shown(page) == 0


def test_an_address_of_a_place_shows_the_place_below_the_filters_and_every_number(opened: Open) -> None:
    page = opened(fragment="#r-rds.encrypted")
    assert shown(page) == CONTROLS
    filters, row = page.locator(".filters").bounding_box(), page.locator("[id='r-rds.encrypted']").bounding_box()
    assert filters
    assert row
    assert row["y"] >= filters["y"] + filters["height"]


def test_an_address_with_a_filter_opens_filtered_and_one_without_sense_does_not(opened: Open) -> None:
    assert shown(opened(fragment="#status=fail&status=manual&framework=CIS")) == 2
    assert shown(opened(fragment="#framework=nothing&status=nothing&x=%E0%A4%A")) == CONTROLS


def test_going_back_restores_the_filter(opened: Open) -> None:
    page = opened(fragment="#status=fail")
    page.locator(".verdict").get_by_role("link", name=OVERDUE).click()
    expect(page.locator(f"[id='x-{OVERDUE}']")).to_be_in_viewport()
    assert shown(page) == CONTROLS, "the filter hid what the link leads to"
    page.go_back()
    assert page.evaluate("location.hash") == "#status=fail"
    assert shown(page) == 4


def test_a_link_opens_what_it_leads_to_even_where_a_filter_hid_it(opened: Open) -> None:
    page = opened(fragment="#status=pass")
    page.locator(".attention").get_by_role("link", name="CIS-2.2.1").click()
    control = page.locator("[id='c-CIS-2.2.1']")
    expect(control).to_be_in_viewport()
    assert control.evaluate("element => element.open")
    control.get_by_role("link", name="rds.encrypted").click()
    evidence = page.locator("details:target")
    expect(evidence).to_be_in_viewport()
    assert "Properties.StorageEncrypted" in evidence.inner_text()


def test_everything_can_be_expanded_and_collapsed(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Expand all").click()
    assert page.locator("details:not([open])").count() == 0
    page.get_by_role("button", name="Collapse all").click()
    assert page.locator("details[open]").count() == 0


def test_the_keyboard_is_enough(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the search"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("storage_encryption_key")
    assert shown(page) == 2
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert pill(page, "Fail").is_checked()
    control = page.locator(".control:visible").first
    control.locator("summary").focus()
    was_open = control.evaluate("element => element.open")
    page.keyboard.press("Enter")
    assert control.evaluate("element => element.open") is not was_open
    control.evaluate("element => { element.open = true; }")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#r-rds.encrypted"


def test_focus_is_visible_on_every_element(opened: Open) -> None:
    page = opened()
    for _ in range(25):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "(() => { const at = document.activeElement; const seen = at.matches('.pill input') ? at.nextElementSibling : at;"
            " return getComputedStyle(seen).outlineStyle === 'none' ? 0 : parseFloat(getComputedStyle(seen).outlineWidth); })()"
        )
        assert width >= 2, page.evaluate("document.activeElement.outerHTML")


def test_the_page_never_scrolls_sideways(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Expand all").click()
    for width in (320, 400, 600, 890, 900, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_largest_page_fits_a_telephone(opened: Open) -> None:
    page = opened("large", viewport={"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_without_scripts_everything_opens_and_there_is_no_filter(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    expect(page.locator(".filters")).to_be_hidden()
    rules = page.locator("[id='rules']")
    rules.locator("> summary").click()
    rule = page.locator("[id='r-rds.encrypted']")
    rule.locator("> summary").click()
    assert "Set storage_encryption_key on the instance." in rule.inner_text()
    assert "DataStack/Postgres/Resource" in rule.inner_text()


def test_on_paper_is_the_summary_alone(opened: Open) -> None:
    page = opened()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Open risks, by severity")).to_be_visible()
    for hidden in (".appendix", "nav", ".filters", ".skip"):
        expect(page.locator(hidden)).to_be_hidden()


def test_on_paper_with_appendices_all_is_open_even_what_a_filter_hides_and_no_button_is_left(opened: Open) -> None:
    page = opened(fragment="#status=fail")
    page.get_by_role("checkbox", name="Print the appendices too").check()
    page.emulate_media(media="print")
    assert page.locator(".control:visible").count() == CONTROLS
    bodies = page.locator(".row > .body")
    assert bodies.count() > CONTROLS
    assert bodies.evaluate_all("bodies => bodies.every(body => body.checkVisibility() && body.offsetHeight > 0)")
    for hidden in ("nav", ".filters", ".skip", ".nothing"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator("thead").first.evaluate("element => getComputedStyle(element).display") == "table-header-group"


def pages(page: Page) -> int:
    """How many A4 pages it prints to."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", print_background=True)))


@pytest.mark.parametrize("name", ["small", "large", "crowded", *(f"{name}-ledger" for name in ENVIRONMENTS)])
def test_the_summary_prints_to_two_pages_at_most(name: str, opened: Open) -> None:
    assert pages(opened(name)) <= 2


def test_the_appendices_are_printed_only_when_asked_for_and_without_scripts_too(opened: Open) -> None:
    for scripts in (True, False):
        page = opened(java_script_enabled=scripts)
        summary = pages(page)
        page.locator("#print-all").check()
        assert pages(page) > summary + 3
        page.locator("#print-all").uncheck()
        assert pages(page) == summary


def test_the_page_prints_on_white(opened: Open) -> None:
    page = opened(color_scheme="dark")
    page.locator("#print-all").check()
    assert pages(page) > 2
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details[open]").count() == 0, "what was closed before printing is closed again"


CONTRAST = """
elements => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const luminance = color => {
    const linear = value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = channels(color).map(value => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((channels(color)[3] ?? 1) === 1) return color;
    }
  };
  return elements.map(element => {
    const [light, dark] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => b - a);
    return [element.textContent.slice(0, 40), (light + 0.05) / (dark + 0.05)];
  });
}
"""
"""WCAG 2.2, "contrast ratio" and "relative luminance"."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_that_of_wcag_aa(opened: Open, scheme: Scheme) -> None:
    page = opened(color_scheme=scheme)
    page.get_by_role("button", name="Expand all").click()
    page.evaluate("document.querySelectorAll('[name=status]').forEach(box => box.checked = true)")
    seen = page.locator("main, main *, header, header *").evaluate_all(
        f"elements => ({CONTRAST})(elements.filter(element => element.checkVisibility() && !element.closest('svg')"
        " && [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())))"
    )
    labels = page.locator("main b[class]").evaluate_all(CONTRAST)
    assert {text for text, _ in seen} >= {"High", "Medium"}
    assert {label for label, _ in labels} == {"Fail", "Not assessed", "Exception", "Manual", "Provided by", "Pass", "Not applicable"}
    assert len(seen) > 300
    assert [(text, ratio) for text, ratio in seen + labels if ratio < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_status_is_shown_by_word_and_symbol(opened: Open, scheme: Scheme) -> None:
    page = opened(color_scheme=scheme)
    symbols = page.locator(".legend b").evaluate_all("labels => labels.map(label => getComputedStyle(label, '::before').content)")
    assert len(symbols) == 7
    assert len(set(symbols)) == 7
    patterns = page.locator(".swatch rect").evaluate_all("rects => rects.map(rect => rect.getAttribute('fill'))")
    assert len(set(patterns)) == 7


def test_the_largest_page_filters_at_once(opened: Open) -> None:
    page = opened("large")
    page.get_by_role("searchbox").fill("warm")
    took = page.evaluate(
        "(() => { const started = performance.now(); const search = document.querySelector('[name=q]'); search.value = 'subnet3';"
        " search.dispatchEvent(new Event('input', {bubbles: true})); document.body.offsetHeight; return performance.now() - started; })()"
    )
    assert took < 1000  # about 40 on an idle machine
    assert 0 < int(page.locator("output").inner_text().partition(" ")[0]) < 500


def test_the_largest_page_opens_within_a_second(opened: Open) -> None:
    page = opened("large")

    def took() -> float:
        page.reload()
        return float(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))

    assert 0 < min(took() for _ in range(5)) < 1000  # about 250 on an idle machine, and the tests share this one


def test_plain_http_of_production_is_on_the_first_screen_and_the_first_open_risk(opened: Open) -> None:
    page = opened("production-ledger", viewport={"width": 1280, "height": 800})
    expect(page.locator(".verdict").get_by_role("link", name="plain-http")).to_be_in_viewport()
    assert page.locator("section[aria-labelledby=risks] li a").first.inner_text() == "plain-http"


def test_the_gravest_risk_is_on_the_first_screen(opened: Open) -> None:
    page = opened(viewport={"width": 1280, "height": 800})
    expect(page.get_by_text("Traffic between clients and the load balancer can be read").first).to_be_in_viewport()
    expect(page.get_by_text("4 controls fail").first).to_be_in_viewport()
