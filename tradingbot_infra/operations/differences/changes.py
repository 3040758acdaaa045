"""What happens to each resource: the list of the CLI, and what the replay of the deployment knows beyond it.

The CLI compares each template with its predecessor. That a resource is replaced because another stack replaces what it refers to,
only the replay sees.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.design.stateful import STATEFUL_TYPES
from tradingbot_infra.lifecycle.physical import Physical, Place
from tradingbot_infra.lifecycle.schemas import MODIFIED_IN_PLACE
from tradingbot_infra.lifecycle.world import World
from tradingbot_infra.operations.differences.cli_output import Effect, Row
from tradingbot_infra.templates import Resource


@dataclass(frozen=True)
class Change:
    """One resource. `properties` are the names of those that differ; `old` and `new` have all of them, None where there is none."""

    effect: Effect
    resource: Resource
    properties: tuple[str, ...]
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    @property
    def is_hollow(self) -> bool:
        """Whether no property differs, only what it waits for, a policy or metadata."""
        return self.effect is Effect.UPDATED and not self.properties

    @property
    def ends_state(self) -> bool:
        """Whether something that holds data, or an address that others know, is replaced or leaves its stack."""
        ending = (Effect.REPLACED, Effect.PERHAPS_REPLACED, Effect.REMOVED, Effect.LEFT)
        return self.effect in ending and self.resource.type in STATEFUL_TYPES


def changes(rows: Iterable[Row], before: World, after: World) -> tuple[Change, ...]:
    """Everything that changes, the worst first, else in the order of the templates."""
    listed: dict[Place, Effect] = {(row.stack, row.logical_id): row.effect for row in rows}
    places = dict.fromkeys((*listed, *after.live))
    found = [change for place in places if (change := _change(place, listed.get(place), before, after))]
    return tuple(sorted(found, key=lambda change: list(Effect).index(change.effect)))


def _change(place: Place, listed: Effect | None, before: World, after: World) -> Change | None:
    old, new = before.live.get(place), after.live.get(place)
    shown = new or old
    effect = _effect(listed, old, new)
    if shown is None or effect is None:
        return None
    properties = [None if one is None else one.resource.properties for one in (old, new)]
    return Change(effect, shown.resource, tuple(_differing(*properties)), *properties)


def _effect(listed: Effect | None, old: Physical | None, new: Physical | None) -> Effect | None:
    if old is None or new is None:
        return listed
    if listed is Effect.PERHAPS_REPLACED and old.generation == new.generation and new.resource.type in MODIFIED_IN_PLACE:
        return Effect.UPDATED
    if old.generation != new.generation:
        return listed if listed is Effect.PERHAPS_REPLACED else Effect.REPLACED
    return listed or (None if old.resource.properties == new.resource.properties else Effect.UPDATED)


def _differing(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[str]:
    if old is not None and new is not None:
        yield from (name for name in dict.fromkeys((*new, *old)) if old.get(name) != new.get(name))
