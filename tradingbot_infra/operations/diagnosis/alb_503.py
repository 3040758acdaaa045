"""The load balancer answers 503: no target takes requests, and why."""

import json
from collections.abc import Sequence

from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.diagnosis.ecs_causes import still_deploying
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.network_causes import blocked
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.target_health import by_reason
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.load_balancer import Target
from tradingbot_infra.operations.live.office_hours import in_words, out_of_hours
from tradingbot_infra.operations.live.traffic import ALL_TRAFFIC, Serving, Share
from tradingbot_infra.operations.network.parties import load_balancer_of, tasks_of
from tradingbot_infra.operations.network.paths import connection
from tradingbot_infra.operations.printed_commands import START_NEW_TASKS, AwsCli, CdkDeploy, OwnCommand, revert, sentence

_STARTING = "initial"
_LEAVING = "draining"


def no_listener(facts: Facts) -> Diagnosed:
    """Without a listener or rule that forwards, no request reaches the target group."""
    group = facts.service.target_group_arn or facts.target_group
    try:
        listeners = facts.load_balancer.listeners
        evidence = tuple(f"listener on {each.port} ({each.protocol}): {each.default_action}" for each in listeners)
        # Where ECS moves the traffic, rules forward, and the listener's own answer is 503.
        forwards = bool(facts.service.production_rule_arn and listeners)
    except NotAnswered as error:
        # A target group belongs to a load balancer by a listener only.
        listeners, evidence, forwards = (), (str(error),), False
    if forwards or any(listener.default_action == "forward" for listener in listeners):
        return None
    return Cause(
        id="no-listener",
        title="No listener of the load balancer forwards to the tasks",
        certainty=Certainty.CERTAIN,
        evidence=evidence or (f"the load balancer of {group.rpartition(':')[2]} has no listener",),
        fix=(revert("service"),),
    )


def balancer_not_active(facts: Facts) -> Diagnosed:
    """A load balancer that is still being created, or cannot scale."""
    state = facts.load_balancer.state
    if state == "active":
        return None
    return Cause(
        id="load-balancer-not-active",
        title=f"The load balancer is not active but {state or 'in no known state'}",
        certainty=Certainty.LIKELY if state == "provisioning" else Certainty.CERTAIN,
        evidence=(f"{facts.load_balancer.address}: {state}",),
        fix=(
            "provisioning: wait some minutes",
            sentence(
                "failed or active_impaired: its subnets need 8 free addresses each (",
                AwsCli(f"ec2 describe-subnets --subnet-ids {' '.join(facts.load_balancer.subnets)}"),
                "), then ",
                CdkDeploy("service"),
            ),
        ),
    )


def no_task(facts: Facts) -> Diagnosed:
    """No task runs: on purpose, by hand, or because tasks do not start."""
    service = facts.service
    if service.desired == 0:
        return _out_of_hours(facts) if out_of_hours(facts.config.scaling, facts.now) else _stopped(facts)
    if service.running > 0:
        return None
    return Cause(
        id="no-running-task",
        title="No task runs",
        certainty=Certainty.CERTAIN,
        evidence=(f"0 of {service.desired} tasks run, {service.pending} start",),
        fix=(sentence(OwnCommand("doctor tasks-pending"), " says why they do not start"),),
    )


def path_to_tasks(facts: Facts) -> Diagnosed:
    """Security groups in both directions, network ACLs and routes between load balancer and tasks."""
    port = facts.config.task.container_port
    verdict = connection(facts.network, load_balancer_of(facts.load_balancer), tasks_of(facts.service), port)
    return blocked(verdict, cause_id="load-balancer-to-tasks", title=f"The load balancer cannot reach the tasks on port {port}")


def no_target(facts: Facts) -> Diagnosed:
    """Tasks run, and none is registered."""
    service = facts.service
    if facts.targets or service.running == 0:
        return None
    return Cause(
        id="no-target",
        title="Tasks run, but none is registered as a target",
        certainty=Certainty.CERTAIN,
        evidence=(f"{service.running} tasks run", f"target group {facts.target_group.rpartition(':')[2]} is empty"),
        fix=(revert("service"),),
    )


def wrong_weights(facts: Facts) -> Diagnosed:
    """Where ECS moves the traffic: a target group that gets traffic and has no healthy target, or none that gets any."""
    service = facts.service
    if not service.production_rule_arn or service.desired == 0:
        return None
    serving = facts.serving
    unserved = any(each.unserved for each in serving) or not any(each.share.weight for each in serving)
    if not unserved:
        return Normal("; ".join(map(str, serving)))
    able = next((each for each in serving if each.healthy), None)
    if able is None:
        return None  # wherever the traffic goes, nobody answers: the health of the targets is what is wrong
    moving = service.rollout == "IN_PROGRESS"
    return Cause(
        id="weights",
        title="Traffic goes to a target group without a healthy target, while another has some",
        certainty=Certainty.LIKELY if moving else Certainty.CERTAIN,
        evidence=tuple(map(str, serving)),
        fix=(
            *((sentence("A deployment moves the traffic: ", OwnCommand("gate back"), " ends it"),) if moving else ()),
            sentence("At once, by hand: ", AwsCli(_all_to(able.share, serving, service.production_rule_arn))),
            sentence("Then ", START_NEW_TASKS, ": ECS writes the weights of its next deployment itself"),
        ),
    )


def _all_to(chosen: Share, serving: Sequence[Serving], rule_arn: str) -> str:
    """What gives one target group all traffic, and the others none."""
    weights = {each.share.target_group_arn: ALL_TRAFFIC if each.share == chosen else 0 for each in serving}
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    actions = json.dumps([{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}], separators=(",", ":"))
    return f"elbv2 modify-rule --rule-arn {rule_arn} --actions '{actions}'"


def unhealthy_targets(facts: Facts) -> Diagnosed:
    """Targets that fail the health check, by Elastic Load Balancing's reason. While some are healthy, those answer."""
    targets = facts.targets
    if not targets:
        return None
    healthy = [target for target in targets if target.healthy]
    # Targets come and go with every deployment.
    ill = [target for target in targets if target.state not in ("healthy", _STARTING, _LEAVING)]
    if healthy:
        return by_reason(facts, ill, everyone=False) if ill else Normal(f"{len(healthy)} of {len(targets)} healthy")
    if all(target.state == _STARTING for target in targets):
        return _starting(facts, targets)
    return by_reason(facts, ill or targets, everyone=True)


def not_the_firewall(facts: Facts) -> Diagnosed:
    """The firewall, which people suspect first, never answers 503."""
    return Normal("answers 403 to what it blocks, never 503") if facts.config.web_acl.waf else None


def _starting(facts: Facts, targets: Sequence[Target]) -> Cause:
    return Cause(
        id="targets-starting",
        title="The targets are new, and not yet known to be healthy",
        certainty=Certainty.LIKELY,
        evidence=tuple(f"{target.address}:{target.port} {target.state}: {target.reason}" for target in targets),
        fix=(f"Wait for some checks, one every {facts.config.load_balancer.health_check_interval_seconds} s",),
    )


def _out_of_hours(facts: Facts) -> Cause:
    scaling = facts.config.scaling
    return Cause(
        id="tasks-asleep",
        title="No task runs outside of office hours: no fault",
        certainty=Certainty.CERTAIN,
        evidence=(
            "0 tasks are wanted",
            f"scale_down_out_of_hours=true: tasks run on weekdays from {in_words(scaling)}",
        ),
        fix=(
            sentence("Until the next start: ", OwnCommand(f"scale --tasks {scaling.min_tasks}")),
            "Permanently: the settings office_hours_start, office_hours_end or scale_down_out_of_hours, and a deployment",
        ),
    )


def _stopped(facts: Facts) -> Cause:
    return Cause(
        id="no-running-task",
        title="No task runs, because none is wanted",
        certainty=Certainty.CERTAIN,
        evidence=(f"0 tasks are wanted; the settings say min_tasks={facts.config.scaling.min_tasks}",),
        fix=(
            sentence(OwnCommand("scale --reset"), " restores the bounds of the settings"),
            sentence(OwnCommand("scale"), " shows what set it; a deployment that changes neither min_tasks nor max_tasks keeps it"),
        ),
    )


ALB_503 = Symptom(
    SymptomName.ALB_503,
    (
        Check("the service stack", deployed("service")),
        Check("listeners of the load balancer", no_listener),
        Check("state of the load balancer", balancer_not_active),
        Check("running tasks", no_task),
        Check("the path from the load balancer to the tasks", path_to_tasks),
        Check("weights of the target groups", wrong_weights),
        Check("registered targets", no_target),
        Check("health of the targets", unhealthy_targets),
        Check("the newest deployment", still_deploying),
        Check("AWS WAF", not_the_firewall),
    ),
)
