"""What a person reads when settings are refused."""

import pytest

from tradingbot_infra.config.errors import ConfigError, Problem
from tradingbot_infra.config.settings import load_config


def problems(environment: str, overrides: dict[str, object]) -> tuple[Problem, ...]:
    """The problems of settings; none if they are accepted."""
    try:
        load_config(environment, overrides)
    except ConfigError as error:
        return error.problems
    return ()


def is_accepted(**overrides: object) -> bool:
    """Whether production accepts the settings."""
    return problems("production", overrides) == ()


def refusal(environment: str = "production", **overrides: object) -> list[str]:
    """The lines that a person reads."""
    with pytest.raises(ConfigError) as caught:
        load_config(environment, overrides)
    return str(caught.value).splitlines()


def assert_refused(overrides: dict[str, str], key: str, reported: str) -> None:
    """One line names the environment, the setting, and what is allowed."""
    (line,) = refusal(**overrides)
    assert line.startswith(f"production: {key}")
    assert "; allowed: " in line
    assert reported in line
