"""Deploys one stack in a World, or destroys all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tradingbot_infra.lifecycle.changes import Action, Change, changes
from tradingbot_infra.lifecycle.conflicts import conflicts
from tradingbot_infra.lifecycle.cuts import cuts
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.losses import is_protected, kept, losses
from tradingbot_infra.lifecycle.physical import Physical, bound
from tradingbot_infra.lifecycle.transitions import transitions
from tradingbot_infra.lifecycle.world import Output, World, only, outputs_read
from tradingbot_infra.templates import Assembly, Resource


@dataclass(frozen=True)
class Outcome:
    """The state after a deployment that succeeds, and what was found on the way."""

    world: World
    findings: tuple[Finding, ...]


def world_of(assembly: Assembly) -> World:
    """The account after the first deployment of every stack, in the assembly's order."""
    world = World()
    for stack in assembly.templates:
        world = deployed(world, assembly, stack)[0]
    return world


def deploy(world: World, target: Assembly, stack: str) -> Outcome:
    """What the deployment of one stack does, to it and to the others."""
    after, made = deployed(world, target, stack)
    new = {change.logical_id for change in made}
    removed = [physical for physical in world.of_stack(stack) if physical.place[1] not in new]
    found = [*_unreadable(world, target, stack), *conflicts(made, world.live.values(), world.left)]
    found += [finding for change in made for finding in transitions(change)]
    if not any(finding.kind is Kind.REFUSED and not finding.of_order for finding in found):
        # Behind a refusal the rollback keeps everything.
        found += [*losses(made, removed), *cuts(world, after, stack)]
    return Outcome(after, tuple(dict.fromkeys(found)))


def deployed(world: World, target: Assembly, stack: str) -> tuple[World, tuple[Change, ...]]:
    """The state after the deployment of one stack, and what it changed."""
    seen = only(target, stack, world.outputs)
    old = {physical.place[1]: physical for physical in world.of_stack(stack)}
    made = changes(old, seen.resources)
    generations = {change.logical_id: change.new.generation for change in made}
    name = target.stacks[stack].deployed_name
    others = {output: value for output, value in world.outputs.items() if output[0] != name}
    after = World(
        live={place: physical for place, physical in world.live.items() if place[0] != stack} | {one.new.place: one.new for one in made},
        left=(*world.left, *_left(old, made)),
        templates={**world.templates, stack: target.templates[stack]},
        outputs={**others, **_outputs(seen, stack, name, generations)},
        reads={**world.reads, stack: {output: world.outputs.get(output) for output in outputs_read(target.templates[stack])}},
    )
    return after, made


def first_failure(target: Assembly) -> tuple[Finding, ...]:
    """What the rollback of a failed first deployment could not delete, or would leave behind with its name."""
    return tuple(finding for physical in world_of(target).live.values() for finding in _remains(physical))


def _remains(physical: Physical) -> Iterator[Finding]:
    if physical.resource.body.get("DeletionPolicy") == "Retain":
        yield _stuck(physical.resource, "a failed first deployment leaves it behind with its name", "Use RetainExceptOnCreate")
    elif is_protected(physical):
        why = "its deletion protection refuses the rollback of a failed first deployment (ROLLBACK_FAILED)"
        yield _stuck(physical.resource, why, "Lift it by hand before the repetition")


def destroy(world: World, target: Assembly, order: Sequence[str]) -> tuple[Finding, ...]:
    """What the deletion of the stacks in an order meets: protections that refuse it, and what stays with its name."""
    return tuple(finding for stack in order for finding in _deletion(world, target, stack))


def _deletion(world: World, target: Assembly, stack: str) -> Iterator[Finding]:
    if target.stacks[stack].termination_protection:
        why = "termination protection refuses the deletion of the stack"
        yield Finding(Kind.REFUSED, stack, stack, stack, why, "The command destroy lifts it")
    for physical in world.of_stack(stack):
        resource = physical.resource
        if is_protected(physical):
            why = "its deletion protection refuses the deletion"
            yield Finding(Kind.REFUSED, stack, resource.logical_id, resource.path, why, "The command destroy lifts it")
        elif physical in kept([physical], "DeletionPolicy"):
            why = "stays in the account with its name (DeletionPolicy)"
            yield Finding(Kind.LEFT, stack, resource.logical_id, resource.path, why, "The next deployment must adopt it")


def _left(old: Mapping[str, Physical], made: Iterable[Change]) -> Iterator[Physical]:
    """What the clean-up at the end of an update does not delete."""
    new = {change.logical_id: change for change in made}
    removed = [physical for name, physical in old.items() if name not in new]
    replaced = [change.old for change in new.values() if change.old and change.action is Action.REPLACED]
    for physicals, policy in ((removed, "DeletionPolicy"), (replaced, "UpdateReplacePolicy")):
        staying = kept(physicals, policy)
        yield from (physical for physical in physicals if physical in staying or is_protected(physical))


def _outputs(seen: Assembly, stack: str, name: str, generations: Mapping[str, int]) -> dict[Output, str]:
    outputs = seen.templates[stack].get("Outputs", {})
    return {(name, key): str(bound(seen.resolve(stack, output["Value"]), stack, generations)) for key, output in outputs.items()}


def _unreadable(world: World, target: Assembly, stack: str) -> Iterator[Finding]:
    """Outputs of other stacks that do not exist when the stack reads them; one finding for each of these stacks."""
    unread = {output for output in outputs_read(target.templates[stack]) if output not in world.outputs}
    ids = {placed.deployed_name: name for name, placed in target.stacks.items()}
    for name in sorted({output[0] for output in unread}):
        producer = ids.get(name, name)
        why = f"it reads outputs that {producer} does not have yet (Fn::GetStackOutput)"
        yield Finding(Kind.REFUSED, stack, stack, stack, why, f"Deploy {producer} first", of_order=True)


def _stuck(resource: Resource, why: str, way: str) -> Finding:
    return Finding(Kind.STUCK, resource.stack, resource.logical_id, resource.path, why, way)
