"""The page as a browser shows it: nothing is fetched, nothing is cut off at 400 pixels, and it prints."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import Synthesize
from tests.cost.pricing import AT_LIST
from tests.cost.report.sample import document_of
from tradingbot_infra.cost.report.html import render

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("The tests of the estimate's page need Chromium: run `apt-get install chromium`.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(synthesize: Synthesize, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("cost") / "cost.html"
    path.write_text(render(document_of(synthesize, "production", AT_LIST)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_wider_than_the_window(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=True)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('tbody td, tbody th')].filter(cell => cell.scrollWidth > cell.clientWidth + 1).length"
    )
    assert cut == 0
    assert (said, asked) == ([], [address])
    page.close()


def test_it_is_whole_without_a_script_and_on_paper(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(address)
    assert page.locator("[data-line='nat.hours']").inner_text() == "86.14"
    page.emulate_media(media="print")
    assert page.locator("[data-line='nat.hours']").is_visible()
    assert page.locator("#sources").is_visible()
    page.close()
