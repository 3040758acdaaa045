"""What runs for an image: this machine's program for known public ones, and what a person named to stand in for a tag of ECR.

`up --image TAG=...` names it.

`images.json` of the local cloud's state directory holds the stand-ins: `{"TAG": {"directory": "/abs"}}` or
`{"TAG": {"command": ["python3", ...]}}`. It is read whenever a container starts.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradingbot_infra.errors import UserError
from tradingbot_infra.local_cloud.fargate import dockerfile
from tradingbot_infra.local_cloud.fargate.dockerfile import ImageConfig
from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.place import IMAGES_VARIABLE

Entry = Mapping[str, object]
"""One stand-in in images.json."""

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.[a-z.]+/(?P<repository>[^:@]+)(?::(?P<tag>[^:@]+))?(?:@(?P<digest>.+))?"
)
_PUBLIC = re.compile(r"public\.ecr\.aws/docker/library/(?P<name>[a-z]+)[:@].+")
_PROGRAMS: Mapping[str, str] = {"python": "python3", "postgres": "psql", "redis": "redis-cli"}
"""Docker's official images that tasks of this project use -> the program of this machine that runs for one without a command."""
_NOT_PART_OF_AN_IMAGE = frozenset({".git", ".venv", "__pycache__", "node_modules", ".pytest_cache", ".mypy_cache", ".ruff_cache"})


@dataclass(frozen=True)
class EcrImage:
    """An image of a private repository of ECR."""

    account: str
    region: str
    repository: str
    tag: str


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """What runs in place of an image: a directory with a Dockerfile, or a command."""

    directory: Path | None = None
    command: tuple[str, ...] = ()
    programs: Path | None = None
    """The directory of its programs, where the usual PATH may not have them."""

    def config(self) -> ImageConfig:
        """Entry point, command and environment, as an image has them.

        Raises:
            CannotStartError: the directory has no Dockerfile that can be read.
        """
        if self.directory is None:
            return ImageConfig(command=self.command)
        try:
            return dockerfile.read(self.directory)
        except (OSError, ValueError, KeyError) as error:
            raise CannotStartError(f"CannotPullContainerError: {self.directory}/Dockerfile: {error}") from error

    def manifest(self) -> str:
        """A manifest without layers, other for other content."""
        config = _digest(self._content())
        return json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 2, "digest": config},
                "layers": [],
            }
        )

    def _content(self) -> Iterator[bytes]:
        if self.directory is None:
            yield json.dumps(self.command).encode()
            return
        for path in sorted(_files(self.directory)):
            yield f"{path.relative_to(self.directory)}\n".encode()
            yield hashlib.sha256(path.read_bytes()).digest()


def ecr_image(image: str) -> EcrImage | None:
    """The parts of an image's name; None when it is not in ECR."""
    found = _ECR.fullmatch(image)
    if found is None:
        return None
    return EcrImage(found["account"], found["region"], found["repository"], found["tag"] or found["digest"] or "latest")


def public(image: str) -> StandIn:
    """What stands in for an image that is not in ECR: this machine's programs, for the command of the container definition.

    Raises:
        CannotStartError: the local cloud has nothing for this image, or this machine lacks its program.
    """
    found = _PUBLIC.fullmatch(image)
    program = _PROGRAMS.get(found["name"]) if found else None
    if program is None:
        known = ", ".join(_PROGRAMS)
        raise CannotStartError(
            f"CannotPullContainerError: the local cloud runs images of ECR and the official {known} of ECR Public only: {image} not found"
        )
    if program == "python3":
        return StandIn(command=(program,))
    path = shutil.which(program)
    if path is None:
        raise CannotStartError(f"CannotPullContainerError: {image}: not found (the local cloud needs {program} in PATH to run it)")
    return StandIn(command=(program,), programs=Path(path).parent)


def stand_in(tag: str) -> StandIn | None:
    """What stands in for the image with this tag; None when nobody said.

    Raises:
        CannotStartError: the entry is not of the form that `write` gives it.
    """
    entry = read().get(tag)
    if entry is None:
        return None
    match entry:
        case {"directory": str(directory)}:
            return StandIn(directory=Path(directory))
        case {"command": [*words]} if words:
            return StandIn(command=tuple(str(word) for word in words))
    raise CannotStartError(f"CannotPullContainerError: {_path()} says neither directory nor command for {tag}: not found")


def read() -> dict[str, Any]:
    """All stand-ins, tag -> entry; none when there is no file.

    Raises:
        CannotStartError: the file is not JSON.
    """
    path = _path()
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CannotStartError(f"CannotPullContainerError: {path}: {error}") from error
    return found if isinstance(found, dict) else {}


def add(path: Path, entries: Mapping[str, Entry]) -> None:
    """Adds stand-ins to those of the file; an entry replaces one of the same tag.

    Raises UserError if the file cannot be read.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        existing = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        write(path, {**existing, **entries})
    except (OSError, TypeError, ValueError):
        raise UserError(f"{path}: is damaged: delete it and name every --image again") from None


def write(path: Path, entries: Mapping[str, Entry]) -> None:
    """Replaces the file at once, so that a container that starts meanwhile reads the old or the new one."""
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    temporary.replace(path)


def digest(manifest: str) -> str:
    """The digest under which a registry keeps a manifest."""
    return _digest([manifest.encode()])


def _digest(parts: Sequence[bytes] | Iterator[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    return f"sha256:{whole.hexdigest()}"


def _path() -> Path | None:
    name = os.environ.get(IMAGES_VARIABLE)
    return Path(name) if name else None


def _files(directory: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if name not in _NOT_PART_OF_AN_IMAGE]
        yield from (path for path in (Path(folder, name) for name in names) if path.is_file())
