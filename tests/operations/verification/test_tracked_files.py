"""git keeps no file with secrets, judged on real repositories."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.rendering import plain
from tests.operations.verification.standing import outcomes, told
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.checkout import MUST_BE_IGNORED, Checkout, holds_secrets_by_name, read_checkout
from tradingbot_infra.operations.verification.tracked_files import clean

IGNORE = ".env\n*.env\n*.tfvars\n*.pem\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository that ignores files with secrets; nothing of this machine's git configuration counts."""
    monkeypatch.setenv("HOME", str(tmp_path))
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)  # noqa: S607 - whichever git runs the tests
    (tmp_path / ".gitignore").write_text(IGNORE, encoding="utf-8")
    track(tmp_path, ".gitignore")
    return tmp_path


def track(root: Path, name: str) -> None:
    """Adds a file, also one that is ignored."""
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).touch()
    subprocess.run(["git", "-C", str(root), "add", "-f", name], check=True)  # noqa: S607 - as above


def test_a_clean_repository_passes(repository: Path) -> None:
    track(repository, "app.py")
    assert read_checkout(repository) == Checkout(tracked=2, secret_files=(), unignored=())
    assert outcomes(clean(read_checkout(repository))) == {Outcome.PASS}


def test_a_tracked_file_with_secrets_fails_by_name_though_it_is_ignored(repository: Path) -> None:
    track(repository, "deploy/terraform.tfvars")
    (finding,) = clean(read_checkout(repository))
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "deploy/terraform.tfvars is tracked")
    assert plain(finding.next_step).startswith("`git rm --cached deploy/terraform.tfvars`")


def test_a_name_with_spaces_and_umlauts_is_read_whole(repository: Path) -> None:
    track(repository, "schlüssel und so.pem")
    checkout = read_checkout(repository)
    assert checkout is not None
    assert checkout.secret_files == ("schlüssel und so.pem",)


def test_what_gitignore_lacks_fails(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.pem\n", encoding="utf-8")
    (finding,) = clean(read_checkout(repository))
    assert (finding.outcome, finding.found) == (Outcome.FAIL, ".gitignore does not keep out .env, *.env, *.tfvars")
    assert plain(finding.next_step) == "printf '%s\\n' '.env' '*.env' '*.tfvars' >> .gitignore"


def test_outside_of_a_checkout_nothing_can_be_said(tmp_path: Path) -> None:
    assert told(clean(read_checkout(tmp_path))) == [(Outcome.NOT_ASSESSED, "this is no git checkout, or there is no git")]


def test_without_git_nothing_can_be_said(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert read_checkout(repository) is None


def test_a_hook_of_another_repository_misleads_nobody(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(repository / "nowhere"))
    assert read_checkout(repository) is not None


@pytest.mark.parametrize(
    "name",
    [
        *MUST_BE_IGNORED,
        ".env.production",
        "prod.tfvars.json",
        "terraform.tfstate",
        "secrets.json",
        "secrets-prod.yaml",
        "id_rsa",
        "a/b/Server.KEY",
    ],
)
def test_names_of_files_with_secrets(name: str) -> None:
    assert holds_secrets_by_name(name)


@pytest.mark.parametrize(
    "name",
    [
        ".env.example",
        "secrets.example.json",
        "secrets.py",
        "test_secrets_manager.py",
        "environments.py",
        "keys.md",
        "secrets/names.py",
        "x.envrc",
    ],
)
def test_names_of_files_without(name: str) -> None:
    assert not holds_secrets_by_name(name)


@given(st.text(min_size=1))
def test_any_path_is_judged(path: str) -> None:
    assert holds_secrets_by_name(path) in (True, False)
