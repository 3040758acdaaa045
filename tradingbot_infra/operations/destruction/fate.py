"""What the deletion of the deployed stacks makes of each resource, by their templates in force."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tradingbot_infra.design.stacks import PlacedStack
from tradingbot_infra.operations.live.stacks import LiveStack, stack_resources
from tradingbot_infra.operations.session import Session


class Ending(StrEnum):
    """What its DeletionPolicy says (CloudFormation Template Reference, "DeletionPolicy attribute")."""

    GOES = "goes"
    SNAPSHOT = "goes after a last snapshot"
    STAYS = "stays"


@dataclass(frozen=True)
class Held:
    """One resource of a stack. `automated_backups_go` is true for a database whose automated backups are deleted with it."""

    stack: PlacedStack
    logical_id: str
    physical_id: str
    type: str
    ending: Ending
    automated_backups_go: bool = False


_ENDINGS = {"Retain": Ending.STAYS, "RetainExceptOnCreate": Ending.STAYS, "Snapshot": Ending.SNAPSHOT}


def holdings(session: Session, placed: Iterable[PlacedStack], stacks: Iterable[LiveStack]) -> tuple[Held, ...]:
    """Every resource of those of the stacks that exist, in deployment order."""
    live = {(stack.name, stack.region) for stack in stacks}
    return tuple(held for one in placed if (one.name, one.region) in live for held in _of_stack(session.in_region(one.region), one))


def _of_stack(session: Session, placed: PlacedStack) -> Iterator[Held]:
    bodies = session.cloudformation.get_template(StackName=placed.name)["TemplateBody"].get("Resources", {})
    for resource in stack_resources(session, placed.name):
        body = bodies.get(resource.logical_id, {})
        backups = body.get("Properties", {}).get("DeleteAutomatedBackups", True) if resource.type == "AWS::RDS::DBInstance" else False
        ending = _ENDINGS.get(body.get("DeletionPolicy", ""), Ending.GOES)
        yield Held(placed, resource.logical_id, resource.physical_id, resource.type, ending, backups is not False and backups != "false")
