"""The settings that hold, each with where its value comes from and why."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from tradingbot_infra.config import environments
from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.provenance import Origin, origins
from tradingbot_infra.config.settings import sections, setting_values, settings


@dataclass(frozen=True)
class Held:
    """A setting: its value as `-c` takes it, where that comes from, why, and what the setting is."""

    name: str
    section: str
    value: str
    source: str
    reason: str
    purpose: str
    allowed: str

    @property
    def document(self) -> dict[str, str]:
        """The machine form."""
        return asdict(self)


def held(config: EnvironmentConfig) -> Mapping[str, Held]:
    """Every setting by its name, in the model's order."""
    places = origins(environments, config.environment)
    titles = {section.heading()[0] for section in sections().values()}
    found: dict[str, Held] = {}
    for each in setting_values(config):
        setting, place = settings()[each.name], places[each.name]
        title = sections()[setting.section].heading()[0] if setting.section else EnvironmentConfig.heading()[0]
        given = f"-c, instead of {each.declared or 'nothing'}" if each.differs else _place(place)
        reason = "" if each.differs or place.reason in titles else place.reason
        found[each.name] = Held(each.name, title, each.value, given, reason, setting.purpose, setting.allowed)
    return found


def chosen(found: Mapping[str, Held], names: Sequence[str], environment: str) -> list[Held]:
    """The settings of these names; all without names.

    Raises ConfigError for a name that no setting has.
    """
    unknown = [Problem("SETTING", name, "there is no such setting", _near(name, found)) for name in names if name not in found]
    if unknown:
        raise ConfigError(environment, unknown)
    return [found[name] for name in names] if names else list(found.values())


def _near(name: str, found: Iterable[str]) -> str:
    return ", ".join(difflib.get_close_matches(name, found)) or "a name that `env show` lists"


def _place(origin: Origin) -> str:
    return f"{origin.file}:{origin.line}, {origin.block}"
