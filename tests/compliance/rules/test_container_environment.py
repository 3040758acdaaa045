"""The environment of the container is the design's, variable by variable."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import judge
from tests.conftest import Synthesize
from tradingbot_infra.compliance.rules.container_environment import environment
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.templates import Assembly

Change = Callable[[dict[str, Any]], object]


def judged(assembly: Assembly, change: Change = lambda _: None) -> Status:
    """The rule's status for the task definition, after a change of its container."""
    templates = deepcopy(dict(assembly.templates))
    (task,) = (each for each in templates["ServiceStack"]["Resources"].values() if each["Type"] == "AWS::ECS::TaskDefinition")
    change(task["Properties"]["ContainerDefinitions"][0])
    (status,) = judge(environment, replace(assembly, templates=templates)).values()
    return status


def variable(container: dict[str, Any], name: str) -> dict[str, Any]:
    """A plain variable of a container."""
    return next(each for each in container["Environment"] if each["Name"] == name)


@pytest.mark.parametrize(
    "settings", [{}, {"db_credentials": "self-managed"}, {"enable_redis": False}, {"redis_transit_encryption": False}], ids=str
)
def test_the_variables_of_the_design_pass(synthesize: Synthesize, settings: dict[str, object]) -> None:
    assert judged(synthesize("production", **settings)) is Status.PASS


CHANGES: dict[str, Change] = {
    "a variable more": lambda container: container["Environment"].append({"Name": "MODE", "Value": "live"}),
    "a variable less": lambda container: container["Environment"].remove(variable(container, "PGSSLMODE")),
    "a variable twice": lambda container: container["Environment"].append({"Name": "PGSSLMODE", "Value": "disable"}),
    "TLS to the database not required": lambda container: variable(container, "PGSSLMODE").update(Value="disable"),
    "clients that choose their own address": lambda container: variable(container, "FORWARDED_ALLOW_IPS").update(Value="*"),
    "another database": lambda container: variable(container, "PGHOST").update(Value="db.example.com"),
    "a secret of another account": lambda container: container["Secrets"][0].update(
        ValueFrom="arn:aws:secretsmanager:ap-southeast-2:222222222222:secret:other-AbCd12"
    ),
    "one secret in the place of another": lambda container: container["Secrets"][0].update(container["Secrets"][1], Name="SECRET_KEY"),
    "a secret less": lambda container: container["Secrets"].pop(),
    "text in the place of a variable": lambda container: container["Environment"].append("MODE=live"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_any_other_variable_or_value_fails(production: Assembly, change: Change) -> None:
    assert judged(production, change) is Status.FAIL


def test_without_settings_it_is_not_assessed(production: Assembly) -> None:
    assert judged(replace(production, config=None)) is Status.NOT_ASSESSED


def test_no_value_is_reported(production: Assembly) -> None:
    (task,) = production.of_type("AWS::ECS::TaskDefinition")
    assert {each.observed for each in environment.judge(task, production)} == {
        each["Name"] for part in ("Environment", "Secrets") for each in task.properties["ContainerDefinitions"][0][part]
    }
