"""One cause as people read it at the CDK CLI: what is wrong and where, and what to do about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tradingbot_infra.compliance.allowed.reading import settings_of
from tradingbot_infra.compliance.catalogue import controls_naming
from tradingbot_infra.compliance.cause import Cause
from tradingbot_infra.compliance.rule import Judgement, Observation
from tradingbot_infra.compliance.rules import RULES
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import SettingValue, setting_values

_MOST = 4
"""How many properties of a resource a block shows; the report has all."""


@dataclass(frozen=True)
class Block:
    """One violation. `advice` has a line for each thing to do or to know."""

    rule: str
    wrong: str
    advice: tuple[str, ...]
    controls: tuple[str, ...]
    properties: tuple[str, ...]


def block_of(cause: Cause, config: EnvironmentConfig, descriptions: Mapping[str, str]) -> Block:
    """The block of a cause. `descriptions` has those of public rules by id."""
    rule = cause.rules[0]
    first = [judgement for judgement in cause.judgements if judgement.resource.path == cause.paths[0]]
    # Rules that share a property say the same of it: the first one's words are enough.
    by_property: dict[str, Observation] = {}
    for observation in (each for judgement in first for each in judgement.against):
        by_property.setdefault(observation.property, observation)
    against = tuple(by_property.values())
    title = RULES[rule].title if rule in RULES else descriptions[rule]
    where = _in_words(against[:_MOST], len(against))
    return Block(
        rule=rule,
        wrong=f"{title}: {where}." if where else title,
        advice=tuple(_advice(cause, config)),
        controls=tuple(controls_of(cause)),
        properties=tuple(by_property),
    )


def _in_words(against: tuple[Observation, ...], number: int) -> str:
    words = "; ".join(f"{each.property} is {shown(each.observed)}, expected {each.expected}" for each in against)
    return f"{words}; and {number - len(against)} more" if number > len(against) else words


def _advice(cause: Cause, config: EnvironmentConfig) -> Iterator[str]:
    yield from _fix(cause, _changed(config))
    if len(cause.paths) > 1:
        yield f"Also at: {', '.join(cause.paths[1:])}."
    others = [*cause.rules[1:], *(rule for rule in cause.public_rules if rule not in cause.rules)]
    if others:
        yield f"Also found by: {', '.join(others)}."
    controls = ", ".join(controls_of(cause))
    if controls:
        yield f"Controls: {controls}."
    explain = f"tradingbot compliance explain {cause.rules[0]} --env {config.environment}"
    yield f"To accept it, write an entry in compliance/ledger/: `{explain}` says how."


def _changed(config: EnvironmentConfig) -> list[SettingValue]:
    return [each for each in setting_values(config) if each.differs] if config.environment in ENVIRONMENTS else []


def _fix(cause: Cause, changed: Sequence[SettingValue]) -> Iterator[str]:
    """The setting that the user changed, if one is known to choose the value; else the rule's own advice, and what is changed."""
    fixes = [RULES[rule].fix for rule in cause.rules if rule in RULES] or ["Change it so that the public pack finds nothing."]
    chosen = set(_settings(cause.judgements))
    meant = [each for each in changed if each.name in chosen or any(f"`{each.name}`" in fix for fix in fixes)]
    for each in meant:
        yield f"Set {each.name}={each.declared}, as environments.py does; now it is {each.value}."
    if not meant:
        yield from fixes[:1]
        if changed:
            yield f"Changed by -c: {', '.join(map(str, changed))}."


def _settings(judgements: list[Judgement]) -> Iterator[str]:
    for judgement in judgements:
        for observation in judgement.against:
            yield from settings_of(judgement.resource.type, observation.property)


def controls_of(cause: Cause) -> Iterator[str]:
    """Ids of the controls that name a rule of the cause."""
    yield from dict.fromkeys(control.id for rule in cause.rules for _, control in controls_naming(rule))


def shown(value: Any) -> str:
    """An observed value in a line."""
    if value is None:
        return "absent"
    text = str(dict(value)) if isinstance(value, Mapping) else str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
