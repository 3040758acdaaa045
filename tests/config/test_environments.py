"""The values of the environments."""

import pytest

from tradingbot_infra.config.environments import ENVIRONMENTS, PRODUCTION
from tradingbot_infra.config.settings import flat, load_config, settings


def test_every_environment_is_valid_and_complete(environment: str) -> None:
    config = load_config(environment)
    assert config.environment == environment
    assert set(flat(config)) == set(settings()) == set(ENVIRONMENTS[environment])


def test_environments_differ_from_production_only_where_the_file_says_so() -> None:
    differing = {key for values in ENVIRONMENTS.values() for key, value in values.items() if value != PRODUCTION[key]}
    assert differing < set(PRODUCTION)
    assert {key for key, value in ENVIRONMENTS["balanced"].items() if value != PRODUCTION[key]} == {
        "account_stacks",
        "enable_vpc_endpoints",
        "monthly_budget_usd",
    }


@pytest.mark.parametrize("live", ["production", "high-availability", "balanced"])
def test_an_environment_with_customer_data_keeps_and_protects_it(live: str) -> None:
    config = load_config(live)
    assert config.data_classification == "confidential"
    assert config.retention.retain_data
    assert config.retention.deletion_protection
    assert config.database.backup_plan
    assert config.web_acl.waf
    assert not config.scaling.scale_down_out_of_hours


@pytest.mark.parametrize("test", ["staging", "development"])
def test_an_environment_with_test_data_can_be_destroyed_and_sleeps_at_night(test: str) -> None:
    config = load_config(test)
    assert config.data_classification == "internal"
    assert not config.retention.retain_data
    assert not config.retention.deletion_protection
    assert not config.database.backup_plan
    assert not config.web_acl.waf
    assert config.scaling.scale_down_out_of_hours


def test_one_environment_deploys_the_stacks_of_the_account() -> None:
    assert [name for name, values in ENVIRONMENTS.items() if values["account_stacks"]] == ["production"]


def test_production_lists_its_values_in_the_order_of_the_sections() -> None:
    assert list(PRODUCTION) == list(settings())
