"""The values of the environments."""

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
    }


def test_one_environment_deploys_the_stacks_of_the_account() -> None:
    assert [name for name, values in ENVIRONMENTS.items() if values["account_stacks"]] == ["production"]


def test_production_lists_its_values_in_the_order_of_the_sections() -> None:
    assert list(PRODUCTION) == list(settings())
