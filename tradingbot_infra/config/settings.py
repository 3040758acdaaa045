"""Turns flat settings into a validated EnvironmentConfig, and reports every problem at once."""

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.errors import ConfigError, Problem, listed
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.rules import problems as problems_between
from tradingbot_infra.config.sections.base import Section
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.design.stacks import ACCOUNT

_NO_APPENDONLY = "ElastiCache refuses it on every current version; snapshots persist the data"

_NOT_SETTINGS = MappingProxyType(
    {
        "appendonly": _NO_APPENDONLY,
        "redis_appendonly": _NO_APPENDONLY,
        "db_password": "a secret is never a setting; RDS generates and rotates this one",
        "database_url": "a secret is never a setting; the stack composes this one without a password",
    }
    | {
        environment_variable(name).lower(): "a secret is never a setting; put its value into Secrets Manager"
        for name in APPLICATION_SECRETS
    }
)
"""Names in the tfvars files of the design document, and why each is refused."""


_ALIKE = 0.45
"""Similarity of a mistyped environment's name to the one that is suggested; prd has it to production."""

_NAMED = 3
"""How many changed settings a title names."""


@dataclass(frozen=True)
class Setting:
    """One setting: its flat name, its section in EnvironmentConfig, and its pydantic field."""

    key: str
    section: str | None
    field: FieldInfo

    @property
    def purpose(self) -> str:
        """What the setting controls, with its unit."""
        return self.field.description or ""

    @property
    def allowed(self) -> str:
        """The allowed values, in words."""
        extra = self.field.json_schema_extra
        if isinstance(extra, dict) and "allowed" in extra:
            return str(extra["allowed"])
        annotation = self.field.annotation
        if annotation is bool:
            return "true or false"
        if get_origin(annotation) is Literal:
            *others, last = (str(value) for value in get_args(annotation))
            return f"{', '.join(others)} or {last}"
        number = "a whole number" if annotation is int else "a number"
        bounds = {name: getattr(item, name) for item in self.field.metadata for name in ("ge", "gt", "le") if hasattr(item, name)}
        lower = f"from {bounds['ge']}" if "ge" in bounds else f"above {bounds['gt']}"
        return f"{number} {lower} to {bounds['le']}"


@cache
def sections() -> Mapping[str, type[Section]]:
    """Every section of settings by its name in EnvironmentConfig, in the model's order."""
    fields = {name: field.annotation for name, field in EnvironmentConfig.model_fields.items()}
    return MappingProxyType({name: kind for name, kind in fields.items() if isinstance(kind, type) and issubclass(kind, Section)})


@cache
def settings() -> Mapping[str, Setting]:
    """Every setting by its flat name, in the model's order."""
    found: dict[str, Setting] = {}
    for name, field in EnvironmentConfig.model_fields.items():
        if name in sections():
            found |= {leaf: Setting(leaf, name, leaf_field) for leaf, leaf_field in sections()[name].model_fields.items()}
        elif name != "environment":
            found[name] = Setting(name, None, field)
    return MappingProxyType(found)


def load_config(environment: str, overrides: Mapping[str, object] | None = None, *, chosen_by: str = "env") -> EnvironmentConfig:
    """The validated settings of an environment. Overrides replace single settings; their text is parsed.

    `chosen_by` is the option or variable that names the environment, for the message.

    Raises ConfigError with every problem found: unknown environment or setting, wrong type, invalid combination.
    """
    base = ENVIRONMENTS.get(environment)
    if base is None or environment == ACCOUNT:
        raise ConfigError("", [_refused_environment(environment, chosen_by)])
    given = dict(overrides or {})
    problems = [_unknown_setting(key, value) for key, value in given.items() if key not in settings()]
    parsed = {key: parse(settings()[key], value) for key, value in given.items() if key in settings()}
    config, wrong = _build(environment, {**base, **parsed})
    if config is None:
        problems += wrong
        # Check the rules between settings as well: an override that cannot be read is left out.
        unreadable = {problem.key for problem in wrong}
        readable = {key: value for key, value in parsed.items() if key not in unreadable}
        config, wrong = _build(environment, {**base, **readable})
    if config is None:
        raise ConfigError(environment, wrong)
    problems += problems_between(config)
    if problems:
        raise ConfigError(environment, problems)
    return config


def parse(setting: Setting, value: object) -> object:
    """A `-c` value as the model expects it. Commas separate list items and name=value pairs, JSON works for both, `none` means no value."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    kind = _container(setting.field.annotation)
    if kind is None:
        return None if _optional(setting.field.annotation) and text.lower() in {"", "none", "null"} else text
    if text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    items = [item.strip() for item in text.split(",") if item.strip()]
    if kind is tuple:
        return tuple(items)
    pairs = [item.partition("=") for item in items]
    return {name.strip(): content.strip() for name, sign, content in pairs} if all(sign for _, sign, _ in pairs) else text


def flat(config: EnvironmentConfig) -> dict[str, object]:
    """Every setting's value by its flat name."""
    return {
        key: getattr(getattr(config, setting.section), key) if setting.section else getattr(config, key)
        for key, setting in settings().items()
    }


@dataclass(frozen=True, kw_only=True)
class SettingValue:
    """A setting with its value in an environment and the one that environments.py declares, both as `-c` takes them."""

    name: str
    value: str
    declared: str

    @property
    def differs(self) -> bool:
        """Whether `-c` changed it."""
        return self.value != self.declared

    def __str__(self) -> str:
        return f"{self.name}={self.value} (environments.py: {self.declared or 'nothing'})"


def setting_values(config: EnvironmentConfig) -> tuple[SettingValue, ...]:
    """Every setting of an environment, in the model's order."""
    declared = flat(load_config(config.environment))
    return tuple(SettingValue(name=name, value=as_text(value), declared=as_text(declared[name])) for name, value in flat(config).items())


def with_settings(environment: str, values: Iterable[SettingValue]) -> str:
    """The environment in a title, with the settings that `-c` changed: the first ones by value, of the others the number."""
    changed = [f"{setting.name}={setting.value}" for setting in values if setting.differs]
    if not changed:
        return environment
    more = len(changed) - _NAMED
    return f"{environment} with {', '.join(changed[:_NAMED])}{f' and {more} more' if more > 0 else ''}"


def as_text(value: object) -> str:
    """A value as `-c` takes it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ",".join(f"{name}={content}" for name, content in value.items())
    return ",".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


def _build(environment: str, values: Mapping[str, object]) -> tuple[EnvironmentConfig | None, list[Problem]]:
    nested: dict[str, Any] = {"environment": environment}
    for key, setting in settings().items():
        place = nested.setdefault(setting.section, {}) if setting.section else nested
        if key in values:
            place[key] = values[key]
    try:
        return EnvironmentConfig.model_validate(nested), []
    except ValidationError as error:
        return None, _problems(error, values)


def _problems(error: ValidationError, values: Mapping[str, object]) -> list[Problem]:
    by_key: dict[str, Problem] = {}
    for detail in error.errors(include_url=False):
        key = next(str(part) for part in detail["loc"] if part in settings())
        wrong = "is missing" if detail["type"] == "missing" else "is not allowed"
        by_key.setdefault(key, Problem(key, values.get(key, ""), wrong, settings()[key].allowed))
    return list(by_key.values())


def _refused_environment(environment: str, chosen_by: str) -> Problem:
    known = [name for name in ENVIRONMENTS if name != ACCOUNT]
    near = _meant(environment, known)
    wrong = "the stacks of the account have this name" if environment == ACCOUNT else "there is no such environment"
    return Problem(chosen_by, environment, f"{wrong} (did you mean {near}?)" if near else wrong, listed(known))


def _meant(environment: str, known: Iterable[str]) -> str | None:
    """The environment that a short or mistyped name means: prod, Staging, ha."""
    text = environment.strip().lower()
    initials = {"".join(word[0] for word in name.split("-")): name for name in known if "-" in name}
    begins = next((name for name in known if text and name.startswith(text)), None)
    return begins or initials.get(text) or next(iter(difflib.get_close_matches(text, known, n=1, cutoff=_ALIKE)), None)


def _unknown_setting(key: str, value: object) -> Problem:
    if key in _NOT_SETTINGS:
        return Problem(key, None if "secret" in _NOT_SETTINGS[key] else value, _NOT_SETTINGS[key], "leave it out")
    near = difflib.get_close_matches(key, settings())
    allowed = ", ".join(near) if near else "a setting in docs/settings.md"
    return Problem(key, None, "there is no such setting", allowed)


def _optional(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType) and type(None) in get_args(annotation)


def _container(annotation: Any) -> type | None:
    if get_origin(annotation) is Annotated:
        return _container(get_args(annotation)[0])
    origin = get_origin(annotation)
    return origin if origin in (tuple, dict) else None
