"""What every section has in common."""

import pytest

from tradingbot_infra.config.settings import sections


@pytest.mark.parametrize("name", sections())
def test_a_section_has_a_title_and_says_what_it_is_about(name: str) -> None:
    title, subject = sections()[name].heading()
    assert title
    assert subject.endswith(".")


def test_no_two_sections_have_the_same_title() -> None:
    titles = [section.heading()[0] for section in sections().values()]
    assert len(titles) == len(set(titles))
