"""The tag of an image that is built from a commit."""

import subprocess
from pathlib import Path

import pytest

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.images.commit import tag_of_commit


def git(directory: Path, *words: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    return subprocess.run(["git", "-C", str(directory), *who, *words], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607 - on PATH


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit of two applications."""
    git(tmp_path, "init", "--quiet")
    for name in ("api", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def test_the_commit_names_the_image(repository: Path) -> None:
    tag = tag_of_commit(repository / "api")
    assert git(repository, "rev-parse", "HEAD").startswith(tag)
    assert len(tag) == 12


def test_a_change_elsewhere_in_the_repository_does_not_count(repository: Path) -> None:
    (repository / "other" / "new").touch()
    assert tag_of_commit(repository / "api")


@pytest.mark.parametrize("change", ["untracked", "edited", "staged"])
def test_files_that_no_commit_has_want_a_tag_of_their_own(repository: Path, change: str) -> None:
    (repository / "api" / ("new" if change == "untracked" else "Dockerfile")).write_text("FROM x\n", encoding="utf-8")
    if change == "staged":
        git(repository, "add", ".")
    with pytest.raises(UserError, match=r"has files that differ from commit .*; allowed: to commit them, or --tag TAG"):
        tag_of_commit(repository / "api")


def test_outside_of_git_and_before_the_first_commit_there_is_no_tag(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(UserError, match="is in no commit of git that could name the image; allowed: --tag TAG"):
            tag_of_commit(tmp_path)
        git(tmp_path, "init", "--quiet")


def test_without_git_there_is_none_either(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="is in no commit of git"):
        tag_of_commit(repository)
