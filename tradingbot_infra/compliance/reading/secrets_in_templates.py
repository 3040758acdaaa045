"""Where text stands in a template, and which of it is a secret. Places and kinds are named here, never the text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tradingbot_infra.compliance.reading.github_trust import HOST
from tradingbot_infra.compliance.reading.secret_names import is_secret
from tradingbot_infra.compliance.reading.secret_text import form_of_secret, is_literal, kind_of_secret, may_look_random
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import STACK_TYPE, Assembly, Resource

_PAIRS = (("Name", "Value"), ("Key", "Value"), ("ParameterKey", "ParameterValue"), ("ParameterName", "ParameterValue"))
"""How templates write a name beside its value, in lists."""

_BY_NAME = "a value by the name of a secret"

_COMPOSED = ("AWS::SecretsManager::Secret", "SecretString")
"""A text that may hold references and words around them: sm.no_literal judges those."""

_NO_SECRET = ("AWS::SecretsManager::Secret", "GenerateStringKey")
"""A property with the name of a field."""

_CLAIMS = frozenset(f"{HOST}:{claim}" for claim in ("aud", "ref", "repository_id", "sub"))
"""Condition keys on what a token says, which is no secret; the token itself is in no template."""


@dataclass(frozen=True)
class SecretInText:
    """A secret in a template: the place, what kind it is, and the whole text, which nobody may print."""

    where: str
    kind: str
    text: str


@dataclass(frozen=True)
class _Place:
    """What is read: a resource of this type, where these names of the settings may stand."""

    resource_type: str
    names: tuple[str, ...]

    def kind_of(self, text: str) -> str | None:
        for name in self.names:
            text = text.replace(name, " ")
        return kind_of_secret(text)


def secrets_of(resource: Resource, assembly: Assembly) -> Iterator[SecretInText]:
    """Every secret in a resource, or in the rest of a stack's template."""
    place = _Place(resource.type, _names(assembly.config))
    if resource.type == STACK_TYPE:
        template = assembly.templates.get(resource.logical_id, {})
        rest = {name: part for name, part in template.items() if name != "Resources"}
        yield from _secrets(assembly.resolve(resource.logical_id, rest), "", place)
        yield from _secrets(resource.properties, "Properties", place)
    else:
        # An order of creation names resources, and nothing else.
        body = {name: part for name, part in resource.body.items() if name != "DependsOn"}
        yield from _secrets({**body, "Properties": resource.properties}, "", place)


def _names(config: EnvironmentConfig | None) -> tuple[str, ...]:
    """Names that people choose, and that may look random, such as a commit's hash for an image tag."""
    if config is None:
        return ()
    network, database = config.load_balancer, config.database
    chosen = (config.project, config.owner, config.task.image_tag, network.hosted_zone_id, network.domain_name)
    github = (config.delivery.github_repository, config.delivery.github_image_repository, config.delivery.github_branch)
    return _that_may_look_random((*chosen, *github, database.db_name, database.db_master_username, *config.monitoring.alarm_emails))


@lru_cache
def _that_may_look_random(names: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(sorted((name for name in names if name and may_look_random(name)), key=len, reverse=True))


def _secrets(value: Any, where: str, place: _Place) -> Iterator[SecretInText]:
    if isinstance(value, str):
        if kind := place.kind_of(value):
            yield SecretInText(where, kind, value)
    elif isinstance(value, Mapping):
        yield from _in_mapping(value, where, place)
    elif isinstance(value, list):
        yield from _in_list(value, where, place)


def _in_mapping(value: Mapping[str, Any], where: str, place: _Place) -> Iterator[SecretInText]:
    for name, key in _PAIRS:
        if isinstance(value.get(name), str) and _is_plain(value.get(key)) and is_secret(value[name]):
            yield SecretInText(f"{where}.{key}".removeprefix("."), _BY_NAME, str(value[key]))
    for name, item in value.items():
        here = f"{where}.{name}".removeprefix(".")
        if kind := form_of_secret(name):
            yield SecretInText(f"{where}[a name]", kind, name)
        elif is_secret(name) and _is_plain(_own_value(item)) and not _is_harmless(place.resource_type, name, item):
            yield SecretInText(here, _BY_NAME, str(_own_value(item)))
        yield from _secrets(item, here, place)


def _is_harmless(resource_type: str, name: str, value: Any) -> bool:
    is_claim = resource_type == "AWS::IAM::Role" and name in _CLAIMS
    return is_claim or (resource_type, name) == _NO_SECRET or ((resource_type, name) == _COMPOSED and "${" in str(value))


def _own_value(item: Any) -> Any:
    """The value of a parameter, an output or an SSM parameter by its name."""
    if isinstance(item, Mapping):
        return next((item[each] for each in ("Default", "Value") if each in item), None)
    return item


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and is_literal(str(value))


def _in_list(value: list[Any], where: str, place: _Place) -> Iterator[SecretInText]:
    for number, item in enumerate(value):
        yield from _secrets(item, f"{where}[{number}]", place)
    words = [item for item in value if isinstance(item, str)]
    # The words of a command stand apart: --password, x.
    if any(word.startswith("-") for word in words) and not any(map(place.kind_of, words)) and (kind := place.kind_of(" ".join(words))):
        yield from (SecretInText(f"{where}[{number}]", kind, item) for number, item in enumerate(value) if isinstance(item, str))


def found_in(assembly: Assembly) -> Mapping[str, tuple[SecretInText, ...]]:
    """Every secret of the templates, by the construct path of its resource or stack."""
    places = (*assembly.of_type(STACK_TYPE), *assembly.resources)
    found = ((place.path, tuple(secrets_of(place, assembly))) for place in places)
    return {path: secrets for path, secrets in found if secrets}
