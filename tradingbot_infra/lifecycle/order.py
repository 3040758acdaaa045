"""The order in which stacks are deployed: producers first where something is new, consumers first where something goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tradingbot_infra.lifecycle.cuts import new_ports, not_yet_open
from tradingbot_infra.lifecycle.finding import Finding, Kind
from tradingbot_infra.lifecycle.replay import Outcome, deploy, deployed
from tradingbot_infra.lifecycle.world import World
from tradingbot_infra.templates import Assembly


@dataclass(frozen=True)
class Step:
    """The deployment of one stack. With `force` although its template did not change, because what it reads of others did."""

    stack: str
    force: bool = False


@dataclass(frozen=True)
class Plan:
    """Deployments in their order, the state after them, and what they do."""

    steps: tuple[Step, ...]
    world: World
    findings: tuple[Finding, ...]


def plan(world: World, target: Assembly) -> Plan:
    """The deployments that lead to the templates of `target`, in an order that cuts nothing if there is one.

    Stacks whose template does not change are left out, unless they read an output that has another value now. Of several orders it
    is the one nearest to the assembly's own. If every order cuts something, the findings say what.
    """
    pending = [stack for stack in target.templates if world.templates.get(stack) != target.templates[stack]]
    steps: list[Step] = []
    findings: list[Finding] = []
    while pending:
        stack, outcome = _next(world, target, pending)
        pending.remove(stack)
        steps.append(Step(stack))
        findings += outcome.findings
        world = outcome.world
    return _with_stale(Plan(tuple(steps), world, tuple(findings)), target)


def in_order(world: World, target: Assembly, order: Iterable[str]) -> Plan:
    """What `cdk deploy` does in a given order: it skips a stack whose template did not change, whatever that reads of others."""
    pending = [stack for stack in order if world.templates.get(stack) != target.templates[stack]]
    findings: list[Finding] = []
    steps = tuple(Step(stack) for stack in pending)
    while pending:
        stack = pending.pop(0)
        outcome = _outcome(world, target, stack, pending)
        findings += outcome.findings
        world = outcome.world
    return Plan(steps, world, tuple(findings))


def _next(world: World, target: Assembly, pending: Sequence[str]) -> tuple[str, Outcome]:
    """The first stack whose deployment suits now; if none does, the one that does the least harm."""
    best: tuple[tuple[int, int], str, Outcome] | None = None
    for stack in pending:
        outcome = _outcome(world, target, stack, [other for other in pending if other != stack])
        harm = _harm(outcome.findings)
        if best is None or harm < best[0]:
            best = harm, stack, outcome
        if harm == (0, 0):
            break
    if best is None:
        raise ValueError("no stack is pending")
    return best[1], best[2]


def _harm(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many findings another order may avoid: refusals, then all."""
    kinds = [finding.kind for finding in findings if finding.of_order]
    return kinds.count(Kind.REFUSED), len(kinds)


def _outcome(world: World, target: Assembly, stack: str, others: Sequence[str]) -> Outcome:
    outcome = deploy(world, target, stack)
    ports = new_ports(world, outcome.world, stack)
    if not ports:
        return outcome
    later = {other: deployed(outcome.world, target, other)[0] for other in others}
    return replace(outcome, findings=(*outcome.findings, *not_yet_open(outcome.world, stack, ports, later)))


def _with_stale(found: Plan, target: Assembly) -> Plan:
    """With the stacks that must read again what others replaced."""
    for stack in target.templates:
        if found.world.is_stale(stack):
            outcome = deploy(found.world, target, stack)
            step = Step(stack, force=True)
            found = Plan((*found.steps, step), outcome.world, (*found.findings, *outcome.findings))
    return found
