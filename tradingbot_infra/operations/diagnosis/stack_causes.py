"""A stack that does not exist, or whose last operation failed, as a cause."""

from collections.abc import Callable

from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.failures import is_of_free_plan
from tradingbot_infra.operations.live.stack_events import failed_resources
from tradingbot_infra.operations.live.stacks import ROLLBACK_FAILED, LiveStack
from tradingbot_infra.operations.printed_commands import AwsCli, CdkDeploy, OwnCommand, Step, sentence

_ROLLED_BACK = "UPDATE_ROLLBACK_COMPLETE"
"""The version before is deployed (CloudFormation User Guide, "Stack status codes")."""

_SHOWN = 3
"""Failed resources as evidence; others failed with them."""

_NEVER_UPDATED = ("CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")
"""States after a creation that failed, in which a stack takes no further deployment."""

_FAILED_ONLY = "--query \"StackEvents[?contains(ResourceStatus, 'FAILED')]\""


def deployed(part: str) -> Callable[[Facts], Diagnosed]:
    """A check of one of the stacks; a fault below it may be a consequence."""

    def find(facts: Facts) -> Diagnosed:
        place, deploy = next(place for place in facts.config.stacks if place.part == part), CdkDeploy(part)
        name = place.name
        stack = next((stack for stack in facts.stacks if (stack.name, stack.region) == (name, place.region)), None)
        if stack is None:
            return Cause(
                id="stack-missing",
                title=f"The stack {name} has not been deployed",
                certainty=Certainty.CERTAIN,
                evidence=(f"CloudFormation has no stack {name} in {place.region}",),
                fix=(deploy,),
            )
        if stack.complete:
            return None
        failed = _failed(facts, stack)
        return Cause(
            id="stack-incomplete",
            title=f"The stack {name} is {stack.status}",
            certainty=_certainty(stack),
            evidence=(f"{name}: {stack.status} {stack.reason}".strip(), *failed),
            fix=(*_first(stack, failed), *_next(stack, deploy)),
        )

    return find


def _failed(facts: Facts, stack: LiveStack) -> tuple[str, ...]:
    return () if stack.under_way else failed_resources(facts.session.in_region(stack.region), stack.name)[:_SHOWN]


def _first(stack: LiveStack, failed: tuple[str, ...]) -> tuple[Step, ...]:
    if stack.under_way:
        return ("Wait until it ends",)
    if any(map(is_of_free_plan, failed)):
        return ("The account is on AWS's free plan: upgrade it in the billing console, because the plan has no such resource",)
    if failed:
        return ()
    return (AwsCli(f"cloudformation describe-stack-events --stack-name {stack.name} {_FAILED_ONLY}", region=stack.region),)


def _certainty(stack: LiveStack) -> Certainty:
    """A stack that was rolled back still serves, and one that is under way may yet do so."""
    return Certainty.POSSIBLE if stack.under_way or stack.status == _ROLLED_BACK else Certainty.CERTAIN


def _next(stack: LiveStack, deploy: CdkDeploy) -> tuple[Step, ...]:
    if stack.under_way:
        return ()
    if stack.status == ROLLBACK_FAILED:
        return (
            AwsCli(f"cloudformation continue-update-rollback --stack-name {stack.name}", region=stack.region),
            sentence("Then ", deploy),
        )
    if stack.status in _NEVER_UPDATED:
        return (sentence("Fix what failed, then ", OwnCommand("repair")), sentence("Then ", deploy))
    return (sentence("Fix what failed, then ", deploy),)
