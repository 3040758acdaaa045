"""A container of a task as a process: what it is given, how it ends, and that nothing of it stays."""

import asyncio
import urllib.request
from pathlib import Path

import pytest

from tests.local_cloud.fargate.task import container, in_background, output, python, refused, run, spec, until
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE, placeholder_command
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.fargate.container import Exit
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.place import IMAGES_VARIABLE

pytestmark = pytest.mark.local_cloud


def test_the_placeholder_answers_on_the_address_of_its_task_and_ends_when_it_is_asked_to() -> None:
    described = spec(*placeholder_command(8001, "/health"), image=PLACEHOLDER_IMAGE)

    async def whole() -> tuple[bytes, Exit]:
        one = container(described)
        await one.start()
        answer = await _answer(f"http://{described.address}:8001/health")
        await one.stop()
        return answer, await one.ended()

    assert in_background(whole()) == (b'{"status": "placeholder"}', Exit(0, ""))


def test_two_tasks_listen_on_the_same_port() -> None:
    async def whole() -> list[bytes]:
        described = [spec(*placeholder_command(8001, "/health")) for _ in range(2)]
        ones = [container(one) for one in described]
        for one in ones:
            await one.start()
        answers = [await _answer(f"http://{one.address}:8001/health") for one in described]
        for one in ones:
            await one.stop()
        return answers

    assert in_background(whole()) == [b'{"status": "placeholder"}'] * 2


@pytest.mark.parametrize(
    ("source", "code"),
    [("raise SystemExit(3)", 3), ("pass", 0), ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 143)],
)
def test_the_exit_code_is_counted_as_docker_does(source: str, code: int) -> None:
    assert run(spec(*python(source))) == Exit(code, "")


def test_what_does_not_end_in_time_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    source = "import pathlib, signal, sys, time; signal.signal(15, signal.SIG_IGN); pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"

    async def whole() -> Exit:
        one = container(spec(*python(source, str(ready)), stopTimeout=2))
        await one.start()
        await until(ready)
        await one.stop()
        return await one.ended()

    assert in_background(whole()) == Exit(137, "")


@pytest.mark.parametrize(
    ("command", "words"),
    [("nope", 'exec: "nope": executable file not found in $PATH: unknown'), ("/no/pe", 'exec: "/no/pe": stat /no/pe: no such file')],
)
def test_a_program_that_is_not_there_is_reported_as_ecs_words_it(command: str, words: str) -> None:
    reason = refused(spec(command))
    assert reason.startswith("CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task")
    assert words in reason


def test_what_the_local_cloud_cannot_do_is_refused_not_left_out() -> None:
    assert "environmentFiles" in refused(spec("true", environmentFiles=[{"type": "s3", "value": "arn:aws:s3:::b/k"}]))


def test_a_program_that_ignores_its_output_is_not_ended_by_it() -> None:
    source = "import os, time; os.close(1); os.close(2); time.sleep(0.5); os._exit(7)"
    assert run(spec(*python(source))) == Exit(7, "")


def test_the_stop_signal_reaches_the_first_process_only_as_with_docker(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    command = ("/bin/sh", "-c", f"trap : TERM; touch {ready}; sleep 600; exit 5")

    async def whole() -> Exit:
        one = container(spec(*command, stopTimeout=2))
        await one.start()
        await until(ready)
        await asyncio.gather(one.stop(), one.stop())
        return await one.ended()

    assert in_background(whole()) == Exit(137, "")


def test_the_image_names_another_stop_signal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = tmp_path / "ready"
    (tmp_path / "Dockerfile").write_text("FROM python:3.13\nSTOPSIGNAL SIGINT\n", encoding="utf-8")
    images.write(tmp_path / "images.json", {"v1": {"directory": str(tmp_path)}})
    monkeypatch.setenv(IMAGES_VARIABLE, str(tmp_path / "images.json"))
    call("ecr", "CreateRepository", repositoryName=tmp_path.name.lower())
    image = f"000000000000.dkr.ecr.us-east-1.amazonaws.com/{tmp_path.name.lower()}:v1"
    command = ("/bin/sh", "-c", f"trap 'exit 9' INT; touch {ready}; while :; do sleep 0.1; done")

    async def whole() -> Exit:
        one = container(spec(*command, image=image))
        await one.start()
        await until(ready)
        await one.stop()
        return await one.ended()

    assert in_background(whole()) == Exit(9, "")


def test_nothing_of_the_servers_environment_reaches_a_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIR", "/of/the/server")
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    (variables,) = output(*python("import os; print(sorted(os.environ))"), environment=[{"name": "LOG_LEVEL", "value": "INFO"}])
    assert "STATE_DIR" not in variables
    assert "AWS_PROFILE" not in variables
    assert "LOG_LEVEL" in variables


async def _answer(url: str) -> bytes:
    def asked() -> bytes:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - an address of this machine
            return bytes(answer.read())

    for _ in range(600):
        try:
            return await asyncio.to_thread(asked)
        except OSError:
            await asyncio.sleep(0.05)
    raise AssertionError(f"{url} does not answer")
