"""Observations without the secrets that they would repeat."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.rule import Observation

NOT_SHOWN = "a value with a secret, not shown"


def without(hidden: Set[str], observation: Observation) -> Observation:
    """The observation, without what it observed if that holds one of these texts; a place keeps its beginning only."""
    place = observation.property
    named = next((text for text in hidden if text in place), None)
    if named is not None:
        observation = replace(observation, property=f"{place[: place.index(named)]}[not shown]")
    if any(text in each for each in _texts(observation.observed) for text in hidden):
        observation = replace(observation, observed=NOT_SHOWN)
    return observation


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield str(name)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif value is not None:
        yield str(value)
