"""A stack that does not stand, or whose last operation failed, as a cause."""

from collections.abc import Callable

from tradingbot_infra.operations.diagnosis.facts import Facts
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Finding
from tradingbot_infra.operations.live.stacks import ROLLBACK_FAILED, StandingStack

_WENT_BACK = "UPDATE_ROLLBACK_COMPLETE"
"""What stands is the version before (CloudFormation User Guide, "Stack status codes")."""

_FAILED_ONLY = "--query \"StackEvents[?contains(ResourceStatus, 'FAILED')]\""


def stands(part: str) -> Callable[[Facts], Finding]:
    """A check of one of the stacks; a fault below it may be a consequence."""

    def find(facts: Facts) -> Finding:
        name, environment = facts.names.stack(part), facts.names.environment
        deploy = f"cdk deploy {part.capitalize()}Stack -c env={environment}"
        stack = next((stack for stack in facts.stacks if stack.part == part), None)
        if stack is None:
            return Cause(
                id="stack-missing",
                title=f"The stack {name} has not been deployed",
                certainty=Certainty.CERTAIN,
                evidence=(f"CloudFormation knows no stack {name} in {facts.region}",),
                fix=(deploy,),
            )
        if stack.complete:
            return None
        failures = f"aws cloudformation describe-stack-events --stack-name {name} {_FAILED_ONLY}"
        return Cause(
            id="stack-incomplete",
            title=f"The stack {name} is {stack.status}",
            certainty=_certainty(stack),
            evidence=(f"{name}: {stack.status} {stack.reason}".strip(),),
            fix=("Wait for its end" if stack.under_way else failures, *_next(stack, deploy)),
        )

    return find


def _certainty(stack: StandingStack) -> Certainty:
    """A stack that went back to its last version still serves, and one that is under way may yet do so."""
    return Certainty.POSSIBLE if stack.under_way or stack.status == _WENT_BACK else Certainty.CERTAIN


def _next(stack: StandingStack, deploy: str) -> tuple[str, ...]:
    if stack.under_way:
        return ()
    if stack.status == ROLLBACK_FAILED:
        return (f"aws cloudformation continue-update-rollback --stack-name {stack.name}", f"Then `{deploy}`")
    return (f"Mend what failed, then `{deploy}`",)
