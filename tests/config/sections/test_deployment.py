"""Settings of the section deployment."""

import pytest

from tests.config.refusals import assert_refused, is_accepted, refusal
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.sections.deployment import longest_minutes
from tradingbot_infra.config.settings import load_config

CERTIFICATE = "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d-0000-0000-0000-000000000000"
GREEN = {"deployment_strategy": "blue-green"}
CANARY = {"deployment_strategy": "canary"}
LINEAR = {"deployment_strategy": "linear"}


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"deployment_strategy": "bluegreen"}, "deployment_strategy=bluegreen", "allowed: rolling, blue-green, canary or linear"),
        ({"deployment_strategy": "none"}, "deployment_strategy=none", "allowed: rolling, blue-green, canary or linear"),
        ({"deployment_bake_minutes": "0"}, "deployment_bake_minutes=0", "allowed: a whole number from 15 to 1440"),
        ({"deployment_step_percent": "0"}, "deployment_step_percent=0", "allowed: a whole number from 1 to 99"),
        ({"deployment_step_percent": "100"}, "deployment_step_percent=100", "allowed: a whole number from 1 to 99"),
        ({"deployment_step_percent": "0.5"}, "deployment_step_percent=0.5", "allowed: a whole number from 1 to 99"),
        ({"deployment_step_minutes": "1441"}, "deployment_step_minutes=1441", "allowed: a whole number from 1 to 1440"),
        ({**GREEN, "deployment_gate_minutes": "0"}, "deployment_gate_minutes=0", "allowed: a whole number from 1 to 1440, or none"),
        ({**GREEN, "deployment_check_paths": "orders"}, "deployment_check_paths=", "allowed: at most 10 paths that start with /"),
        ({**GREEN, "deployment_check_paths": "/x?a=b"}, "deployment_check_paths=", "allowed: at most 10 paths that start with /"),
        ({**GREEN, "deployment_check_paths": "/a,/b,/a"}, "deployment_check_paths=/a,/b,/a", "allowed: each once"),
        ({"deployment_gate_minutes": "60"}, "deployment_gate_minutes=60", "allowed: none, or another deployment_strategy"),
        ({"deployment_check_paths": "/orders"}, "deployment_check_paths=/orders", "allowed: nothing, or another deployment_strategy"),
        ({**LINEAR, "deployment_step_percent": "2"}, "deployment_step_percent=2", "ECS takes steps from 3 percent; allowed: 3 to 99"),
        ({**GREEN, "certificate_arn": CERTIFICATE}, "deployment_strategy=blue-green", "allowed: rolling, or any with domain_name"),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@pytest.mark.parametrize(
    ("overrides", "minutes"),
    [
        ({}, 30),
        (GREEN, 30),
        ({**GREEN, "deployment_gate_minutes": "60"}, 90),
        ({**CANARY, "deployment_step_minutes": "20"}, 50),
        ({**LINEAR, "deployment_step_percent": "10", "deployment_step_minutes": "6"}, 84),
        ({**LINEAR, "deployment_step_percent": "11", "deployment_step_minutes": "6"}, 84),
        ({**LINEAR, "deployment_step_percent": "50", "deployment_step_minutes": "6"}, 36),
        ({**LINEAR, "deployment_step_percent": "99", "deployment_step_minutes": "6"}, 36),
    ],
    ids=str,
)
def test_a_deployment_takes_bake_steps_and_gate_as_cloudformation_counts_them(overrides: dict[str, str], minutes: int) -> None:
    assert longest_minutes(load_config("production", overrides).deployment) == minutes


@pytest.mark.parametrize(
    "overrides",
    [
        {**CANARY, "deployment_bake_minutes": "1440", "deployment_step_minutes": "541"},
        {**LINEAR, "deployment_step_percent": "3", "deployment_step_minutes": "60"},
        {**GREEN, "deployment_bake_minutes": "1440", "deployment_gate_minutes": "600"},
    ],
    ids=str,
)
def test_what_cloudformation_would_give_up_is_refused(overrides: dict[str, str]) -> None:
    (line,) = refusal(**overrides)
    assert "CloudFormation ends it after 36 hours; allowed: at most 1980 minutes in all" in line


def test_the_longest_deployments_are_accepted() -> None:
    assert is_accepted(**CANARY, deployment_bake_minutes="1440", deployment_step_minutes="540")
    assert is_accepted(**CANARY, deployment_step_percent="1")
    assert is_accepted(deployment_bake_minutes="1440", deployment_step_minutes="1440")  # rolling waits for none of it


def test_a_certificate_that_is_tested_has_a_name() -> None:
    assert is_accepted(**GREEN, certificate_arn=CERTIFICATE, domain_name="api.example.com")
    assert is_accepted(certificate_arn=CERTIFICATE)


def test_every_environment_replaces_tasks_until_it_is_told_otherwise() -> None:
    assert {load_config(name).deployment.deployment_strategy for name in ENVIRONMENTS} == {"rolling"}
