"""Causes that only ECS can tell of: each trouble that its words may mean, and what to do about it."""

from collections.abc import Callable, Sequence

from tradingbot_infra.operations.diagnosis.ecs_words import Saying, Trouble
from tradingbot_infra.operations.diagnosis.exit_codes import meaning
from tradingbot_infra.operations.diagnosis.facts import Facts
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Finding, NotAssessable

NO_CONTAINER = NotAssessable("the local cloud starts no container")

Fix = Callable[[Facts], tuple[str, ...]]

_QUOTED = 2


def quoted(said: Sequence[Saying]) -> tuple[str, ...]:
    """The newest words as evidence; ECS repeats itself with every task that it tries."""
    more = len(said) - _QUOTED
    return (*map(str, said[:_QUOTED]), *((f"and {more} more of the kind",) if more > 0 else ()))


def start_again(facts: Facts) -> str:
    """What makes ECS start new tasks."""
    return f"aws ecs update-service --cluster {facts.names.cluster} --service {facts.names.service} --force-new-deployment"


def says(trouble: Trouble, cause_id: str, title: str, *, certainty: Certainty, fix: Fix) -> Callable[[Facts], Finding]:
    """A check for one trouble that keeps tasks from starting. Words of a trouble that is over do not count."""

    def find(facts: Facts) -> Finding:
        said = facts.said(trouble) if facts.unsettled else ()
        if said:
            return Cause(id=cause_id, title=title, certainty=certainty, evidence=quoted(said), fix=fix(facts))
        return NO_CONTAINER if facts.local else None

    return find


wrong_architecture = says(
    Trouble.ARCHITECTURE,
    "architecture",
    "The image is not for the architecture that tasks run on",
    certainty=Certainty.CERTAIN,
    fix=lambda facts: (
        f"Build for the task's architecture, {facts.service.task_definition.architecture}, and push under a new tag (`image push`)",
        f"cdk deploy ServiceStack -c env={facts.names.environment} -c image_tag=NEW_TAG",
        "Or change the setting cpu_architecture to that of the image",
    ),
)

no_log_group = says(
    Trouble.LOG_GROUP,
    "log-group-missing",
    "The log group that tasks write to does not exist",
    certainty=Certainty.CERTAIN,
    fix=lambda facts: (
        f"cdk deploy ServiceStack --revert-drift -c env={facts.names.environment}",
        f"Until then: `aws logs create-log-group --log-group-name {facts.service.task_definition.log_group}`",
    ),
)

pull_rate = says(
    Trouble.PULL_RATE,
    "pull-rate",
    "The registry answers too many pulls with a refusal",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        (
            f"Run an image of the own repository: `image push PATH --env {facts.names.environment} --tag NEW_TAG`, then "
            f"`cdk deploy ServiceStack -c env={facts.names.environment} -c image_tag=NEW_TAG`"
        ),
        "Or wait: ECS tries again by itself",
    ),
)

no_address = says(
    Trouble.NO_ADDRESS,
    "no-network-interface",
    "Tasks get no network interface: the subnets may have no free address",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        f"aws ec2 describe-subnets --subnet-ids {' '.join(facts.service.subnets)} --query 'Subnets[].[SubnetId,AvailableIpAddressCount]'",
        "Fewer tasks (max_tasks), or larger blocks: private_subnet_cidrs, which replaces the subnets",
    ),
)

no_capacity = says(
    Trouble.NO_CAPACITY,
    "no-capacity",
    "Fargate has no room, or the account's quota is used up",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        "aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538",
        "Ask for a higher quota where tasks come near it; otherwise wait: ECS tries again by itself, in every zone of the service",
    ),
)

fails_health_checks = says(
    Trouble.UNHEALTHY,
    "health-checks",
    "Tasks start, and are ended because they fail the load balancer's health check",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (f"`doctor alb-503 --env {facts.names.environment}` says which check fails and why",),
)

cannot_start = says(
    Trouble.CANNOT_START,
    "cannot-start",
    "The image cannot be started the way the task definition wants it",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        "Let the image run as container_user and write to /tmp only (readonly_root_filesystem), with a command that exists in it",
        (
            f"Then `image push PATH --env {facts.names.environment} --tag NEW_TAG` and "
            f"`cdk deploy ServiceStack -c env={facts.names.environment} -c image_tag=NEW_TAG`"
        ),
    ),
)

rolled_back = says(
    Trouble.ROLLED_BACK,
    "rolled-back",
    "The newest deployment failed, and ECS went back to the one before (circuit breaker)",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        f"`logs --env {facts.names.environment} --errors --since 1h` shows what the failed tasks wrote",
        f"Mend it, then `cdk deploy ServiceStack -c env={facts.names.environment}`: CloudFormation was rolled back with it",
    ),
)


def out_of_memory(facts: Facts) -> Finding:
    """A container that the kernel killed counts within the hour, also when ECS has replaced its task."""
    said = facts.said(Trouble.OUT_OF_MEMORY)
    if not said:
        return NO_CONTAINER if facts.local else None
    environment, memory = facts.names.environment, facts.config.task.task_memory_mib
    return Cause(
        id="out-of-memory",
        title="Containers are killed because they take more memory than a task has",
        certainty=Certainty.CERTAIN if facts.unsettled else Certainty.POSSIBLE,
        evidence=(*quoted(said), f"a task has task_memory_mib={memory}"),
        fix=(f"cdk deploy ServiceStack -c env={environment} -c task_memory_mib={memory * 2}, once the setting is raised for good",),
    )


def container_exits(facts: Facts) -> Finding:
    """A container that ended by itself counts within the hour, also when ECS has replaced its task."""
    said = facts.said(Trouble.EXITED)
    if not said:
        return NO_CONTAINER if facts.local else None
    ended = {saying.task for saying in said}
    codes = sorted({task.exit_code for task in facts.stopped if task.arn in ended and task.exit_code is not None})
    return Cause(
        id="container-exits",
        title="The container ends soon after its start",
        certainty=Certainty.LIKELY if facts.unsettled else Certainty.POSSIBLE,
        evidence=(*quoted(said), *map(meaning, codes)),
        fix=(
            f"`logs --env {facts.names.environment} --errors --since 1h`, or without --errors, shows its last lines",
            "A value that the application refuses: `secrets status` shows which secrets still hold a placeholder",
        ),
    )


def still_deploying(facts: Facts) -> Finding:
    """A deployment that is under way explains tasks that wait, and needs nothing but time."""
    service = facts.service
    if service.rollout != "IN_PROGRESS":
        return None
    counts = f"{service.running} of {service.desired} tasks run, {service.pending} start, {service.failed_tasks} failed"
    return Cause(
        id="deploying",
        title="A deployment is under way",
        certainty=Certainty.POSSIBLE,
        evidence=(f"service: {service.rollout_reason or service.rollout}", counts),
        fix=(f"Wait: `status --env {facts.names.environment}`; ECS itself ends a deployment that fails, and goes back",),
    )


def unknown_reason(facts: Facts) -> Finding:
    """Tasks are missing, and what ECS says of it is none of the troubles known here."""
    service = facts.service
    if facts.local:
        return NO_CONTAINER
    complaints = [saying for saying in facts.sayings if saying.complains]
    if service.running >= service.desired or not complaints or any(saying.trouble for saying in facts.sayings):
        return None
    return Cause(
        id="other",
        title="Tasks are missing, and ECS gives a reason of its own",
        certainty=Certainty.POSSIBLE,
        evidence=(f"{service.running} of {service.desired} tasks run", *quoted(complaints)),
        fix=('Look the words up in the ECS Developer Guide, "Stopped tasks error messages" and "Service event messages"',),
    )
