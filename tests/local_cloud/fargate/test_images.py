"""What runs for an image, and the image in the registry."""

import asyncio
import json
import os
import uuid
from pathlib import Path

import pytest

from tests.local_cloud.fargate.task import (
    EVERYTHING,
    awslogs,
    container,
    in_background,
    log_group,
    messages,
    output,
    python,
    refused,
    role,
    run,
    spec,
)
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.place import IMAGES_VARIABLE
from tradingbot_infra.operations.live.ecs_messages import EcsMessage, Trouble

pytestmark = pytest.mark.local_cloud


@pytest.fixture
def images_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "images.json"
    monkeypatch.setenv(IMAGES_VARIABLE, str(path))
    return path


@pytest.fixture
def repository() -> str:
    name = uuid.uuid4().hex
    call("ecr", "CreateRepository", repositoryName=name, imageTagMutability="IMMUTABLE")
    return name


def image(repository: str, tag: str = "v1") -> str:
    return f"000000000000.dkr.ecr.us-east-1.amazonaws.com/{repository}:{tag}"


def trouble(reason: str) -> Trouble | None:
    return EcsMessage(None, "task", reason, "arn").trouble


def test_a_command_stands_in_for_a_tag_with_the_address_of_the_task(images_file: Path, repository: str) -> None:
    images.write(images_file, {"v1": {"command": ["python3", "-c", "import sys; print(sys.argv[1])", "{address}:1"]}})
    group = log_group()
    described = spec(image=image(repository), logConfiguration=awslogs(group))
    run(described)
    assert messages(described, group) == [f"{described.address}:1"]


def test_a_directory_is_read_like_an_image(images_file: Path, repository: str, tmp_path: Path) -> None:
    directory = tmp_path / "app"
    directory.mkdir()
    (directory / "main.py").write_text("import os; print(os.environ['COLOUR'], os.getcwd())", encoding="utf-8")
    (directory / "Dockerfile").write_text(
        'FROM python:3.13\nWORKDIR /srv\nENV COLOUR=blue\nCMD ["python3", "/srv/main.py"]\n', encoding="utf-8"
    )
    images.write(images_file, {"v1": {"directory": str(directory)}})
    assert output(image=image(repository)) == [f"blue {directory}"]


def test_a_command_and_a_working_directory_of_the_definition_are_found_in_the_directory(
    images_file: Path, repository: str, tmp_path: Path
) -> None:
    directory = tmp_path / "app"
    (directory / "jobs").mkdir(parents=True)
    (directory / "migrate.py").write_text("import os; print('migrates in', os.getcwd())", encoding="utf-8")
    (directory / "Dockerfile").write_text('FROM python:3.13\nWORKDIR /srv\nCMD ["serve"]\n', encoding="utf-8")
    images.write(images_file, {"v1": {"directory": str(directory)}})
    found = output("python3", "/srv/migrate.py", image=image(repository), workingDirectory="/srv/jobs")
    assert found == [f"migrates in {directory}/jobs"]


def test_an_entry_point_of_the_definition_makes_the_images_command_void(images_file: Path, repository: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM python:3.13\nCMD ["the", "images"]\n', encoding="utf-8")
    images.write(images_file, {"v1": {"directory": str(tmp_path)}})
    assert output(image=image(repository), entryPoint=["echo", "own"]) == ["own"]
    (tmp_path / "Dockerfile").write_text("FROM python:3.13\n", encoding="utf-8")
    assert refused(spec(image=image(repository))) == "CannotCreateContainerError: no command specified"


def test_the_directorys_own_virtual_environment_is_found_first(images_file: Path, repository: str, tmp_path: Path) -> None:
    program = tmp_path / "app" / ".venv" / "bin" / "serve"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho its own\n", encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "app" / "Dockerfile").write_text('FROM scratch\nENTRYPOINT ["serve"]\n', encoding="utf-8")
    images.write(images_file, {"v1": {"directory": str(tmp_path / "app")}})
    assert output(image=image(repository)) == ["its own"]


def test_a_command_of_the_container_definition_replaces_the_images(images_file: Path, repository: str) -> None:
    images.write(images_file, {"v1": {"command": ["python3", "-c", "print('image')"]}})
    assert output(*python("print('definition')"), image=image(repository)) == ["definition"]


def test_the_file_is_read_at_each_start(images_file: Path, repository: str) -> None:
    assert refused(spec(image=image(repository)))
    images.write(images_file, {"v1": {"command": ["python3", "-c", "print('now')"]}})
    assert output(image=image(repository)) == ["now"]


def test_an_image_that_nothing_stands_in_for_is_not_found_and_the_words_say_what_to_do(images_file: Path, repository: str) -> None:
    reason = refused(spec(image=image(repository)))
    assert reason.startswith(
        f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image(repository)}: not found"
    )
    assert "up --image v1=DIRECTORY" in reason
    assert trouble(reason) is Trouble.IMAGE_MISSING


@pytest.mark.parametrize("content", ["{", "[]", '{"v1": {}}', '{"v1": {"command": []}}', '{"v1": {"directory": "/no/such"}}'])
def test_a_file_or_directory_that_cannot_be_used_stops_the_task(images_file: Path, repository: str, content: str) -> None:
    images_file.write_text(content, encoding="utf-8")
    assert refused(spec(image=image(repository))).startswith("CannotPullContainerError: ")


def test_another_public_image_is_not_found() -> None:
    assert trouble(refused(spec(image="nginx:latest"))) is Trouble.IMAGE_MISSING


def test_the_registry_has_the_image_that_runs_from_the_first_start_on(images_file: Path, repository: str) -> None:
    images.write(images_file, {"v1": {"command": ["python3", "-c", "pass"]}})

    async def digest() -> str:
        one = container(spec(image=image(repository)))
        await one.start()
        await one.ended()
        return one.image_digest

    first = in_background(digest())
    (detail,) = call("ecr", "DescribeImages", repositoryName=repository)["imageDetails"]
    assert (detail["imageTags"], detail["imageDigest"]) == (["v1"], first)
    images.write(images_file, {"v1": {"command": ["python3", "-c", "print(1)"]}})
    assert in_background(digest()) == first, "a tag of an immutable repository keeps its digest"


def test_other_content_has_another_digest_wherever_it_lies(tmp_path: Path) -> None:
    def stand_in(name: str, text: str) -> str:
        directory = tmp_path / name
        (directory / ".venv").mkdir(parents=True)
        (directory / ".venv" / "big").write_text(name, encoding="utf-8")
        (directory / "main.py").write_text(text, encoding="utf-8")
        return images.digest(images.StandIn(directory=directory).manifest())

    assert stand_in("a", "1") == stand_in("b", "1") != stand_in("c", "2")


def test_an_image_in_a_repository_that_does_not_exist_is_not_found(images_file: Path) -> None:
    images.write(images_file, {"v1": {"command": ["python3"]}})
    assert trouble(refused(spec(image=image("nowhere")))) is Trouble.IMAGE_MISSING


def test_a_role_that_may_not_pull_is_refused(images_file: Path, repository: str) -> None:
    images.write(images_file, {"v1": {"command": ["python3", "-c", "pass"]}})
    login = {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}
    other = {"Effect": "Allow", "Action": "ecr:*", "Resource": "arn:aws:ecr:us-east-1:000000000000:repository/other"}
    denied = refused(spec(image=image(repository), execution_role=role(login, other)))
    assert denied.endswith(f"/v2/{repository}/manifests/v1: 403 Forbidden")
    no_login = refused(spec(image=image(repository), execution_role=role(other)))
    assert "unable to retrieve ecr registry auth" in no_login
    assert "to perform: ecr:GetAuthorizationToken on resource: * because" in no_login
    assert (trouble(denied), trouble(no_login)) == (Trouble.IMAGE_DENIED, Trouble.IMAGE_DENIED)
    pull = {
        "Effect": "Allow",
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Resource": other["Resource"].replace("other", repository),
    }
    assert run(spec(image=image(repository), execution_role=role(login, pull))).code == 0


def test_two_first_tasks_at_once_both_start(images_file: Path, repository: str) -> None:
    images.write(images_file, {"v1": {"command": ["python3", "-c", "pass"]}})

    async def both() -> set[str]:
        ones = [container(spec(image=image(repository), execution_role=role(*EVERYTHING))) for _ in range(3)]
        await asyncio.gather(*(one.start() for one in ones))
        await asyncio.gather(*(one.ended() for one in ones))
        return {one.image_digest for one in ones}

    assert len(in_background(both())) == 1


def test_the_file_is_replaced_at_once(images_file: Path) -> None:
    images.write(images_file, {"v1": {"command": ["x"]}})
    assert json.loads(images_file.read_text(encoding="utf-8")) == {"v1": {"command": ["x"]}}
    assert os.listdir(images_file.parent) == ["images.json"]  # noqa: PTH208 - names
