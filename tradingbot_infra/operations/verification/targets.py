"""Checks: the load balancer has targets, and all of them are healthy."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look
from tradingbot_infra.wording import plural


def healthy(targets: Sequence[Target], *, wanted: int) -> Iterator[Finding]:
    """Whether each wanted task is a healthy target. A draining target is on its way out, and no fault."""
    serving = [target for target in targets if target.state != "draining"]
    unhealthy = [target for target in serving if not target.healthy]
    for target in unhealthy:
        reason = f": {target.reason}" if target.reason else ""
        starting = target.state == "initial"
        step = sentence("wait a minute, then ", OwnCommand("verify")) if starting else OwnCommand("doctor alb-503")
        yield failed(f"{target.address}:{target.port} is {target.state}{reason}", step)
    if unhealthy:
        return
    if not serving and wanted == 0:
        yield not_assessed("no target is registered: no task is wanted")
    elif len(serving) < wanted:
        yield failed(f"registered targets: {len(serving)}, wanted tasks: {wanted}", OwnCommand("doctor alb-503"))
    else:
        yield passed(f"{len(serving)} of {plural(len(serving), 'target is', 'targets are')} healthy")


LOOKS = (
    Look(
        "Elastic Load Balancing, health of the targets",
        lambda facts: healthy(facts.targets, wanted=facts.service.desired),
    ),
)
