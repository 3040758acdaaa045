"""One `up` or `down` at a time works on a local cloud."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tradingbot_infra.errors import UserError


@contextmanager
def alone_in(state_directory: Path) -> Iterator[None]:
    """Holds the directory's lock, which the system releases when this process ends, however it does.

    Raises UserError if another process holds it.
    """
    import fcntl  # Windows, where no local cloud runs, lacks it

    with (state_directory / "busy.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            other = file.read().strip() or "unknown"
            raise UserError(f"Another `up` or `down` (process {other}) works on this local cloud: wait for its end") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
