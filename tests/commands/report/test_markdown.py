"""The report on a pull request keeps below its limit, says the worst first, and is whole Markdown wherever it is cut."""

import re

import pytest

from tradingbot_infra.commands.report.markdown import COMMENT_BYTES, MARKER, Block, Part, fitting, render, text

WHOLE = "[the summary of the run](https://github.com/owner/repository/actions/runs/1)"


def part(environment: str, *sizes: int, lock: int = 0) -> Part:
    """An environment whose blocks have so many lines."""
    blocks = [Block(f"Block {number}", tuple(f"- line {line} of {number}" for line in range(size))) for number, size in enumerate(sizes)]
    missing = tuple(f"{environment}: Stack.R{line} is missing" for line in range(lock))
    return Part(environment, f"the answer of {environment}", missing, tuple(blocks))


def rendered(*parts: Part, limit: int | None = COMMENT_BYTES) -> str:
    """The comment."""
    return render(parts, commits="The commits.", limit=limit, whole=WHOLE)


def test_it_begins_with_what_a_workflow_finds_it_by() -> None:
    assert rendered(part("production", 1)).startswith(f"{MARKER}\n## ")


def test_a_short_report_is_whole() -> None:
    written = rendered(part("production", 3, 2), part("staging", 1))
    assert all(f"- line {line} of 0" in written for line in range(3))
    assert WHOLE not in written


def test_without_a_limit_nothing_is_cut() -> None:
    assert "- line 99999 of 0" in rendered(part("production", 100_000), limit=None)


@pytest.mark.parametrize(
    "parts",
    [
        [part("production", 100_000)],
        [part("production", 10, 100_000, 100_000), part("staging", 100_000, 10)],
        [part("production", 3_000, lock=100_000)],
        [part(f"environment-{number}", 100, 100) for number in range(60)],
        [Part("production", "wide", blocks=(Block("Wide", ("가" * 70_000, "short")),))],
        [Part("production", "x" * 100_000, ("y" * 100_000,), (Block("z", ("z",)),))],
    ],
)
def test_it_keeps_below_the_limit_in_bytes_and_closes_what_it_opens(parts: list[Part]) -> None:
    written = rendered(*parts)
    assert len(written.encode()) <= COMMENT_BYTES
    assert written.count("<details>") == written.count("</details>") == sum(len(part.blocks) for part in parts)
    assert all(f"### {part.environment}\n" in written for part in parts)


def test_what_is_cut_is_counted() -> None:
    written = rendered(part("production", 10_000))
    shown = len(re.findall(r"^- line", written, flags=re.MULTILINE))
    assert 1_000 < shown < 10_000
    assert f"\n{10_000 - shown} more lines: {WHOLE}\n" in written


def test_a_block_of_more_weight_of_another_environment_comes_before_one_of_less() -> None:
    written = rendered(part("production", 10, 100_000), part("staging", 10, 10))
    assert all(f"- line {line} of 0" in written.partition("### staging")[2] for line in range(10))


def test_a_lock_of_many_lines_shows_the_first_and_counts_the_others() -> None:
    written = rendered(part("production", 1, lock=30))
    assert written.count("is missing") == 20
    assert f"- 10 more lines: {WHOLE}" in written


def test_nothing_that_holds_state_changes_is_said() -> None:
    assert "No resource that holds state is replaced, removed or new." in rendered(part("production", 1))


def test_lines_fit_to_the_byte() -> None:
    assert fitting(["12345", "67890"], 12, WHOLE) == ("12345", "67890")
    assert fitting(["12345", "67890"], 11, WHOLE) == ("", f"2 more lines: {WHOLE}")


def test_text_brings_no_markup_and_no_line_is_endless() -> None:
    assert text("a `b`\n@team </details>") == r"a \`b\` @<!-- -->team \</details\>"
    assert len(text("x" * 5_000)) == 1_000
