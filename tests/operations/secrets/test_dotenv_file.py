"""Dotenv files: values as they stand there, and what is wrong told by line, never with what the line holds."""

import os
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.operations.secrets.sample import dotenv, private_key, some, value_of, values
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.secrets.dotenv_file import parse, read
from tradingbot_infra.operations.secrets.names import NEVER_BY_HAND

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,20}", fullmatch=True).filter(lambda name: name != "export")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"))
PLAIN = st.from_regex(r"[A-Za-z0-9+/=:$%{}@!-]([A-Za-z0-9+/=:$%{}@!# -]*[A-Za-z0-9+/=:$%{}@!-])?", fullmatch=True).filter(
    lambda value: " #" not in value
)


@dataclass(frozen=True)
class Line:
    """What a file holds at one place: its text, and what is to be read of it. `name` is empty where nothing is."""

    text: str
    name: str = ""
    value: str = ""
    wrong: bool = False


def single_quoted(pair: tuple[str, str]) -> Line:
    name, value = pair
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return Line(f"{name}='{escaped}'", name, value)


def double_quoted(pair: tuple[str, str]) -> Line:
    name, value = pair
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return Line(f'export {name} = "{escaped}"  # why', name, value)


LINES = st.one_of(
    st.tuples(NAMES, TEXT).map(single_quoted),
    st.tuples(NAMES, TEXT).map(double_quoted),
    st.tuples(NAMES, PLAIN).map(lambda pair: Line(f"{pair[0]}={pair[1]}", *pair)),
    st.sampled_from([Line(""), Line("  "), Line("# a comment with = and '"), Line("\t#")]),
    st.sampled_from(["no assignment", "NAME", "NAME value", "NAME: value", "=value", 'NAME="open', "NAME='a' b"]).map(
        lambda text: Line(text, wrong=True)
    ),
)


@given(st.lists(LINES))
def test_every_assignment_and_every_wrong_line_is_found_where_it_stands(lines: list[Line]) -> None:
    # An open quote reaches to the next quote, as in a shell, so such a line stands last here.
    lines = [line for line in lines if line.text != 'NAME="open'] + [line for line in lines if line.text == 'NAME="open'][:1]
    expected, wrong, number = [], [], 1
    for line in lines:
        if line.wrong:
            wrong.append(number)
        elif line.name:
            expected.append((number, line.name, line.value))
        number += line.text.count("\n") + 1
    assignments, found_wrong = parse("\n".join(line.text for line in lines))
    assert [(item.line, item.name, item.value.get_secret_value()) for item in assignments] == expected
    assert list(found_wrong) == wrong


@given(TEXT)
def test_any_text_is_read_to_its_end(text: str) -> None:
    assignments, wrong = parse(text)
    numbers = sorted([*(item.line for item in assignments), *wrong])
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers)


def test_a_dollar_stands_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assignments, _ = parse("A=${HOME}$HOME\nB=\"${A}\"\nC='$A'")
    assert [item.value.get_secret_value() for item in assignments] == ["${HOME}$HOME", "${A}", "$A"]


def file(directory: Path, text: str, mode: int = 0o600) -> Path:
    path = directory / ".env"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_the_values_of_a_file_are_those_of_its_secrets(tmp_path: Path) -> None:
    wanted = values()
    given_ = read(file(tmp_path, dotenv(wanted)))
    assert {secret: value.get_secret_value() for secret, value in given_.values.items()} == wanted
    assert (given_.notes, given_.problems) == ((), ())


def test_a_terraform_tfvars_file_of_assignments_is_one_too(tmp_path: Path) -> None:
    value = value_of("secret-key")
    given_ = read(file(tmp_path, f'# 애플리케이션\nsecret_key = "{value}"\nacm_certificate_arn = ""  # 옵션\n'))
    assert {secret: held.get_secret_value() for secret, held in given_.values.items()} == {"secret-key": value}
    assert [note.rpartition(".env: ")[2] for note in given_.notes] == [
        "line 3: acm_certificate_arn is ignored: it is not one of the secrets"
    ]


def test_a_private_key_keeps_its_lines_and_a_file_of_windows_is_read(tmp_path: Path) -> None:
    key = private_key()
    path = tmp_path / ".env"
    path.write_bytes(f'\ufeffBINANCE_API_SECRET="{key}"\nNo\nOPENAI_API_KEY=x\nNo\n'.replace("\n", "\r\n").encode())
    path.chmod(0o600)
    given_ = read(path)
    assert {secret: value.get_secret_value() for secret, value in given_.values.items()} == {
        "binance-api-secret": key,
        "openai-api-key": "x",
    }
    after = key.count("\n") + 1
    assert [problem.split(": ")[1] for problem in given_.problems] == [f"line {after + 1}", f"line {after + 3}"]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("DATABASE_URL=x", "DATABASE_URL is ignored: CloudFormation builds it from the database's address"),
        ("REDIS_AUTH_TOKEN=x", f"REDIS_AUTH_TOKEN is ignored: {NEVER_BY_HAND['redis-auth-token']}"),
        ("db_password=x", "db_password is ignored: RDS generates the master password and rotates it"),
        ("LOG_LEVEL=debug", "LOG_LEVEL is ignored: it is not one of the secrets"),
        ("BINANCE_KEY=x", "BINANCE_KEY is ignored: it is not one of the secrets; nearest: BINANCE_API_KEY"),
        ("SECRET_KEY=", "SECRET_KEY is ignored: it is empty"),
    ],
)
def test_what_is_ignored_is_told_with_the_reason(tmp_path: Path, line: str, note: str) -> None:
    path = file(tmp_path, f"\n{line}\n")
    given_ = read(path)
    assert (given_.values, given_.notes, given_.problems) == ({}, (f"{path}: line 2: {note}",), ())


def test_a_secret_that_stands_twice_is_a_problem_and_another_name_is_not(tmp_path: Path) -> None:
    given_ = read(file(tmp_path, "SECRET_KEY=a\nLOG_LEVEL=a\n\nLOG_LEVEL=b\nsecret-key=b\n"))
    (told,) = given_.problems
    assert told.endswith(".env: line 5: secret-key is given already in line 1; allowed: one of them")


@pytest.mark.parametrize("text", ["{}", "{}=", "x {}", "SECRET_KEY '{}'", "{} # and why", "'{}'=", 'SECRET_KEY="{}'])
def test_a_value_in_the_wrong_place_is_not_shown(tmp_path: Path, text: str) -> None:
    for value in (*values().values(), some("abcdef0123456789", 48)):
        given_ = read(file(tmp_path, text.format(value)))
        told = "\n".join((*given_.notes, *given_.problems, repr(given_)))
        assert "line 1" in told
        assert value not in told
        assert value.rstrip("=") not in told


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such permissions")
@pytest.mark.parametrize(("mode", "warns"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read_is_told(tmp_path: Path, mode: int, warns: bool) -> None:
    path = file(tmp_path, "SECRET_KEY=a\n", mode)
    assert list(read(path).notes) == ([f"{path}: others on this machine may read it: `chmod 600 {path}`"] if warns else [])


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such pipes")
def test_a_pipe_is_read_too_and_whoever_may_read_it_is_not_told(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    writer = Thread(target=pipe.write_text, args=("SECRET_KEY=a\n",))
    writer.start()
    found = read(pipe)
    writer.join()
    assert ([value.get_secret_value() for value in found.values.values()], found.notes) == (["a"], ())


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"SECRET_KEY=" + bytes(range(200, 256)))
    long = file(tmp_path, "#" * 1_000_001)
    for path, reason in (
        (tmp_path / "none", "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
        (binary, "is not UTF-8 text; allowed: a dotenv file in UTF-8"),
        (long, "is longer than 1,000,000 characters; allowed: a dotenv file"),
    ):
        with pytest.raises(UserError) as caught:
            read(path)
        assert str(caught.value) == f"{path}: {reason}"
