"""Task definitions that last as long as it takes to start one task, in a family of their own.

A person registers them, not a template: no deployment knows them, and no service runs them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.one_off.place import Place
from tradingbot_infra.operations.session import Session


def with_image(session: Session, names: Names, place: Place, image: str) -> dict[str, Any]:
    """The service's task definition with another image for its container, and without the health check: nobody is behind it."""
    shape = session.ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape
    settable = shape.members if shape else {}
    changed = {key: value for key, value in place.container.items() if key not in ("command", "healthCheck")} | {"image": image}
    containers = [changed if each is place.container else each for each in place.definition["containerDefinitions"]]
    kept = {key: value for key, value in place.definition.items() if key in settable}
    return {**kept, "family": names.one_off_family, "containerDefinitions": containers}


@contextmanager
def registered(session: Session, names: Names, document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The task definition as ECS describes it. At the end no task can be started from it any more; one that runs goes on.

    Source: ECS API Reference, DeregisterTaskDefinition.
    """
    made = session.ecs.register_task_definition(**document, tags=tags(names))["taskDefinition"]
    try:
        yield made
    finally:
        session.ecs.deregister_task_definition(taskDefinition=made["taskDefinitionArn"])


def tags(names: Names) -> list[Any]:
    """Tags of one-off tasks and of their definitions, by which the bill shows them."""
    chosen = {**names.tags, "ManagedBy": "tradingbot", "Purpose": "one-off"}
    return [{"key": key, "value": value} for key, value in chosen.items()]
