"""The tables of docs/dashboards.md are those of the dashboards, and the pictures are there."""

import pytest
from PIL import Image

from scripts.dashboard_pictures.lively import DEAD
from scripts.dashboard_tables import DOCS, HEADINGS, panels, with_tables


@pytest.mark.parametrize("page", list(HEADINGS))
def test_the_tables_are_those_that_make_docs_writes(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert with_tables(page, text) == text


def test_a_page_without_a_picture_is_refused() -> None:
    with pytest.raises(SystemExit, match="no table below the picture of business"):
        with_tables("dashboards.md", "# Dashboards\n")


def test_a_changed_row_is_written_again() -> None:
    text = (DOCS / "dashboards.md").read_text(encoding="utf-8")
    assert with_tables("dashboards.md", text.replace("| Equity |", "| Wealth |")) == text


@pytest.mark.parametrize(
    ("page", "words"), [("dashboards.md", "for {} minutes: its prices"), ("dashboards.ko.md", "스트림이 {}분 동안 끊겨")]
)
def test_the_page_says_how_long_the_stream_of_the_pictures_is_dead(page: str, words: str) -> None:
    assert words.format(len(DEAD)) in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(panels()))
def test_there_is_a_picture_of_each_dashboard_that_loads_quickly(name: str) -> None:
    path = DOCS / "images" / f"dashboard-{name}.png"
    with Image.open(path) as picture:
        assert picture.size[0] == 1548
        assert picture.size[1] > 700
    assert path.stat().st_size < 200_000
