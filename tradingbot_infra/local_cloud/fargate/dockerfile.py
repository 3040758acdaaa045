"""What a Dockerfile says about running its image. The directory that it stands in stands for its WORKDIR."""

import json
import signal
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from dockerfile_parse import DockerfileParser
from dockerfile_parse.util import extract_key_values

_SHELL = ("/bin/sh", "-c")
_PATH = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


@dataclass(frozen=True)
class ImageConfig:
    """What an image brings for a container; values of the container definition win."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    user: str = ""
    stop_signal: int = signal.SIGTERM
    workdir: str = "/"
    shell: tuple[str, ...] = _SHELL
    directory: Path | None = None

    def place(self, value: str) -> str:
        """A value, or a list of paths with colons, with the directory where it names WORKDIR or something below."""
        workdir = self.workdir.rstrip("/")
        if self.directory is None or not workdir:
            return value
        parts = [f"{self.directory}{part[len(workdir) :]}" if f"{part}/".startswith(f"{workdir}/") else part for part in value.split(":")]
        return ":".join(parts)


def read(directory: Path) -> ImageConfig:
    """What the Dockerfile of a directory says for its last stage; of images that it starts from nothing is known.

    Raises:
        OSError: there is no Dockerfile, or it cannot be read.
        ValueError: an instruction is not understood.
    """
    parser = DockerfileParser(fileobj=StringIO((directory / "Dockerfile").read_text(encoding="utf-8")))
    stages: dict[str, ImageConfig] = {}
    name, current = "", ImageConfig()
    for entry in parser.structure:
        if entry["instruction"] == "FROM":
            words = entry["value"].split()
            words = [word for word in words if not word.startswith("--")]
            stages[name.lower()] = current
            current = stages.get(words[0].lower(), ImageConfig()) if words else ImageConfig()
            name = words[2] if len(words) == 3 else ""
        elif entry["instruction"] in _INSTRUCTIONS:
            current = _INSTRUCTIONS[entry["instruction"]](current, entry["value"])
    return _in(directory, current)


def _entrypoint(config: ImageConfig, value: str) -> ImageConfig:
    return replace(config, entrypoint=_words(config, value))


def _cmd(config: ImageConfig, value: str) -> ImageConfig:
    return replace(config, command=_words(config, value))


def _shell(config: ImageConfig, value: str) -> ImageConfig:
    return replace(config, shell=tuple(json.loads(value)))


def _env(config: ImageConfig, value: str) -> ImageConfig:
    return replace(config, environment=(*config.environment, *_pairs(config, value)))


def _arg(config: ImageConfig, value: str) -> ImageConfig:
    return replace(config, arguments=(*config.arguments, *_pairs(config, value)))


def _workdir(config: ImageConfig, value: str) -> ImageConfig:
    path = _expanded(config, value)
    return replace(config, workdir=path if path.startswith("/") else f"{config.workdir.rstrip('/')}/{path}")


def _user(config: ImageConfig, value: str) -> ImageConfig:
    return replace(config, user=_expanded(config, value))


def _stop_signal(config: ImageConfig, value: str) -> ImageConfig:
    number = int(value) if value.isdecimal() else signal.Signals[value if value.startswith("SIG") else f"SIG{value}"]
    return replace(config, stop_signal=int(number))


_INSTRUCTIONS = {
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "SHELL": _shell,
    "ENV": _env,
    "ARG": _arg,
    "WORKDIR": _workdir,
    "USER": _user,
    "STOPSIGNAL": _stop_signal,
}


def _words(config: ImageConfig, value: str) -> tuple[str, ...]:
    """The exec form when it is JSON, else the shell form, as Docker decides."""
    try:
        words = json.loads(value)
    except ValueError:
        return (*config.shell, value)
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else (*config.shell, value)


def _pairs(config: ImageConfig, value: str) -> list[tuple[str, str]]:
    found = extract_key_values(
        env_replace=True, args=dict(config.arguments), envs={**_PATH, **dict(config.environment)}, instruction_value=value
    )
    return [(str(name), str(text)) for name, text in found]


def _expanded(config: ImageConfig, value: str) -> str:
    ((_, expanded),) = _pairs(config, f"VALUE={value}")
    return expanded


def _in(directory: Path, config: ImageConfig) -> ImageConfig:
    """The configuration with the directory in place of WORKDIR, wherever its values name it."""
    placed = replace(config, directory=directory)
    return replace(
        placed,
        entrypoint=tuple(placed.place(word) for word in config.entrypoint),
        command=tuple(placed.place(word) for word in config.command),
        environment=tuple((name, placed.place(value)) for name, value in config.environment),
    )
