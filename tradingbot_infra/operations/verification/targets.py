"""Checks: the load balancer has targets, and all of them are healthy."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.verification.check import Finding, Look, failed, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps
from tradingbot_infra.operations.verification.tasks import absent


def healthy(targets: Sequence[Target], *, wanted: int, local: bool, steps: NextSteps) -> Iterator[Finding]:
    """Whether each wanted task is a healthy target. A draining target is on its way out, and no fault."""
    serving = [target for target in targets if target.state != "draining"]
    unhealthy = [target for target in serving if not target.healthy]
    for target in unhealthy:
        reason = f": {target.reason}" if target.reason else ""
        starting = target.state == "initial"
        step = f"wait a minute, then {steps.verb('verify')}" if starting else steps.verb("doctor alb-503")
        yield failed(f"{target.address}:{target.port} is {target.state}{reason}", step)
    if unhealthy:
        return
    # The local cloud runs no container and registers none: how many there are says nothing there.
    if not serving and (local or wanted == 0):
        yield not_checkable("no target is registered: " + ("the local cloud runs no container" if local else "no task is wanted"))
    elif len(serving) < wanted and not local:
        yield failed(f"registered targets: {len(serving)}, wanted tasks: {wanted}", steps.verb("doctor alb-503"))
    else:
        yield passed(f"{len(serving)} of {len(serving)} targets are healthy")


def _healthy(facts: Facts) -> Iterator[Finding]:
    if facts.service is None:
        yield absent(facts)
    elif not facts.service.target_group_arn:
        yield failed("the service stands behind no target group", facts.steps.revert("service"))
    else:
        yield from healthy(facts.targets, wanted=facts.service.desired, local=facts.session.local, steps=facts.steps)


LOOKS = (Look("Elastic Load Balancing, health of the targets", _healthy),)
