"""The page as a browser shows it: it fetches nothing, filters, prints, fits a telephone, and can be read by everybody."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.compliance.report.sample import LONGEST_PATH, OVERDUE, large, report_of, sample
from tradingbot_infra.compliance.report import html
from tradingbot_infra.compliance.status import Status

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
    written = {"small": sample(), "large": large()}
    for name, report in written.items():
        (directory / f"{name}.html").write_text(html.render(report_of(report)), encoding="utf-8")
    return {name: directory / f"{name}.html" for name in written}


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
    number = int(said.partition(" ")[0])
    assert said == f"{number} of {CONTROLS} controls"
    assert page.locator(".control:visible").count() == number
    return number


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


def test_at_first_every_control_is_shown_and_closed(opened: Open) -> None:
    page = opened()
    assert shown(page) == CONTROLS
    assert page.locator("details[open]").count() == 0


def test_each_status_filters(opened: Open) -> None:
    page = opened()
    for status in Status:
        box = pill(page, status.capitalize())
        box.check()
        found = page.locator(".control:visible").evaluate_all("controls => controls.map(control => control.dataset.status)")
        assert found == [status] * NUMBERS[status]
        assert shown(page) == NUMBERS[status]
        box.uncheck()


def test_statuses_add_up_and_a_framework_narrows(opened: Open) -> None:
    page = opened()
    pill(page, "Fail").check()
    pill(page, "Pass").check()
    assert shown(page) == 7
    page.get_by_label("Framework").select_option("CIS")
    assert shown(page) == 3
    expect(page.get_by_role("heading", name="PCI DSS")).to_be_hidden()
    page.get_by_role("button", name="Clear").click()
    assert shown(page) == CONTROLS


def test_the_search_is_over_ids_titles_paths_and_rules(opened: Open) -> None:
    page = opened()
    found = {
        "cis-2.2.1": 1,
        "DATABASE STORAGE": 1,
        "rds.encrypted": 2,
        "ServiceStack/LoadBalancer": 2,
        "buckets  encrypted": 1,
        "mechanism": 0,
        LONGEST_PATH: 2,
        "no such thing": 0,
        "": CONTROLS,
    }
    for words, number in found.items():
        page.get_by_role("searchbox").fill(words)
        assert shown(page) == number, words
        assert page.get_by_text("Nothing found.").is_visible() is (number == 0)


def test_the_number_of_shown_controls_is_announced(opened: Open) -> None:
    assert opened().locator("output").get_attribute("aria-live") == "polite"


def test_the_filter_is_in_the_address_and_survives_a_reload(opened: Open) -> None:
    page = opened()
    page.get_by_role("searchbox").fill("encrypted & more")
    page.get_by_label("Framework").select_option("PCI.DSS.401")
    pill(page, "Not assessed").check()
    assert page.evaluate("location.hash") == "#framework=PCI.DSS.401&status=not+assessed&q=encrypted+%26+more"
    page.reload()
    assert page.get_by_role("searchbox").input_value() == "encrypted & more"
    assert page.get_by_label("Framework").input_value() == "PCI.DSS.401"
    assert pill(page, "Not assessed").is_checked()
    assert shown(page) == 0


def test_an_address_with_a_filter_opens_filtered_and_one_without_sense_does_not(opened: Open) -> None:
    assert shown(opened(fragment="#status=fail&status=manual&framework=CIS")) == 2
    assert shown(opened(fragment="#framework=nothing&status=nothing&x=%E0%A4%A")) == CONTROLS


def test_going_back_restores_the_filter(opened: Open) -> None:
    page = opened(fragment="#status=fail")
    page.locator(".attention").get_by_role("link", name=OVERDUE).click()
    expect(page.locator(f"[id='x-{OVERDUE}']")).to_be_in_viewport()
    assert shown(page) == 4
    page.go_back()
    assert page.evaluate("location.hash") == "#status=fail"
    assert shown(page) == 4


def test_a_link_opens_what_it_leads_to_even_where_a_filter_hid_it(opened: Open) -> None:
    page = opened(fragment="#status=pass")
    page.locator(".attention").get_by_role("link", name="CIS-2.2.1").click()
    control = page.locator("[id='c-CIS-2.2.1']")
    expect(control).to_be_in_viewport()
    assert control.evaluate("element => element.open")
    control.get_by_role("link", name="DataStack/Postgres/Resource").click()
    evidence = page.locator("tbody:target")
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
    assert page.evaluate("document.activeElement.textContent") == "Skip to the controls"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("rds")
    assert shown(page) == 2
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert pill(page, "Fail").is_checked()
    page.locator(".control:visible summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".control[open]").count() == 1
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


def test_without_scripts_all_text_is_there_and_no_filter(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    text = page.locator("body").inner_text()
    assert LONGEST_PATH in text
    assert "Set storage_encryption_key on the instance." in text
    assert "These stacks declare no AWS::IAM::User." in text
    expect(page.locator(".filters")).to_be_hidden()
    assert page.locator(".control:visible .body:visible").count() == CONTROLS


def test_on_paper_everything_is_open_even_what_a_filter_hides_and_no_control_is_left(opened: Open) -> None:
    page = opened(fragment="#status=fail")
    page.emulate_media(media="print")
    assert page.locator(".control:visible").count() == CONTROLS
    bodies = page.locator(".row > .body")
    assert bodies.count() > CONTROLS
    assert bodies.evaluate_all("bodies => bodies.every(body => body.checkVisibility() && body.offsetHeight > 0)")
    for hidden in ("nav", ".filters", ".skip", ".nothing"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator("thead").first.evaluate("element => getComputedStyle(element).display") == "table-header-group"


def test_the_page_prints_to_several_pages_on_white(opened: Open) -> None:
    page = opened(color_scheme="dark")
    printed = page.pdf(format="A4", print_background=True)
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 3
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
    assert {label for label, _ in labels} == {"Fail", "Not assessed", "Exception", "Manual", "Pass", "Not applicable"}
    assert len(seen) > 300
    assert [(text, ratio) for text, ratio in seen + labels if ratio < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_status_is_shown_by_word_and_symbol(opened: Open, scheme: Scheme) -> None:
    page = opened(color_scheme=scheme)
    symbols = page.locator(".legend b").evaluate_all("labels => labels.map(label => getComputedStyle(label, '::before').content)")
    assert len(symbols) == 6
    assert len(set(symbols)) == 6
    patterns = page.locator(".swatch rect").evaluate_all("rects => rects.map(rect => rect.getAttribute('fill'))")
    assert len(set(patterns)) == 6


def test_the_largest_page_filters_at_once(opened: Open) -> None:
    page = opened("large")
    page.get_by_role("searchbox").fill("warm")
    took = page.evaluate(
        "(() => { const started = performance.now(); const search = document.querySelector('[name=q]'); search.value = 'subnet3';"
        " search.dispatchEvent(new Event('input', {bubbles: true})); document.body.offsetHeight; return performance.now() - started; })()"
    )
    assert took < 1000  # about 20 on an idle machine
    assert 0 < int(page.locator("output").inner_text().partition(" ")[0]) < 500
