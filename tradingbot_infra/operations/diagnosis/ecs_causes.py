"""Causes that only ECS reports: each trouble that its messages may mean, and its fix."""

from collections.abc import Callable, Sequence

from tradingbot_infra.operations.diagnosis.exit_codes import exit_code_in_words
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.ecs_messages import EcsMessage, Trouble
from tradingbot_infra.operations.printed_commands import AwsCli, CdkDeploy, OwnCommand, Step, revert, sentence

Fix = Callable[[Facts], tuple[Step, ...]]

_QUOTED = 2

_PUSH_NEW_TAG = OwnCommand("image push PATH --tag NEW_TAG")
_DEPLOY_NEW_TAG = OwnCommand("deploy --tag NEW_TAG")


def quoted(messages: Sequence[EcsMessage]) -> tuple[str, ...]:
    """The newest messages as evidence; ECS repeats itself with every task that it tries."""
    more = len(messages) - _QUOTED
    return (*map(str, messages[:_QUOTED]), *((f"and {more} more of the kind",) if more > 0 else ()))


def reported(trouble: Trouble, cause_id: str, title: str, *, certainty: Certainty, fix: Fix) -> Callable[[Facts], Diagnosed]:
    """A check for one trouble that prevents tasks from starting. Messages on a trouble that is over do not count."""

    def find(facts: Facts) -> Diagnosed:
        messages = facts.messages_on(trouble) if facts.unsettled else ()
        if messages:
            return Cause(id=cause_id, title=title, certainty=certainty, evidence=quoted(messages), fix=fix(facts))
        return None

    return find


wrong_architecture = reported(
    Trouble.ARCHITECTURE,
    "architecture",
    "The image is not for the architecture that tasks run on",
    certainty=Certainty.CERTAIN,
    fix=lambda facts: (
        f"Build for the task's architecture, {facts.service.task_definition.architecture}, and push under a new tag (`image push`)",
        _DEPLOY_NEW_TAG,
        "Or change the setting cpu_architecture to that of the image",
    ),
)

no_log_group = reported(
    Trouble.LOG_GROUP,
    "log-group-missing",
    "The log group that tasks write to does not exist",
    certainty=Certainty.CERTAIN,
    fix=lambda facts: (
        revert("service"),
        sentence("Until then: ", AwsCli(f"logs create-log-group --log-group-name {facts.service.task_definition.log_group}")),
    ),
)

pull_rate = reported(
    Trouble.PULL_RATE,
    "pull-rate",
    "The registry refuses further pulls: rate limit",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        sentence("Run an image of the own repository: ", _PUSH_NEW_TAG, ", then ", _DEPLOY_NEW_TAG),
        "Or wait: ECS tries again by itself",
    ),
)

no_address = reported(
    Trouble.NO_ADDRESS,
    "no-network-interface",
    "Tasks get no network interface: the subnets may have no free address",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        AwsCli(
            f"ec2 describe-subnets --subnet-ids {' '.join(facts.service.subnets)} --query 'Subnets[].[SubnetId,AvailableIpAddressCount]'"
        ),
        "Fewer tasks (max_tasks), or larger blocks: private_subnet_cidrs, which replaces the subnets",
    ),
)

no_capacity = reported(
    Trouble.NO_CAPACITY,
    "no-capacity",
    "Fargate has no room, or the account's quota is used up",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        AwsCli("service-quotas get-service-quota --service-code fargate --quota-code L-3032A538"),
        "Ask for a higher quota where tasks come near it; otherwise wait: ECS tries again by itself, in every zone of the service",
    ),
)

fails_health_checks = reported(
    Trouble.UNHEALTHY,
    "health-checks",
    "Tasks start, and are stopped because they fail the load balancer's health check",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (sentence(OwnCommand("doctor alb-503"), " says which check fails and why"),),
)

cannot_start = reported(
    Trouble.CANNOT_START,
    "cannot-start",
    "The image cannot be started as the task definition asks",
    certainty=Certainty.LIKELY,
    fix=lambda facts: (
        "Let the image run as container_user and write to /tmp only (readonly_root_filesystem), with a command that exists in it",
        sentence("Then ", _PUSH_NEW_TAG, " and ", _DEPLOY_NEW_TAG),
    ),
)

_MEND = (
    sentence(OwnCommand("logs --since 1h"), " shows what the failed tasks wrote, a traceback too"),
    sentence("Fix it, then ", CdkDeploy("service"), ": CloudFormation was rolled back with it"),
)

_replaced_and_rolled_back = reported(
    Trouble.ROLLED_BACK,
    "rolled-back",
    "The newest deployment failed, and ECS rolled it back (circuit breaker)",
    certainty=Certainty.LIKELY,
    fix=lambda facts: _MEND,
)


def rolled_back(facts: Facts) -> Diagnosed:
    """The newest deployment went back. Where ECS moves traffic, the service deployment says why: an alarm, a hook, a gate, or tasks."""
    failed = facts.failed_deployment
    if failed is None:
        return _replaced_and_rolled_back(facts)
    return Cause(
        id="rolled-back",
        title=f"The newest deployment did not go through: {failed.status}",
        certainty=Certainty.CERTAIN,
        evidence=(
            f"service deployment {failed.id}: {' '.join(failed.reason.split()) or 'ECS gives no reason'}",
            *(f"alarm {name} went to ALARM" for name in failed.alarms),
        ),
        fix=_MEND,
    )


def out_of_memory(facts: Facts) -> Diagnosed:
    """A container that the kernel killed within the hour counts, also when ECS has replaced its task."""
    messages = facts.messages_on(Trouble.OUT_OF_MEMORY)
    if not messages:
        return None
    memory = facts.config.task.task_memory_mib
    return Cause(
        id="out-of-memory",
        title="Containers are killed because they use more memory than a task has",
        certainty=Certainty.CERTAIN if facts.unsettled else Certainty.POSSIBLE,
        evidence=(*quoted(messages), f"a task has task_memory_mib={memory}"),
        fix=(sentence(CdkDeploy("service", settings=(f"task_memory_mib={memory * 2}",)), "; then raise the setting permanently"),),
    )


def container_exits(facts: Facts) -> Diagnosed:
    """A container that exited within the hour counts, also when ECS has replaced its task."""
    messages = facts.messages_on(Trouble.EXITED)
    if not messages:
        return None
    ended = {message.task for message in messages}
    codes = sorted({task.exit_code for task in facts.stopped if task.arn in ended and task.exit_code is not None})
    newest = next((f" --task {message.task.rpartition('/')[2]}" for message in messages if message.task), "")
    return Cause(
        id="container-exits",
        title="The container ends soon after its start",
        certainty=Certainty.LIKELY if facts.unsettled else Certainty.POSSIBLE,
        evidence=(*quoted(messages), *map(exit_code_in_words, codes)),
        fix=(
            # Not --errors: the traceback of a program that dies has a level in its first line only.
            sentence(OwnCommand(f"logs{newest} --since 1h"), " shows its last lines"),
            "A value that the application refuses: `secrets status` shows which secrets still hold a placeholder",
        ),
    )


def still_deploying(facts: Facts) -> Diagnosed:
    """A deployment that is under way explains pending tasks, and only needs time."""
    service = facts.service
    if service.rollout != "IN_PROGRESS":
        return None
    counts = f"{service.running} of {service.desired} tasks run, {service.pending} start, {service.failed_tasks} failed"
    return Cause(
        id="deploying",
        title="A deployment is under way",
        certainty=Certainty.POSSIBLE,
        evidence=(f"service: {service.rollout_reason or service.rollout}", counts),
        fix=(sentence("Wait: ", OwnCommand("status"), "; ECS itself ends a deployment that fails, and rolls it back"),),
    )


def unknown_reason(facts: Facts) -> Diagnosed:
    """Tasks are missing, and the messages of ECS mean no known trouble."""
    service = facts.service
    complaints = [message for message in facts.ecs_messages if message.complains]
    if service.running >= service.desired or not complaints or any(message.trouble for message in facts.ecs_messages):
        return None
    return Cause(
        id="other",
        title="Tasks are missing, and ECS gives another reason",
        certainty=Certainty.POSSIBLE,
        evidence=(f"{service.running} of {service.desired} tasks run", *quoted(complaints)),
        fix=('Look the message up in the ECS Developer Guide, "Stopped tasks error messages" and "Service event messages"',),
    )
