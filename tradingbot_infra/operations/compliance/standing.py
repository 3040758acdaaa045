"""What stands in an account, as an assembly, and where it differs from what was deployed."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.compliance.attributes import read_attributes
from tradingbot_infra.operations.compliance.physical import PhysicalIds, Place
from tradingbot_infra.operations.compliance.readers import READERS
from tradingbot_infra.operations.compliance.readers.reader import Beside, Live, One
from tradingbot_infra.operations.deployment.deployed import deployed_assembly
from tradingbot_infra.operations.failures import Unread, unread
from tradingbot_infra.operations.live.stacks import stack_resources
from tradingbot_infra.operations.session import Session
from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Something that was changed by hand. `property` is empty for a resource that exists or is gone as a whole.

    `declared` is what the deployed template says, None where it says nothing; of lists and policies, what differs.
    """

    stack: str
    path: str
    type: str
    property: str
    declared: Any
    live: Any


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What stands: the deployed templates with every difference put in. `unread` are resources that could not be read, and why."""

    assembly: Assembly
    differences: tuple[Difference, ...]
    unread: Mapping[str, str]
    read: int


def read_standing(session: Session, config: EnvironmentConfig, target: Assembly) -> Standing:
    """Reads every resource of the deployed stacks that has a reader."""
    deployed = replace(deployed_assembly(session, config, target), config=config)
    ids = _physical_ids(session, deployed)
    ids = replace(ids, attributes=read_attributes(session, deployed, ids))
    found = [(each, _read(session, deployed, ids, each)) for each in deployed.resources if each.type in READERS]
    lives = [(resource, live) for resource, live in found if isinstance(live, Live)]
    differences = [difference for resource, live in lives for difference in _differences(deployed, ids, resource, live)]
    return Standing(
        assembly=replace(deployed, templates=_overlaid(deployed, ids, lives)),
        differences=tuple(differences),
        unread={resource.path: why.why for resource, why in found if isinstance(why, Unread)},
        read=len(lives),
    )


def _physical_ids(session: Session, deployed: Assembly) -> PhysicalIds:
    place = Place(account=session.account, region=session.region, partition=session.sts.get_caller_identity()["Arn"].split(":")[1])
    return PhysicalIds(
        {
            (name, resource.logical_id): resource
            for name, stack in deployed.stacks.items()
            for resource in stack_resources(session.in_region(stack.region), stack.deployed_name)
        },
        place,
    )


def _read(session: Session, deployed: Assembly, ids: PhysicalIds, resource: Resource) -> Live | Unread:
    physical_id = ids.of(resource.stack, resource.logical_id)
    if physical_id is None:
        return Live(deleted=(resource.logical_id,))
    own = session.in_region(deployed.stacks[resource.stack].region)
    try:
        return READERS[resource.type](One(session=own, resource=resource, physical_id=physical_id, assembly=deployed, ids=ids))
    except Exception as error:
        why = unread(error)
        if why is None:
            raise
        return Live(deleted=(resource.logical_id,)) if why.deleted else why


def _differences(deployed: Assembly, ids: PhysicalIds, resource: Resource, live: Live) -> Iterator[Difference]:
    for name, value in _changed(ids, resource, live):
        declared, live_value = ids.apart(resource.properties.get(name), ids.referring(value))
        yield _difference(resource, f"Properties.{name}", declared, live_value)
    for each in live.beside:
        yield replace(_difference(resource, "", None, ids.referring(each.properties)), type=each.type)
    for logical_id in live.deleted:
        gone = next(each for each in deployed.resources if (each.stack, each.logical_id) == (resource.stack, logical_id))
        yield _difference(gone, "", gone.properties, None)


def _difference(resource: Resource, name: str, declared: Any, live: Any) -> Difference:
    return Difference(stack=resource.stack, path=resource.path, type=resource.type, property=name, declared=declared, live=live)


def _changed(ids: PhysicalIds, resource: Resource, live: Live) -> Iterator[tuple[str, Any]]:
    for name, value in live.properties.items():
        if not ids.same(resource.properties.get(name), value):
            yield name, value


def _overlaid(deployed: Assembly, ids: PhysicalIds, lives: list[tuple[Resource, Live]]) -> Mapping[str, Any]:
    templates: dict[str, Any] = copy.deepcopy(dict(deployed.templates))
    for resource, live in lives:
        resources = templates[resource.stack]["Resources"]
        for name, value in _changed(ids, resource, live):
            resources[resource.logical_id].setdefault("Properties", {})[name] = ids.referring(value)
        for each in live.beside:
            resources[f"{resource.logical_id}{each.name}"] = _body(ids, each)
    for resource, live in lives:
        for logical_id in live.deleted:
            templates[resource.stack]["Resources"].pop(logical_id, None)
    return templates


def _body(ids: PhysicalIds, beside: Beside) -> dict[str, Any]:
    return {"Type": beside.type, "Properties": ids.referring(beside.properties)}
