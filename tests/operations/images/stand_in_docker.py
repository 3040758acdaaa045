"""A docker command for tests: it records how it was called, and pushes for real, to a registry over HTTP.

`install` copies this file into a directory as `docker`. What the engine would do differs by `behaviour`:
architecture, config (as image inspect tells it), api, no_engine, fails (a verb), echoes_stdin, stops_before_manifest.
"""

import hashlib
import json
import os
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NO_ENGINE = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
FIT: dict[str, Any] = {"User": "1000:1000", "ExposedPorts": {"8001/tcp": {}}}


@dataclass(frozen=True)
class StandIn:
    """An installed stand-in: where it is, and what it was asked."""

    directory: Path

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Each call in order: words, stdin, and the variable that turns attestations off."""
        log = self.directory / "calls"
        return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []

    @property
    def words(self) -> list[list[str]]:
        """The words of each call in order."""
        return [call["words"] for call in self.calls]

    @property
    def verbs(self) -> list[str]:
        """What it was asked to do, in order."""
        return [words[0] for words in self.words]

    @property
    def waits(self) -> bool:
        """Whether it has sent everything but the manifest, and waits."""
        return (self.directory / "waits").exists()

    def hold(self, image: str, **differently: Any) -> None:
        """Puts an image into the engine's store."""
        _hold(self.directory, image, {**_behaviour(self.directory), **differently})


def install(directory: Path, **behaviour: Any) -> StandIn:
    """Puts the stand-in into a directory, for PATH."""
    directory.mkdir(exist_ok=True)
    command = directory / "docker"
    command.write_text(f"#!{sys.executable}\n{Path(__file__).read_text(encoding='utf-8')}", encoding="utf-8")
    command.chmod(0o755)
    (directory / "behaviour").write_text(json.dumps(behaviour), encoding="utf-8")
    return StandIn(directory)


def put_image(registry: str, repository: str, tag: str, architecture: str = "amd64", *, stop: bool = False) -> str:
    """Pushes a small image by the registry's own protocol (distribution specification, "Push"); returns its digest."""
    connection = HTTPConnection(registry, timeout=10)
    configuration = json.dumps({"architecture": architecture, "os": "linux", "comment": tag}).encode()
    blobs = [
        (configuration, "application/vnd.docker.container.image.v1+json"),
        (b"layer", "application/vnd.docker.image.rootfs.diff.tar.gzip"),
    ]
    for content, _ in blobs:
        location = _send(connection, "POST", f"/v2/{repository}/blobs/uploads/", b"", 202)
        _send(connection, "PUT", f"{location}?digest={_digest(content)}", content, 201)
    if stop:
        (HERE / "waits").touch()
        time.sleep(60)
    described = [{"mediaType": kind, "size": len(content), "digest": _digest(content)} for content, kind in blobs]
    manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": described[0], "layers": described[1:]}).encode()
    _send(connection, "PUT", f"/v2/{repository}/manifests/{tag}", manifest, 201)
    connection.close()
    return _digest(manifest)


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _send(connection: HTTPConnection, method: str, path: str, body: bytes, expected: int) -> str:
    connection.request(method, path, body, {"Content-Type": MANIFEST})
    answer = connection.getresponse()
    said = answer.read().decode()
    if answer.status != expected:
        raise SystemExit(f"{method} {path}: {answer.status} {said}")
    return answer.headers.get("Location", "")


def _behaviour(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "behaviour").read_text(encoding="utf-8"))
    return found


def _held(directory: Path) -> dict[str, Any]:
    store = directory / "store"
    found: dict[str, Any] = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    return found


def _hold(directory: Path, image: str, what: dict[str, Any]) -> None:
    entry = {"Os": "linux", "Architecture": what.get("architecture", "amd64"), "Config": what.get("config", FIT)}
    (directory / "store").write_text(json.dumps({**_held(directory), image: entry}), encoding="utf-8")


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command's output


def _version(behaviour: dict[str, Any], *_words: str) -> None:
    no_engine = behaviour.get("no_engine")
    _say(json.dumps({"Client": {"Version": "28.2.2", "ApiVersion": behaviour.get("api", "1.50")}, "Server": None if no_engine else {}}))
    if no_engine:
        raise SystemExit(NO_ENGINE)


def _login(_behaviour: dict[str, Any], *_words: str) -> None:
    _say("Login Succeeded")


def _build(behaviour: dict[str, Any], *words: str) -> None:
    _say("Successfully built")
    architecture = words[words.index("--platform") + 1].partition("/")[2]
    _hold(HERE, words[words.index("--tag") + 1], {"architecture": architecture, **behaviour})


def _image(_behaviour: dict[str, Any], *words: str) -> None:
    image = _held(HERE).get(words[-1])
    _say(json.dumps([image] if image else []))
    if image is None:
        raise SystemExit(f"Error response from daemon: No such image: {words[-1]}")


def _tag(_behaviour: dict[str, Any], *words: str) -> None:
    held = _held(HERE)
    (HERE / "store").write_text(json.dumps({**held, words[1]: held[words[0]]}), encoding="utf-8")


def _push(behaviour: dict[str, Any], *words: str) -> None:
    _say(f"The push refers to repository [{words[-1]}]")
    registry, _, name = words[-1].partition("/")
    repository, _, tag = name.partition(":")
    put_image(registry, repository, tag, _held(HERE)[words[-1]]["Architecture"], stop=behaviour.get("stops_before_manifest", False))


VERBS = {"version": _version, "login": _login, "build": _build, "image": _image, "tag": _tag, "push": _push}


def _main(verb: str, *words: str) -> None:
    behaviour = _behaviour(HERE)
    stdin = sys.stdin.read() if verb == "login" else ""
    call = {"words": [verb, *words], "stdin": stdin, "no_attestations": os.environ.get("BUILDX_NO_DEFAULT_ATTESTATIONS")}
    with (HERE / "calls").open("a", encoding="utf-8") as log:
        log.write(json.dumps(call) + "\n")
    echo = f" {stdin}" if stdin and behaviour.get("echoes_stdin") else ""
    if echo:
        _say(f"read{echo}")
    if behaviour.get("fails") == verb:
        raise SystemExit(f"{verb} cannot be done{echo}")
    VERBS[verb](behaviour, *words)


if __name__ == "__main__":
    _main(*sys.argv[1:])
