"""The rate limit: so many calls a minute, told in headers, and 429 beyond."""

import time
from collections import deque
from collections.abc import Callable

CALLS_A_MINUTE = 1200


class RateLimit:
    """The calls of the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: deque[float] = deque()

    def take(self) -> int:
        """Counts a call, and tells how many there were in the last minute."""
        now = self._clock()
        while self._calls and self._calls[0] < now - 60:
            self._calls.popleft()
        self._calls.append(now)
        return len(self._calls)
