"""The model of an environment: complete, immutable, and without defaults."""

import pytest

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.config.settings import load_config, settings


def test_flat_names_are_unique_in_the_model() -> None:
    leaves = [leaf for field in EnvironmentConfig.model_fields.values() for leaf in getattr(field.annotation, "model_fields", {})]
    assert len(leaves) > 60
    assert len(leaves) == len(set(leaves))


def test_no_setting_has_a_default() -> None:
    assert [key for key, setting in settings().items() if not setting.field.is_required()] == []


def test_a_config_cannot_be_changed() -> None:
    config = load_config("production")
    with pytest.raises(ValueError, match="frozen"):
        config.network.nat_gateways = 1  # type: ignore[misc]  # that it is refused is the point
    with pytest.raises(TypeError):
        config.cache.redis_parameters["timeout"] = "1"


def test_the_longest_project_fits_every_name(environment: str) -> None:
    names = load_config(environment, {"project": "sixteen-chars-ok"}).names
    assert len(names.redis) <= 40
    assert len(names.database) <= 63
