"""Writes docs/settings.md and docs/settings.ko.md from the settings and the values of the environments: `make docs`."""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import Setting, sections, settings

DOCS = Path(__file__).parents[1] / "docs"
KOREAN_TEXTS = DOCS / "settings.ko.json"
"""English text to Korean text; `#` represents a number. A text that changes in English needs a new Korean one."""

REFERENCE, *OTHERS = ENVIRONMENTS
"""The environment whose values are listed, and those of which only differences are."""

INTRODUCTION = (
    "Written by `make docs`; do not edit.",
    "Values are chosen in [config/environments.py](../tradingbot_infra/config/environments.py), with the reason of each difference.",
    "A setting can be changed for one run by its name: `cdk deploy --all -c env=staging -c nat_gateways=2`.",
    "Separate the items of a list with commas. `none` clears a setting that may be empty.",
    "All invalid settings are reported at once, and nothing is deployed. Secrets are never settings.",
)

NUMBER = r"\d+(?:\.\d+)?"

Translate = Callable[[str], str]


def english(text: str) -> str:
    """The text itself."""
    return text


def korean(text: str) -> str:
    """The Korean text for an English one; exits with one line if there is none."""
    texts = korean_texts()
    if text in texts:
        return texts[text]
    if without_numbers(text) not in texts:
        sys.exit(f"docs/{KOREAN_TEXTS.name}: there is no Korean text for: {text}")
    numbers = iter(re.findall(NUMBER, text))
    return re.sub("#", lambda _: next(numbers), texts[without_numbers(text)])


def without_numbers(text: str) -> str:
    """`a whole number from # to #`, so that one Korean text serves all bounds."""
    return re.sub(NUMBER, "#", text)


def korean_texts() -> dict[str, str]:
    """The Korean texts by their English ones."""
    texts: dict[str, str] = json.loads(KOREAN_TEXTS.read_text(encoding="utf-8"))
    return texts


def shown(value: object) -> str:
    """A value as one would write it after `-c NAME=`."""
    if value is None:
        return "`none`"
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value) or "-"
    if isinstance(value, Mapping):
        return ", ".join(f"`{name}={content}`" for name, content in value.items())
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def differences(key: str) -> str:
    """The values of the environments that differ from the reference."""
    by_value: dict[str, list[str]] = {}
    for environment in OTHERS:
        if ENVIRONMENTS[environment][key] != ENVIRONMENTS[REFERENCE][key]:
            by_value.setdefault(shown(ENVIRONMENTS[environment][key]), []).append(environment)
    return "; ".join(f"{', '.join(environments)}: {value}" for value, environments in by_value.items())


def row(cells: tuple[str, ...]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def table(group: Iterator[Setting], translate: Translate) -> str:
    """The settings of one section."""
    heads = (translate("Setting"), translate("Purpose"), translate("Allowed"), REFERENCE, translate("Other environments"))
    lines = [row(heads), f"|{'---|' * len(heads)}"]
    for setting in group:
        value = shown(ENVIRONMENTS[REFERENCE][setting.key])
        lines.append(row((f"`{setting.key}`", translate(setting.purpose), translate(setting.allowed), value, differences(setting.key))))
    return "\n".join(lines)


def page(translate: Translate) -> str:
    """The whole page."""
    parts = [f"# {translate('Settings')}", "\n".join(map(translate, INTRODUCTION))]
    for name, group in groupby(settings().values(), key=lambda setting: setting.section):
        title, subject = (sections()[name] if name else EnvironmentConfig).heading()
        parts += [f"## {translate(title)}", translate(subject), table(group, translate)]
    return "\n\n".join(parts) + "\n"


def written() -> dict[Path, str]:
    """What each page should hold."""
    return {DOCS / "settings.md": page(english), DOCS / "settings.ko.md": page(korean)}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {len(settings())} settings")
