"""Where values stand in environments.py."""

import inspect

import pytest

from tradingbot_infra.config import account_plans, environments, expected_usage, trading_limits
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.provenance import origins

MODULES = (environments, account_plans, expected_usage, trading_limits)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_setting_of_every_environment_has_a_place_that_names_it(environment: str) -> None:
    found = origins(environments, environment)
    lines = {f"{module.__name__.rpartition('.')[2]}.py": inspect.getsource(module).splitlines() for module in MODULES}
    assert set(found) == set(ENVIRONMENTS[environment])
    assert all(f'"{name}": ' in lines[place.file][place.line - 1] for name, place in found.items())


def test_a_value_comes_from_the_block_nearest_to_the_environment() -> None:
    found = origins(environments, "staging")
    assert found["db_backup_retention_days"].block == "STAGING"
    assert found["min_tasks"].block == "_TEST"
    assert found["vpc_cidr"].block == "PRODUCTION"


def test_a_value_that_another_file_states_has_its_place_there() -> None:
    found = origins(environments, "production")
    assert (found["config_recorder"].file, found["config_recorder"].block) == ("account_plans.py", "STANDARD")
    assert (found["expected_lcus"].file, found["expected_lcus"].block) == ("expected_usage.py", "EXPECTED_USAGE")
    assert found["expected_nat_gib"].reason.startswith("the document's 10.00 dollars")
    assert origins(environments, "staging")["expected_lcus"].block == "TEST_USAGE"


def test_the_reason_is_the_comment_beside_the_value_or_those_above_it() -> None:
    found = origins(environments, "production")
    assert found["container_user"].reason.startswith("not in the document: an attacker who takes over the application")
    assert found["egress_ports"].reason.startswith("Not in the document. 443: AWS, REST, most streams. 8443: OKX's streams")
    assert found["task_cpu"].reason == ""
    assert origins(environments, "staging")["min_tasks"].reason == "a restart may interrupt the service"
