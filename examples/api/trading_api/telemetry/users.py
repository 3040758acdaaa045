"""How many clients sent a request in the last 15 minutes. The example has no accounts, so a client's address stands for a user.

Addresses are personal data: what is kept is a hash with a salt of this process, in memory, and only the count leaves.
"""

import os
import time
from collections.abc import Callable

SECONDS = 900.0
MOST = 10_000
"""Clients that are counted at most, so that memory stays in bounds."""


class ActiveUsers:
    """The clients of the last 15 minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._salt = os.urandom(16)
        self._seen: dict[int, float] = {}

    def seen(self, address: str) -> None:
        """A client sent a request."""
        key = hash((self._salt, address))
        if key in self._seen or len(self._seen) < MOST:
            self._seen[key] = self._clock()

    def count(self) -> int:
        """The number of clients now. Another thread may ask than the one that sees them."""
        earliest = self._clock() - SECONDS
        for key, at in list(self._seen.items()):
            if at < earliest:
                self._seen.pop(key, None)
        return len(self._seen)
