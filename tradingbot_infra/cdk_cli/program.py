"""The CDK CLI of the project, as a child process whose output is read line by line."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tradingbot_infra.cdk_cli.audience import Audience
from tradingbot_infra.cdk_cli.failure import reasons
from tradingbot_infra.cdk_cli.lines import Warned, meaning_of
from tradingbot_infra.cdk_cli.log import RunLog
from tradingbot_infra.cdk_cli.progress import Tracker
from tradingbot_infra.errors import UserError
from tradingbot_infra.node import node_executable

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_END_SECONDS = 10.0


@dataclass(frozen=True)
class CdkResult:
    """The result of one run."""

    returncode: int
    text: str
    """Everything it printed, on stdout and stderr, without colours."""


@dataclass(frozen=True)
class CdkProgram:
    """The CLI of `project_root/node_modules`, with the pinned Node.js. `environ` is the environment of its process."""

    project_root: Path
    environ: Mapping[str, str]

    def run(self, words: Sequence[str], directory: Path | None = None, heed: Callable[[str], None] | None = None) -> CdkResult:
        """Runs it to its end, in the project unless a directory is given; `heed` gets each line as it is printed.

        Ctrl-C ends it and what it started. Raises UserError if it is not installed.
        """
        said: list[str] = []
        child = self._start(words, directory or self.project_root)
        with child, _ended_with_this(child):
            for line in map(_without_colours, child.stdout or ()):
                said.append(line)
                if heed:
                    heed(line)
        return CdkResult(child.returncode, "".join(said))

    def follow(self, words: Sequence[str], what: str, audience: Audience, log: RunLog, directory: Path | None = None) -> CdkResult:
        """Runs it to its end, tells the audience what it does, and keeps its whole output in the log.

        `what` it does until its first stack begins, such as "synthesizing".
        """
        tracker = Tracker()
        with log.opened(words) as write, audience.waiting(what):

            def heed(line: str) -> None:
                write(line)
                _tell(line, tracker, audience)

            result = self.run(words, directory, heed)
            for stack in tracker.fail() if result.returncode else ():
                audience.moved(stack)
        if result.returncode:
            audience.failed(reasons(tracker, result.text.splitlines()))
        return result

    def _start(self, words: Sequence[str], directory: Path) -> "subprocess.Popen[str]":
        cli = self.project_root / "node_modules" / "aws-cdk" / "bin" / "cdk"
        if not cli.is_file():
            raise UserError(f"The CDK CLI is not installed at {cli}: run `make setup`")
        return subprocess.Popen(
            [str(node_executable()), str(cli), *words],
            cwd=directory,
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def _environ(self) -> dict[str, str]:
        """What the process gets: the pinned programs first, and nothing that changes how its output reads."""
        return {
            **self.environ,
            "JSII_NODE": str(node_executable()),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), self.environ.get("PATH", os.defpath)]),
            "FORCE_COLOR": "0",
            "PYTHONIOENCODING": "utf-8",
            # Node.js takes TMPDIR as it is, even if there is no such folder.
            "TMPDIR": tempfile.gettempdir(),
        }


def _without_colours(line: str) -> str:
    return _COLOURS.sub("", line)


def _tell(line: str, tracker: Tracker, audience: Audience) -> None:
    said = meaning_of(line)
    if isinstance(said, Warned):
        audience.warned(said.line)
    moved = tracker.read(said)
    if moved:
        audience.moved(moved)


@contextmanager
def _ended_with_this(child: "subprocess.Popen[str]") -> Iterator[None]:
    """Ends the child and what it started if this process is interrupted: Ctrl-C reaches them by itself, `kill` does not."""
    try:
        yield
    except BaseException:
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(child.pid)
            _end([*family.children(recursive=True), family])
        raise


def _end(processes: Sequence[psutil.Process]) -> None:
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(processes, timeout=_END_SECONDS)
    for one in alive:
        with suppress(psutil.NoSuchProcess):
            one.kill()
