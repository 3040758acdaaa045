"""In which order the containers of a task start, and what each waits for (ECS API Reference, ContainerDependency)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from tradingbot_infra.local_cloud import clock

_POLL_SECONDS = 1.0


class Waits(Protocol):
    """A container as far as others wait for it."""

    @property
    def definition(self) -> Mapping[str, Any]:
        """Its container definition."""

    @property
    def exit_code(self) -> int | None:
        """How it ended; None before."""

    @property
    def health(self) -> str:
        """What its health check found."""


One = TypeVar("One", bound=Waits)


class DependencyError(Exception):
    """A container will never start, because another one did not end as it must."""


def in_order(containers: Sequence[One]) -> Iterator[One]:
    """Each container after those that it depends on, otherwise in the order of the task definition. RunTask takes no cycle."""
    left = list(containers)
    while left:
        waiting = {each.definition["name"] for each in left}
        ready = next(each for each in left if not waiting & set(_needed(each)))
        left.remove(ready)
        yield ready


async def fulfilled(container: One, others: Sequence[One], ended: Callable[[One], Awaitable[None]], end_wanted: asyncio.Event) -> None:
    """Waits until a container may start, or the task is to end.

    Raises DependencyError when it never will.
    """
    named = {each.definition["name"]: each for each in others}
    for name, condition in _needed(container).items():
        other = named[name]
        if condition in ("COMPLETE", "SUCCESS"):
            await _first(ended(other), end_wanted)
        while condition == "HEALTHY" and other.health != "HEALTHY" and not end_wanted.is_set():
            await clock.sleep(_POLL_SECONDS)
        if condition == "SUCCESS" and other.exit_code not in (None, 0):
            raise DependencyError(
                f"dependency graph: failed to resolve the container ordering dependency [{name}] for target"
                f" [{container.definition['name']}] as dependency did not exit successfully."
            )


def _needed(container: Waits) -> dict[str, str]:
    return {each["containerName"]: each["condition"] for each in container.definition.get("dependsOn", [])}


async def _first(end: Awaitable[None], end_wanted: asyncio.Event) -> None:
    futures = [asyncio.ensure_future(end), asyncio.ensure_future(end_wanted.wait())]
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    for future in futures:
        future.cancel()
