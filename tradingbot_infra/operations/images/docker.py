"""The docker command, as far as a push needs it: find it, inspect an image, build, log in, push."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tradingbot_infra.config.sections.task import TaskConfig
from tradingbot_infra.errors import UserError

PLATFORMS = {"X86_64": "linux/amd64", "ARM64": "linux/arm64"}
"""What docker calls the architectures of an ECS task."""

BUILD_VARIABLES = {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
"""A build without them makes an image index for the sake of an attestation, which ECR refuses to scan (moby/buildkit issue 3499;
Docker docs, "Build variables")."""

_PUSH_OF_ONE_PLATFORM = (1, 46)
"""The API version from which a push may choose one platform of an image index (docker's own refusal below it)."""

_STDERR = 2


class NoDocker(UserError):  # noqa: N818 - reads as the sentence it is
    """There is no docker command, or no engine answers it."""


@dataclass(frozen=True)
class LocalImage:
    """The metadata of an image. `ports` are those it declares, as in 8001/tcp."""

    platform: str
    user: str
    ports: frozenset[str]

    @property
    def runs_as_root(self) -> bool:
        """Whether its own USER is root, as it also is where none is named."""
        return self.user.partition(":")[0] in ("", "0", "root")


@dataclass(frozen=True)
class Docker:
    """The command, and the API version that it uses with the engine; empty where another product does not report it."""

    executable: str
    api: tuple[int, ...]

    @classmethod
    def find(cls) -> Self:
        """The docker command on PATH.

        Raises NoDocker when there is none, or when no engine answers it.
        """
        executable = shutil.which("docker")
        if executable is None:
            raise NoDocker("There is no docker command on PATH")
        asked = subprocess.run([executable, "version", "--format", "{{json .}}"], capture_output=True, text=True, check=False)
        if asked.returncode != 0:
            raise NoDocker(f"The docker command reaches no engine: {_last_line(asked.stderr)}")
        return cls(executable, api_spoken(asked.stdout))

    def login(self, registry: str, *, username: str, password: str) -> str:
        """Logs in, and returns what docker said. The password goes by stdin only: everybody on a machine can read its process list.

        Raises UserError when docker or the registry refuses.
        """
        words = [self.executable, "login", "--username", username, "--password-stdin", registry]
        done = subprocess.run(words, input=password, capture_output=True, text=True, check=False)
        said = f"{done.stdout}{done.stderr}".replace(password, "(not shown)").strip()
        if done.returncode != 0:
            raise UserError(f"docker login {registry} failed: {_last_line(said)}")
        return said

    def build(self, directory: Path, reference: str, *, platform: str) -> None:
        """Builds the Dockerfile of a directory for one platform.

        Raises UserError when the build fails.
        """
        self._run("build", "--platform", platform, "--tag", reference, str(directory), variables=BUILD_VARIABLES)

    def tag(self, image: str, reference: str) -> None:
        """Gives a local image another name.

        Raises UserError when docker refuses.
        """
        self._run("tag", image, reference)

    def push(self, reference: str, *, platform: str, profile: str | None) -> None:
        """Pushes one platform's image under its name. The manifest is pushed last, so the tag exists with the whole image or not at all.

        A credential helper for ECR reads the profile of the AWS configuration from the environment.

        Raises UserError when docker or the registry refuses.
        """
        one = ("--platform", platform) if self.api >= _PUSH_OF_ONE_PLATFORM else ()
        self._run("push", *one, reference, variables={"AWS_PROFILE": profile} if profile else None)

    def inspect(self, image: str) -> LocalImage | None:
        """The metadata of a local image; None when there is no such image.

        Raises UserError when the engine fails.
        """
        done = subprocess.run([self.executable, "image", "inspect", image], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            if "no such image" in done.stderr.lower():
                return None
            raise UserError(f"docker image inspect {image} failed: {_last_line(done.stderr)}")
        return local_image(json.loads(done.stdout)[0])

    def _run(self, *words: str, variables: Mapping[str, str] | None = None) -> None:
        # Docker's output is progress, and stdout is for results.
        done = subprocess.run([self.executable, *words], stdout=_STDERR, env={**os.environ, **(variables or {})}, check=False)
        if done.returncode != 0:
            raise UserError(f"docker {words[0]} ended with exit code {done.returncode}; its output is above")


def api_spoken(version: str) -> tuple[int, ...]:
    """The API version in what `docker version` answers, as in (1, 50); empty where podman or another product reports it differently."""
    try:
        # The client's is the one that both have agreed upon.
        match = re.fullmatch(r"(\d+)\.(\d+)", json.loads(version)["Client"]["ApiVersion"], re.ASCII)
    except (KeyError, TypeError, ValueError):
        return ()
    return (int(match[1]), int(match[2])) if match else ()


def local_image(inspected: Mapping[str, Any]) -> LocalImage:
    """One entry of `docker image inspect`; what an image does not declare may be null or missing there."""
    config: Mapping[str, Any] = inspected.get("Config") or {}
    return LocalImage(
        platform=f"{inspected['Os']}/{inspected['Architecture']}",
        user=config.get("User") or "",
        ports=frozenset(config.get("ExposedPorts") or ()),
    )


def check_platform(image: LocalImage, name: str, task: TaskConfig) -> None:
    """Raises UserError when the task could not execute the image, which ECS would report as `exec format error` only."""
    needed = PLATFORMS[task.cpu_architecture]
    if image.platform != needed:
        raise UserError(f"{name}: is for {image.platform}, and cpu_architecture is {task.cpu_architecture}; allowed: {needed}")


def shortcomings(image: LocalImage, task: TaskConfig) -> tuple[str, ...]:
    """What docs/design.md, "What the image must bring", asks for and the image does not declare, a sentence each."""
    found = []
    if task.container_user is None and image.runs_as_root:
        found.append("Its USER is root, and container_user is none: whoever breaks into the application is root.")
    if image.ports and f"{task.container_port}/tcp" not in image.ports:
        found.append(f"It EXPOSEs {', '.join(sorted(image.ports))}, and container_port is {task.container_port}.")
    return tuple(found)


def commands_of_a_push(
    source: str, reference: str, platform: str, *, build: bool, region: str | None, profile: str | None
) -> tuple[str, ...]:
    """What a push does, as lines for a shell. `region` is that of the registry that wants a login, None where it wants none."""
    registry = reference.partition("/")[0]
    account = f" --profile {shlex.quote(profile)}" if profile else ""
    login = f"aws ecr get-login-password --region {region}{account} | docker login --username AWS --password-stdin {registry}"
    variables = " ".join(f"{name}={value}" for name, value in BUILD_VARIABLES.items())
    built = f"{variables} docker build --platform {platform} --tag {reference} {shlex.quote(source)}"
    tagged = f"docker tag {shlex.quote(source)} {reference}"
    return (*((login,) if region else ()), built if build else tagged, f"docker push {reference}")


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2] or "it does not say why"
