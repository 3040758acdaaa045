"""`deploy --go-back`: which failures of `verify` condemn a release, and where it goes then."""

from types import SimpleNamespace
from typing import cast

import pytest

from tests.deployed import Run
from tradingbot_infra.commands import go_back
from tradingbot_infra.commands.account_options import Account
from tradingbot_infra.commands.go_back import Standing
from tradingbot_infra.errors import UserError

ACCOUNT = cast("Account", SimpleNamespace(rendered=str))


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where it went; `verify` finds what `fails` says."""
    found: list[str] = []
    monkeypatch.setattr(go_back, "go_back_to", lambda _, tag: found.append(tag))
    return found


def fails(monkeypatch: pytest.MonkeyPatch, *items: str) -> None:
    """`verify` finds these items failing; one that begins with `of-` is none that an image can break."""
    rows = [SimpleNamespace(id=item, title=f"Title of {item}", of_release=not item.startswith("of-")) for item in items]
    monkeypatch.setattr(go_back, "failed_items", lambda _: tuple(SimpleNamespace(item=row) for row in rows))


def test_what_no_image_can_break_stops_no_release_and_is_left_to_do(
    went: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fails(monkeypatch, "of-https")
    Standing("v1", frozenset()).compare(ACCOUNT, "v2")
    assert went == []
    assert capsys.readouterr().out.startswith("Left to do: Title of of-https. ")


def test_nothing_that_fails_is_a_good_release(went: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fails(monkeypatch)
    Standing("v1", frozenset({"endpoint-answers"})).compare(ACCOUNT, "v2")
    assert went == []


def test_what_failed_before_is_no_reason_to_go_back_and_no_success(went: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fails(monkeypatch, "endpoint-answers", "of-https")
    with pytest.raises(UserError, match=r"^Deployed, but these items fail as they did before: Title of endpoint-answers\. v2 runs$"):
        Standing("v1", frozenset({"endpoint-answers"})).compare(ACCOUNT, "v2")
    assert went == []


def test_what_fails_now_and_did_not_before_goes_back(went: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fails(monkeypatch, "alarms-set", "endpoint-answers", "of-https")
    with pytest.raises(UserError, match=r"^v2 was deployed and left again: Title of endpoint-answers\. v1 runs$"):
        Standing("v1", frozenset({"alarms-set"})).compare(ACCOUNT, "v2")
    assert went == ["v1"]


@pytest.mark.parametrize(("before", "why"), [("v2", "v2 ran before as well"), (None, "v2 has no image before it")])
def test_without_another_image_before_it_stays(before: str | None, why: str, went: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    fails(monkeypatch, "endpoint-answers")
    with pytest.raises(UserError, match=f"Title of endpoint-answers. Nothing to go back to: {why}$"):
        Standing(before, frozenset()).compare(ACCOUNT, "v2")
    assert went == []


@pytest.mark.parametrize("words", [("--digest", "sha256:0"), ("--digest", "sha256:0", "--tag", "v1", "--image", "examples/api")])
def test_a_digest_is_about_a_tag_in_ecr(words: tuple[str, ...], run: Run) -> None:
    result = run("deploy", "--env", "staging", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "--digest sha256:0: is about an image in ECR; allowed: together with --tag, without --image\n"
