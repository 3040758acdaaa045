"""Checks: the service that this deployment changes stands still, and its traffic is answered."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.service_deployments import running_deployment
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import OwnCommand, sentence
from tradingbot_infra.operations.verdict import Finding, judged, passed

_NO_SERVICE = "there is no service yet"


def settled(plan: Plan) -> Iterator[Finding]:
    """Whether a deployment of the service goes on: another would take its place, and with it what it was tested for.

    CloudFormation knows nothing of those that it did not begin, such as a restart, or the one after a rotation of the password.
    """
    service = plan.service
    if service is None:
        yield passed(_NO_SERVICE)
    elif not service.shifts_traffic:
        yield judged(
            service.rollout != "IN_PROGRESS",
            good="none goes on",
            bad=f"one goes on: {service.rollout_reason or service.rollout}",
            next_step=sentence("wait: ", OwnCommand("status"), "; ECS itself ends a deployment that fails, and rolls it back"),
        )
    else:
        found = running_deployment(plan.session, plan.names)
        yield judged(
            found is None,
            good="none goes on",
            bad=f"{found.id} goes on: {found.status}, stage {found.stage or 'none'}" if found else "",
            next_step=sentence(OwnCommand("gate show"), " says what it waits for"),
        )


def weighted(plan: Plan) -> Iterator[Finding]:
    """Whether traffic goes to a target group without a healthy target while another has some.

    ECS would start the new version in the group that it takes for idle, where untested tasks would get production traffic at once.
    """
    service = plan.service
    serving = plan.serving if service and service.production_rule_arn and service.desired else ()
    if service is None:
        yield passed(_NO_SERVICE)
        return
    astray = any(each.unserved for each in serving) or (serving and not any(each.share.weight for each in serving))
    yield judged(
        not (astray and any(each.healthy for each in serving)),
        good="; ".join(map(str, serving)) or "there is one target group",
        bad=f"traffic goes where no target is healthy: {'; '.join(map(str, serving))}",
        next_step=sentence(OwnCommand("doctor alb-503"), " has the command that corrects the weights"),
    )


def answered(plan: Plan) -> Iterator[Finding]:
    """Whether any target is healthy. A deployment may be what mends it, so a person decides."""
    service = plan.service
    if service is None or not service.desired:
        yield passed("no task is wanted" if service else _NO_SERVICE)
        return
    healthy = sum(each.healthy for each in plan.serving)
    yield judged(
        healthy > 0,
        good=f"healthy targets: {healthy}",
        bad=f"no target is healthy, and {service.desired} are wanted",
        next_step=OwnCommand("doctor alb-503"),
    )
