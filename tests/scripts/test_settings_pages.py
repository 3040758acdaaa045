"""The pages of settings are complete, in both languages, and up to date."""

import re

import pytest

from scripts.settings_pages import INTRODUCTION, Translate, english, korean, korean_texts, page, without_numbers, written
from tradingbot_infra.config.settings import settings


def test_the_pages_are_written_from_the_settings() -> None:
    for path, text in written().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run `make docs`"


@pytest.mark.parametrize("translate", [english, korean], ids=["english", "korean"])
def test_a_page_has_one_row_for_each_setting_in_order(translate: Translate) -> None:
    assert re.findall(r"^\| `(\w+)` \|", page(translate), flags=re.MULTILINE) == list(settings())


def test_both_pages_have_the_same_sections_and_values() -> None:
    pages = [page(english), page(korean)]
    assert len({len(re.findall(r"^## ", text, flags=re.MULTILINE)) for text in pages}) == 1
    values = [re.findall(r"^\| `\w+` \|.*?\|.*?(\|[^|]*\|[^|]*\|)$", text, flags=re.MULTILINE) for text in pages]
    assert values[0] == values[1]


def test_each_korean_text_translates_an_english_one_that_is_used_now() -> None:
    used: set[str] = set()

    def translate(text: str) -> str:
        used.add(text if text in korean_texts() else without_numbers(text))
        return korean(text)

    page(translate)
    assert used == set(korean_texts())
    assert used > {*INTRODUCTION}


def test_a_purpose_is_korean() -> None:
    assert [key for key, setting in settings().items() if not re.search("[가-힣]", korean(setting.purpose))] == []


def test_bounds_keep_their_numbers_in_korean() -> None:
    assert korean("a whole number from 3 to 17") == "3부터 17까지의 정수"
    assert korean("a number above 0 to 60") == "0보다 크고 60 이하인 수"


def test_a_text_without_a_korean_one_ends_the_program_with_one_line() -> None:
    with pytest.raises(SystemExit, match=r"^docs/settings\.ko\.json: there is no Korean text for: no such text$"):
        korean("no such text")
