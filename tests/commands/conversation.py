"""A command at a pseudo-terminal: what it asks is heard, answers are typed, and Ctrl-C is pressed."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.conftest import PROJECT_ROOT


@dataclass
class Conversation:
    """A command whose stdin is a terminal. What it echoes arrives at `screen`."""

    process: subprocess.Popen[bytes]
    keyboard: int
    heard: bytes = b""
    answered: int = 0
    """How much of stderr has been read."""

    def hear(self, question: str) -> None:
        """Waits until stderr shows this question."""
        assert self.process.stderr is not None
        while question.encode() not in self.heard[self.answered :]:
            ready, _, _ = select.select([self.process.stderr], [], [], 60)
            heard = os.read(self.process.stderr.fileno(), 4096) if ready else b""
            assert heard, f"it did not ask {question!r}: {self.heard.decode()}"
            self.heard += heard
        self.answered = self.heard.index(question.encode(), self.answered) + len(question.encode())

    def say(self, line: str) -> None:
        """Types a line."""
        os.write(self.keyboard, f"{line}\n".encode())

    def interrupt(self) -> None:
        """Presses Ctrl-C, again if nothing ends: a signal just before Python waits for input is noticed with the next one."""
        for _ in range(5):
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
                return

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        stdout, stderr = self.process.communicate(timeout=60)
        return self.process.returncode, stdout.decode(), (self.heard + stderr).decode()

    def screen(self) -> str:
        """What the terminal has echoed so far."""
        os.set_blocking(self.keyboard, False)
        try:
            return os.read(self.keyboard, 100_000).decode()
        except BlockingIOError:
            return ""


@contextmanager
def talk(*words: str) -> Iterator[Conversation]:
    """Starts `tradingbot WORDS` with a terminal as its stdin, and ends it with the block."""
    import pty  # Windows has none

    keyboard, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tradingbot_infra", *words],
        cwd=PROJECT_ROOT,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Conversation(process, keyboard)
    finally:
        process.kill()
        process.communicate()
        os.close(terminal)
        os.close(keyboard)
