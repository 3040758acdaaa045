"""Requests that go on while something changes."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Requests:
    """Requests that go on until the block ends, from several clients: how often each answer came."""

    ask: Callable[[int], int]
    answers: Counter[str] = field(default_factory=Counter)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self, clients: int = 3) -> Iterator[None]:
        """Sends requests."""
        threads = [threading.Thread(target=self._send, args=(number,), daemon=True) for number in range(clients)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _send(self, client: int) -> None:
        number = client
        while not self._over.is_set():
            number += 1000
            try:
                self.answers[str(self.ask(number))] += 1
            except OSError as error:
                self.answers[type(error).__name__] += 1
            time.sleep(0.02)
