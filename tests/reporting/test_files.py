"""A file that is written is there whole or not at all."""

from pathlib import Path

import pytest

from tradingbot_infra.errors import UserError
from tradingbot_infra.reporting.files import check_writable, replace_file


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")
    check_writable(path)
    assert path.read_text(encoding="utf-8") == "old"
    replace_file(path, "new\n")
    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "why"), [("absent/page.html", "No such file or directory"), (".", "Is a directory"), ("file/page", "Not a directory")]
)
def test_a_place_that_cannot_be_written_is_reported_before_the_work(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError) as caught:
        check_writable(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: cannot be written: {why}; allowed: a file name in a directory that exists"


def test_an_interruption_leaves_the_old_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.json"
    path.write_text("old", encoding="utf-8")

    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
