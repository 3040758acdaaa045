"""Rules over every type: nothing is let through that the tables of compliance/allowed do not name."""

from collections import Counter
from collections.abc import Iterator

from tradingbot_infra.compliance.allowed import ALLOWED
from tradingbot_infra.compliance.allowed.reading import not_allowed
from tradingbot_infra.compliance.observe import not_assessed, seen
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.templates import EVERY_TYPE, STACK_TYPE, Assembly, Resource

_NO_NESTED_STACK = "no nested stack, because no pack reads its template: give its resources to a stack of design/stacks.py"


@rule(
    "cfn.allowed",
    EVERY_TYPE,
    title="Every resource is of a type, and has properties and values, that this design allows",
    fix="Use a setting. If the design needs it, add a row to compliance/allowed/, with a rule that judges it or why nothing is to judge.",
)
def allowed(resource: Resource, assembly: Assembly) -> Iterator[Observation]:
    known = ALLOWED.get(resource.type)
    if known is None:
        expected = _NO_NESTED_STACK if resource.type == STACK_TYPE else "a type that compliance/allowed names"
        yield not_assessed("Type", resource.type, expected)
        return
    if known.stacks and resource.stack not in known.stacks:
        yield not_assessed("Type", resource.type, f"a resource of {' or '.join(known.stacks)}")
    unknown = tuple(not_allowed(resource, assembly))
    yield from unknown
    if not unknown:
        yield seen("Properties", f"{len(resource.properties)} properties", True, "properties and values that compliance/allowed names")


@rule(
    "cfn.declared",
    STACK_TYPE,
    title="A stack declares every resource that the settings ask for, and none of some types beside them",
    fix="Declare the resource again, or remove the one that is too many, or change the setting that asks for it.",
)
def declared(stack: Resource, assembly: Assembly) -> Iterator[Observation]:
    if assembly.config is None:
        return
    counts = Counter(each.type for each in assembly.resources if each.stack == stack.logical_id)
    for name, known in ALLOWED.items():
        if stack.logical_id in known.stacks:
            wanted, found = known.stacks[stack.logical_id](assembly.config), counts[name]
            if wanted or (known.exact and found):
                fits = found == wanted if known.exact else found >= wanted
                yield seen(f"Resources[{name}]", found, fits, f"{wanted}" if known.exact else f"{wanted} or more")
