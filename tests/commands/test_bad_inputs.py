"""Whatever a person types wrong ends at once, in one clear line and the documented exit code, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from typer.testing import CliRunner, Result

from tests.commands.bad_inputs import ACCOUNT, EVERY, ROOT, Bad
from tests.conftest import PROJECT_ROOT
from tradingbot_infra.__main__ import app

_MOST_SECONDS = 30
_FEWEST_INPUTS = 400


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An almost empty folder, and a shell without credentials."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("text\n")
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for variable in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_ACCESS_KEY_ID", "TRADINGBOT_ENV"):
        monkeypatch.delenv(variable, raising=False)
    # typer would make the commands anew for each of hundreds of runs.
    monkeypatch.setattr("typer.testing._get_command", lambda _: ROOT)
    return tmp_path


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """Ends a command that hangs."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(_MOST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def everything(place: Path) -> set[str]:
    """What is in the folder, and beside the project's files."""
    return {*(str(path) for path in place.rglob("*")), *(path.name for path in PROJECT_ROOT.iterdir())}


@pytest.mark.parametrize("bad", EVERY, ids=[bad.id for bad in EVERY])
def test_it_is_one_clear_line(bad: Bad, place: Path) -> None:
    before = everything(place)
    result = CliRunner().invoke(app, bad.words, env=bad.variables, prog_name="tradingbot")
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert (result.stdout, result.exit_code in bad.codes) == ("", True), result.output
    assert_is_one_clear_line(result, bad)
    assert everything(place) == before


def assert_is_one_clear_line(result: Result, bad: Bad) -> None:
    """Behind what the command was doing it says what is wrong, and its characters do nothing to a terminal."""
    (line,) = (each for each in result.stderr.splitlines() if not each.startswith("==> "))
    assert line.isprintable(), repr(line)
    assert not line.startswith((":", " "))
    assert " : " not in line, "an empty value hides"
    assert bad.names in line


def test_there_are_enough() -> None:
    assert len(EVERY) >= _FEWEST_INPUTS


CLOSED_INPUT = 'exec "$@" <&-'


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("scale", "--tasks", "0"), "There is no terminal to confirm at; nothing was changed: --yes does it without asking"),
        (("secrets", "push"), "There is no terminal to type values at: use --from FILE, or --from-environment"),
        (("secrets", "delete", "--all"), "No local cloud is running: `make up` starts one"),
    ],
    ids=["scale", "push", "delete"],
)
def test_a_closed_input_is_no_terminal_in_whatever_folder(words: tuple[str, ...], line: str, place: Path) -> None:
    command = ["sh", "-c", CLOSED_INPUT, "sh", sys.executable, "-m", "tradingbot_infra", *words, *ACCOUNT]
    environ = {"PATH": os.environ["PATH"], "HOME": str(place / "home"), "PYTHONPATH": str(PROJECT_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    before = everything(place)
    result = subprocess.run(command, cwd=place, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert (result.stdout, result.stderr) == ("", f"{line}\n")
    assert result.returncode in (1, 3)
    assert everything(place) == before


PROFILES = """
[profile login]
login_session = arn:aws:iam::111122223333:user/dev
region = ap-southeast-2
[profile process]
credential_process = /bin/false
[profile process-of-nothing]
credential_process = /bin/echo
[profile half]
aws_access_key_id = AKIAEXAMPLEEXAMPLE00
[profile source]
role_arn = arn:aws:iam::111122223333:role/deploy
source_profile = nobody
"""
SAID_OF_PROFILES = {
    "login": "The AWS sign-in cannot be used (",
    "process": "Error when retrieving credentials from custom-process: the profile's credential_process or role gives no credentials",
    "process-of-nothing": "",
    "half": "There are no AWS credentials: ",
    "source": "",
    "absent": "The config profile (absent) could not be found: ",
}


@pytest.mark.parametrize("profile", SAID_OF_PROFILES)
def test_a_profile_that_gives_no_credentials_is_one_line(profile: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = place / "home" / "config"
    config.write_text(PROFILES)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    result = CliRunner().invoke(app, ["status", "--env", "staging", "--profile", profile], prog_name="tradingbot")
    assert (result.exit_code, result.stdout) == (3, ""), result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith(SAID_OF_PROFILES[profile])


@pytest.mark.parametrize(("words", "named"), [(("status",), True), (("cost", "refresh"), False)], ids=["status", "cost-refresh"])
def test_without_credentials_only_what_has_the_option_local_names_it(words: tuple[str, ...], named: bool, place: Path) -> None:
    result = CliRunner().invoke(app, words, prog_name="tradingbot")
    assert (result.exit_code, result.stdout) == (3, "")
    assert ("--local" in result.stderr) is named
