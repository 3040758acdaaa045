"""Checks: the load balancer has targets, all of them are healthy, and traffic goes to them."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.live.traffic import Serving
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.operations.verdict import Finding, failed, judged, not_assessed, passed
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


def served(serving: Sequence[Serving], *, wanted: int) -> Iterator[Finding]:
    """Whether each target group that gets traffic has a healthy target. Nothing to see where tasks are replaced: there is one group."""
    if len(serving) < 2 or wanted == 0:
        return
    weights = "; ".join(map(str, serving))
    if not any(each.share.weight for each in serving):
        yield failed(f"no target group gets traffic: {weights}", OwnCommand("doctor alb-503"))
        return
    well = not any(each.unserved for each in serving)
    yield judged(well, good=weights, bad=f"traffic goes where no target is healthy: {weights}", next_step=OwnCommand("doctor alb-503"))


LOOKS = (
    Look(
        "Elastic Load Balancing, health of the targets",
        lambda facts: healthy(facts.targets, wanted=facts.service.desired),
    ),
    Look(
        "Elastic Load Balancing, weights of the target groups",
        lambda facts: served(facts.serving if facts.service.production_rule_arn else (), wanted=facts.service.desired),
    ),
)
