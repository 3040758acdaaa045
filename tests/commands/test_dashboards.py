"""`dashboards render` and `dashboards push`, against a server that keeps to Grafana's documented API."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.operations.grafana_server import TOKEN, FakeGrafana, grafana
from tradingbot_infra.__main__ import app
from tradingbot_infra.commands.dashboards.push import TOKEN_VARIABLE

pytestmark = pytest.mark.allow_hosts(["127.0.0.0/8"])

RUNBOOK = "https://example.com/docs/runbook.md"
UIDS = ["tradingbot-ai-business", "tradingbot-ai-trading", "tradingbot-ai-users", "tradingbot-ai-operations"]


@pytest.fixture
def server() -> Iterator[FakeGrafana]:
    """An empty Grafana."""
    with grafana() as started:
        yield started


def run(*words: str, token: str | None = TOKEN) -> Result:
    """A command of `dashboards`, with a token in the environment."""
    return CliRunner().invoke(app, ["dashboards", *words], env={TOKEN_VARIABLE: token, "TRADINGBOT_ENV": None})


Push = Callable[..., Result]


@pytest.fixture
def push(server: FakeGrafana) -> Push:
    """`push(*options)` to that Grafana."""
    return lambda *options, **token: run("push", "--url", server.address, "--runbook", RUNBOOK, *options, **token)


def changes(result: Result) -> list[str]:
    """What became of each dashboard, by the words after its title."""
    words = ("created", "updated", "unchanged", "changed in Grafana")
    return [next(word for word in words if f"  {word}  " in line) for line in result.stdout.splitlines() if "/d/tradingbot-ai-" in line]


def test_render_writes_a_file_of_each(tmp_path: Path) -> None:
    result = run("render", "--to", str(tmp_path / "new" / "folder"), "--runbook", RUNBOOK)
    assert result.exit_code == 0, result.output
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "new" / "folder").iterdir()}
    assert sorted(written) == ["business", "operations", "trading", "users"]
    assert written["business"]["uid"] == "tradingbot-ai-business"


def test_render_twice_writes_the_same(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("render", "--to", str(tmp_path / name), "--runbook", RUNBOOK).exit_code == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_render_says_in_one_line_that_a_folder_cannot_be_made(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("words", encoding="utf-8")
    for place in (file, file / "below"):
        result = run("render", "--to", str(place), "--runbook", RUNBOOK)
        assert (result.exit_code, len(result.stderr.strip().splitlines())) == (1, 1), result.output
        assert f"{place}: cannot be made" in result.stderr
    assert file.read_text(encoding="utf-8") == "words"


def test_limits_and_repository_come_from_the_settings(tmp_path: Path) -> None:
    options = ("-c", "price_age_alarm_seconds=17", "-c", "github_repository=o/n", "-c", "github_owner_id=1", "-c", "github_repository_id=2")
    assert run("render", "--to", str(tmp_path), *options).exit_code == 0
    panels = json.loads((tmp_path / "trading.json").read_text(encoding="utf-8"))["panels"]
    ages = next(panel for panel in panels if panel["title"] == "Age of prices")
    assert [step["value"] for step in ages["fieldConfig"]["defaults"]["thresholds"]["steps"]] == [None, 17]
    assert ages["links"][0]["url"] == "https://github.com/o/n/blob/main/docs/runbook.md#when-trading-is-an-alarm"


def test_without_a_place_of_the_runbook_nothing_is_written(tmp_path: Path) -> None:
    result = run("render", "--to", str(tmp_path / "x"))
    assert result.exit_code == 1
    assert "--runbook https://HOST/docs/runbook.md" in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_first_push_creates_folder_and_dashboards_and_a_second_changes_nothing(server: FakeGrafana, push: Push) -> None:
    first = push()
    assert (first.exit_code, changes(first)) == (0, ["created"] * 4), first.output
    assert server.folders == {"tradingbot-ai": "Trading bot"}
    assert list(server.dashboards) == UIDS
    assert f"{server.address}/d/tradingbot-ai-trading" in first.stdout
    saved = len([1 for method, _ in server.requests if method == "POST"])
    assert changes(push()) == ["unchanged"] * 4
    assert len([1 for method, _ in server.requests if method == "POST"]) == saved


@pytest.mark.parametrize("versions_in_a_list", [False, True])
def test_what_changed_here_is_updated_with_words_for_the_history(versions_in_a_list: bool) -> None:
    with grafana(versions_in_a_list=versions_in_a_list) as server:
        options = ("push", "--url", server.address, "--runbook", RUNBOOK)
        run(*options)
        result = run(*options, "-c", "price_age_alarm_seconds=17", "--message", "Prices may be older")
        assert changes(result) == ["unchanged", "updated", "unchanged", "unchanged"], result.output
        assert server.dashboards["tradingbot-ai-trading"].messages[-1].endswith(": Prices may be older")
        assert server.dashboards["tradingbot-ai-trading"].version == 2


def test_what_somebody_changed_in_grafana_stays_until_overwrite(server: FakeGrafana, push: Push) -> None:
    push()
    server.edit("tradingbot-ai-users", "Mine")
    result = push()
    assert (result.exit_code, changes(result)) == (1, ["unchanged", "unchanged", "changed in Grafana", "unchanged"])
    assert "--overwrite" in result.stdout
    assert server.dashboards["tradingbot-ai-users"].document["title"] == "Mine"
    replaced = push("--overwrite")
    assert (replaced.exit_code, changes(replaced)[2]) == (0, "updated")
    assert server.dashboards["tradingbot-ai-users"].document["title"] == "Users (tradingbot-ai)"
    assert changes(push()) == ["unchanged"] * 4


def test_who_saves_between_reading_and_writing_is_not_overwritten(server: FakeGrafana, push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    push()
    answer = FakeGrafana.answer

    def late(self: FakeGrafana, method: str, *words: Any) -> tuple[int, object]:
        if method == "POST":
            self.edit("tradingbot-ai-trading", "Mine")
        return answer(self, method, *words)

    monkeypatch.setattr(FakeGrafana, "answer", late)
    result = push("-c", "price_age_alarm_seconds=17")
    assert (result.exit_code, changes(result)[1]) == (1, "changed in Grafana")
    assert server.dashboards["tradingbot-ai-trading"].document["title"] == "Mine"


def test_a_moved_dashboard_comes_back(server: FakeGrafana, push: Push) -> None:
    push()
    server.dashboards["tradingbot-ai-users"].folder = "elsewhere"
    assert changes(push())[2] == "updated"
    assert server.dashboards["tradingbot-ai-users"].folder == "tradingbot-ai"


def test_a_dry_run_reads_only(server: FakeGrafana, push: Push) -> None:
    result = push("--dry-run")
    assert (result.exit_code, changes(result)) == (0, ["created"] * 4)
    assert "Nothing was changed" in result.stdout
    assert {method for method, _ in server.requests} == {"GET"}
    assert (server.dashboards, server.folders) == ({}, {})


def test_uids_of_data_sources_are_chosen(server: FakeGrafana, push: Push) -> None:
    push("--prometheus-uid", "P1", "--cloudwatch-uid", "C1")
    assert '"uid": "P1"' in json.dumps(server.dashboards["tradingbot-ai-users"].document)
    assert '"uid": "C1"' in json.dumps(server.dashboards["tradingbot-ai-operations"].document)


def test_a_grafana_below_a_path_is_reached() -> None:
    with grafana(prefix="/grafana") as server:
        assert changes(run("push", "--url", f"{server.address}/", "--runbook", RUNBOOK)) == ["created"] * 4


def test_a_token_comes_from_a_file_and_goes_nowhere_but_to_grafana(tmp_path: Path, push: Push) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    result = push("--token-file", str(file), token="wrong")  # noqa: S106
    assert changes(result) == ["created"] * 4
    assert TOKEN not in result.output


@pytest.mark.parametrize(
    ("options", "token", "said"),
    [
        ((), "glsa_other", "HTTP 401: Grafana does not know this token"),
        ((), None, f"--token-file FILE, or set {TOKEN_VARIABLE}"),
        ((), "", "the token is empty"),
        ((), "two words", "the token is empty or is none"),
        ((), "line\r\nX-Evil: 1", "the token is empty or is none"),
        (("--token-file", "absent"), TOKEN, "absent"),
    ],
    ids=["unknown", "none", "empty", "two words", "a second header", "no file"],
)
def test_a_wrong_token_is_said_in_one_line_and_never_shown(options: tuple[str, ...], token: str | None, said: str, push: Push) -> None:
    result = push(*options, token=token)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not token or len(token) < 5 or token not in result.output


def test_a_reader_is_told_which_role_is_missing() -> None:
    with grafana(may_write=False) as server:
        result = run("push", "--url", server.address, "--runbook", RUNBOOK)
        assert result.exit_code == 1
        assert "folders:create; its service account needs the role Editor" in result.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("{0}/elsewhere", "is it the address of a Grafana?"),
        ("http://127.0.0.1:1", "does not answer"),
        ("http://grafana.example.com", "would send the token unencrypted"),
        ("ftp://grafana.example.com", "allowed: the address of Grafana's front page"),
        ("grafana.example.com", "allowed: the address of Grafana's front page"),
        ("https://user:secret@grafana.example.com", "an address has no user and no password"),
        ("https://user:secret@grafana.example.com:port", "an address has no user and no password"),
        ("ftp://user:secret@grafana.example.com", "an address has no user and no password"),
        ("https://user:secret@grafana.example.com/?orgId=1", "an address has no user and no password"),
        ("https://user:secret@[grafana", "an address has no user and no password"),
        ("user:secret@grafana.example.com", "an address has no user and no password"),
        ("https://user:p/secret@grafana.example.com", "an address has no user and no password"),
        ("https://grafana.example.com:port", "Port could not be cast"),
        ("https://grafana.example.com/?orgId=1", "allowed: the address of Grafana's front page"),
    ],
)
def test_a_wrong_address_is_said_in_one_line(address: str, said: str) -> None:
    with grafana(prefix="/grafana") as server:
        result = run("push", "--url", address.format(server.address.removesuffix("/grafana")), "--runbook", RUNBOOK)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "secret" not in result.output


def test_the_token_is_not_sent_to_where_an_address_leads(server: FakeGrafana, push: Push, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeGrafana, "answer", lambda *_: (302, {"message": ""}))
    result = push()
    assert result.exit_code == 1
    assert "a token is not sent after it" in result.stderr
    assert len(server.requests) == 1
