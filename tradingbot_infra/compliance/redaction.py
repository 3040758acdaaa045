"""Observations without the secrets that they would repeat."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.reading.secrets_in_templates import SecretInText
from tradingbot_infra.compliance.rule import Judgement, Observation

FINDS_SECRETS = "cfn.no_secrets"
"""The rule without whose findings nothing is to hide."""

NOT_SHOWN = "a value with a secret, not shown"


class Redaction:
    """Takes secrets out of observations: what any of them repeats, and whatever was observed where one stands."""

    def __init__(self, secrets: Mapping[str, tuple[SecretInText, ...]]) -> None:
        self._places = {path: tuple(secret.where for secret in found) for path, found in secrets.items()}
        self._texts = tuple({secret.text for found in secrets.values() for secret in found})

    def of(self, judgement: Judgement) -> Judgement:
        """The judgement without secrets; the rule that finds them observes kinds already."""
        places = self._places.get(judgement.resource.path, ())
        observations = judgement.observations
        if judgement.rule.id != FINDS_SECRETS:
            observations = tuple(self._without_value(observation, places) for observation in observations)
        return replace(judgement, observations=tuple(map(self._without_name, observations)))

    def _without_value(self, observation: Observation, places: tuple[str, ...]) -> Observation:
        # A part of a secret is one too: a rule may observe the host of an address.
        repeats = any(text in each for each in _texts(observation.observed) for text in self._texts)
        hide = observation.observed is not None and (repeats or observation.property.startswith(places))
        return replace(observation, observed=NOT_SHOWN) if hide else observation

    def _without_name(self, observation: Observation) -> Observation:
        where = observation.property
        named = next((text for text in self._texts if text in where), None)
        return observation if named is None else replace(observation, property=f"{where[: where.index(named)]}[not shown]")


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
