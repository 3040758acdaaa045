"""What an update of one stack does to each of its resources, in the order in which CloudFormation does it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from graphlib import TopologicalSorter

from tradingbot_infra.lifecycle.physical import Physical, bound, names_in
from tradingbot_infra.lifecycle.schemas import changed_paths, schema_of
from tradingbot_infra.templates import Resource


class Action(Enum):
    """What happens to a resource that the new template has."""

    KEPT = "kept"
    CREATED = "created"
    UPDATED = "updated in place"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Change:
    """One resource in an update: what it was, what it becomes, and what it waits for.

    `causes` are the properties that replace it. `perhaps` is true if they replace it in some cases only. `after` are the logical ids
    of all resources whose operation ends before this one starts, through any number of dependencies.
    """

    action: Action
    old: Physical | None
    new: Physical
    after: frozenset[str]
    causes: tuple[str, ...] = ()
    perhaps: bool = False

    @property
    def logical_id(self) -> str:
        """The resource's logical id."""
        return self.new.resource.logical_id


def changes(old: Mapping[str, Physical], new: Iterable[Resource]) -> tuple[Change, ...]:
    """What an update makes of the resources `old`, by logical id, in an order that respects every dependency.

    A resource that refers to a replaced one gets its new id, and is replaced in turn if that property is create-only.
    """
    resources = {resource.logical_id: resource for resource in new}
    waits = {name: frozenset(dependencies(resource)) & resources.keys() for name, resource in resources.items()}
    after: dict[str, frozenset[str]] = {}
    generations: dict[str, int] = {}
    found = []
    for name in TopologicalSorter(waits).static_order():
        after[name] = waits[name].union(*(after[other] for other in waits[name]))
        change = _change(old.get(name), resources[name], generations, after[name])
        generations[name] = change.new.generation
        found.append(change)
    return tuple(found)


def dependencies(resource: Resource) -> Iterator[str]:
    """The logical ids of the resources of its stack that a resource waits for."""
    explicit = resource.body.get("DependsOn", [])
    yield from [explicit] if isinstance(explicit, str) else explicit
    prefix = f"{resource.stack}."
    for name in names_in(resource.properties):
        if name.startswith(prefix):
            yield name.removeprefix(prefix)


def _change(old: Physical | None, resource: Resource, generations: Mapping[str, int], after: frozenset[str]) -> Change:
    properties = bound(resource.properties, resource.stack, generations)
    settled = Resource(resource.stack, resource.logical_id, resource.type, resource.path, properties, resource.body)
    if old is None:
        return Change(Action.CREATED, None, Physical(settled), after)
    replacement = Physical(settled, old.generation + 1)
    if old.resource.type != resource.type:
        return Change(Action.REPLACED, old, replacement, after, ("Type",))
    schema = schema_of(resource.type)
    for paths, perhaps in ((schema.create_only, False), (schema.conditional, True)):
        causes = changed_paths(paths, old.resource.properties, properties)
        if causes:
            return Change(Action.REPLACED, old, replacement, after, causes, perhaps)
    kept = old.resource.properties == properties
    return Change(Action.KEPT if kept else Action.UPDATED, old, Physical(settled, old.generation), after)
