"""The processes that descend from another one, and the memory that they hold."""

from collections.abc import Collection
from contextlib import suppress

import psutil


def tree(pid: int) -> list[psutil.Process]:
    """A process and those that descend from it; empty when it ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def resident_bytes(processes: Collection[psutil.Process]) -> int:
    """The memory that processes hold; pages that they share count for each of them."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total
