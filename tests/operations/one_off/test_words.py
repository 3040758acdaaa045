"""The command of a one-off task: its words, scripts, and sizes."""

from pathlib import Path

import pytest

from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.one_off.outcome import outcome
from tradingbot_infra.operations.one_off.size import check, size
from tradingbot_infra.operations.one_off.words import check_size, words_of, words_of_file


def test_one_argument_is_split_and_several_are_the_words() -> None:
    assert words_of(["alembic upgrade 'head now'"]) == ["alembic", "upgrade", "head now"]
    assert words_of(["python", "-c", "print(1) "]) == ["python", "-c", "print(1) "]


@pytest.mark.parametrize("given", [[], [""], ["   "], ["", "x"], ["'open"], ["a && b"], ["a | b"], ["a > b"], ["a", ";", "b"]], ids=str)
def test_what_is_no_command_is_refused(given: list[str]) -> None:
    with pytest.raises(UserError):
        words_of(given)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("x", "echo 1\n", ["sh", "-c"]),
        ("x.py", "print(1)\n", ["python3", "-c"]),
        ("x", "#!/bin/bash -eu\necho 1\n", ["bash", "-eu", "-c"]),
        ("x", "#!/usr/bin/env python3\nprint(1)\n", ["python3", "-c"]),
        ("x.py", "#!/bin/sh\necho 1\n", ["sh", "-c"]),
    ],
    ids=["none", "python", "flags", "env", "line-before-suffix"],
)
def test_a_script_is_an_argument_of_the_interpreter_that_its_first_line_names(
    name: str, text: str, expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    assert words_of_file(tmp_path / name) == [*expected, text]


@pytest.mark.parametrize("text", [b"", b" \n", b"\xff\xfe", b"a\0b", b"#!/usr/bin/perl\nprint 1", b"#!\n"], ids=str)
def test_what_is_no_script_is_refused(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(text)
    with pytest.raises(UserError, match="allowed: "):
        words_of_file(tmp_path / "x")


def test_an_override_is_as_long_as_ecs_allows_with_its_punctuation() -> None:
    empty = len('{"command": [""]}')
    check_size({"command": ["x" * (8192 - empty)]}, "It")
    with pytest.raises(UserError, match="It: makes an override of 8193 characters; allowed: up to 8192"):
        check_size({"command": ["x" * (8193 - empty)]}, "It")


def test_a_size_is_one_that_fargate_offers_and_what_is_not_given_is_the_services() -> None:
    assert size(None, None, own=(512, 1024)) == {}
    assert size(None, 2048, own=(512, 1024)) == {"cpu": "512", "memory": "2048"}
    assert size(1024, 2048, own=(512, 1024)) == {"cpu": "1024", "memory": "2048"}
    with pytest.raises(UserError, match=r"--memory 1024: Fargate does not offer it with 4096 CPU units; allowed: 8192, "):
        size(4096, None, own=(512, 1024))


def test_cpu_alone_may_fit_the_services_memory() -> None:
    check(512, None)
    check(None, 8192)
    with pytest.raises(UserError):
        check(0, None)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [((0,), 0), ((7,), 7), ((None,), None), ((0, 0), 0), ((3, None), 3), ((0, 5), 5), ((0, None), None)],
    ids=str,
)
def test_the_first_container_that_failed_decides(codes: tuple[int | None, ...], expected: int | None) -> None:
    names = [f"c{number}" for number in range(len(codes))]
    containers = [{"name": name, **({} if code is None else {"exitCode": code})} for name, code in zip(names, codes, strict=True)]
    aside = {"name": "aws-guardduty-agent", "exitCode": 137}
    assert outcome({"containers": [aside, *reversed(containers)], "stoppedReason": "x"}, names).code == expected


def test_the_reasons_are_one_line_and_each_once() -> None:
    task = {"stoppedReason": "Task\nstopped", "containers": [{"name": "app", "reason": "OutOfMemoryError: killed"}, {"name": "b"}]}
    assert outcome(task, ["app", "b"]).reason == "Task stopped; OutOfMemoryError: killed"
