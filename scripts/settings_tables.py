"""Writes the table of settings into both READMEs, from the model and the environments: `make docs`."""

import json
from collections.abc import Mapping
from pathlib import Path

from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import Setting, settings

PROJECT_ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- settings: written by `make docs` -->", "<!-- /settings -->"

ENGLISH = ("Setting", "What it decides", "Allowed", "production", "elsewhere")
KOREAN = ("설정", "무엇을 정하는가", "허용 값", "production", "다른 환경")
KOREAN_TEXTS = PROJECT_ROOT / "docs" / "settings.ko.json"
"""Setting to its purpose and allowed values in Korean."""


def shown(value: object) -> str:
    """A value as one would write it after `-c NAME=`."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value) or "-"
    if isinstance(value, Mapping):
        return ", ".join(f"`{name}={content}`" for name, content in value.items())
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def elsewhere(key: str) -> str:
    """Where another environment differs from production."""
    by_value: dict[str, list[str]] = {}
    for environment, values in ENVIRONMENTS.items():
        if values[key] != ENVIRONMENTS["production"][key]:
            by_value.setdefault(shown(values[key]), []).append(environment)
    return "; ".join(f"{', '.join(environments)}: {value}" for value, environments in by_value.items())


def table(heads: tuple[str, ...], texts: Mapping[str, tuple[str, str]]) -> str:
    """The whole table; `texts` has purpose and allowed values by setting."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for key in settings():
        purpose, allowed = texts[key]
        cells = (f"`{key}`", purpose, allowed, shown(ENVIRONMENTS["production"][key]), elsewhere(key))
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines)


def english() -> dict[str, tuple[str, str]]:
    """Purpose and allowed values, as the model says them."""

    def texts(setting: Setting) -> tuple[str, str]:
        return setting.purpose, setting.allowed

    return {key: texts(setting) for key, setting in settings().items()}


def korean() -> dict[str, tuple[str, str]]:
    """The same in Korean."""
    return {key: (purpose, allowed) for key, (purpose, allowed) in json.loads(KOREAN_TEXTS.read_text(encoding="utf-8")).items()}


def with_table(readme: str, content: str) -> str:
    """The README's text with the table between its two marks."""
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{content}\n{END}{tail}"


def written() -> dict[Path, str]:
    """What each README should hold."""
    tables = {"README.md": table(ENGLISH, english()), "README.ko.md": table(KOREAN, korean())}
    return {PROJECT_ROOT / name: with_table((PROJECT_ROOT / name).read_text(encoding="utf-8"), content) for name, content in tables.items()}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {len(settings())} settings")
