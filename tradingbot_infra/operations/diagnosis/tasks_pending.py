"""ECS tasks do not start: no image, no permission, no way out, and what ECS itself says."""

from collections.abc import Callable

from tradingbot_infra.operations.diagnosis import ecs_causes
from tradingbot_infra.operations.diagnosis.ecs_causes import quoted, start_again
from tradingbot_infra.operations.diagnosis.ecs_words import Trouble
from tradingbot_infra.operations.diagnosis.facts import Facts
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Finding, NotAssessable, Seen, SymptomName
from tradingbot_infra.operations.diagnosis.network_causes import blocked
from tradingbot_infra.operations.diagnosis.stack_causes import stands
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.network.paths import aws_api_egress, internet_egress
from tradingbot_infra.operations.network.places import tasks_of
from tradingbot_infra.operations.network.verdict import Verdict
from tradingbot_infra.operations.permissions.findings import Denial

_NEEDED_TO_START = ("ecr.api", "ecr.dkr", "s3", "secretsmanager", "logs")
"""APIs that Fargate asks in a task's subnet before its container runs (ECS Developer Guide, "Amazon ECS interface VPC endpoints")."""

_SECRET_IS_GONE = ("secret_missing", "secret_deleted", "secret_empty")


def tasks_wanted(facts: Facts) -> Finding:
    """A service that wants no task has none that waits."""
    service = facts.service
    return Seen(f"{service.running} of {service.desired} run, {service.pending} start")


def missing_image(facts: Facts) -> Finding:
    """The tag must be in the repository; an image of another registry is known by ECS's words only."""
    said = facts.said(Trouble.IMAGE_MISSING) if facts.unsettled else ()
    absent = facts.image_is_missing
    if not absent and not said:
        return None
    names, image = facts.names, facts.service.task_definition.image
    other = f"Or run a tag that is there: `cdk deploy ServiceStack -c env={names.environment} -c image_tag=TAG`"
    if not absent:
        return Cause(
            id="image-missing",
            title="ECS does not find the image that tasks should run",
            certainty=Certainty.LIKELY,
            evidence=(f"task definition: {image}", *quoted(said)),
            fix=(f"If it was pushed since: `{start_again(facts)}`", other),
        )
    return Cause(
        id="image-missing",
        title="The image that tasks should run does not exist",
        certainty=Certainty.CERTAIN,
        evidence=(f"task definition: {image}", f"repository {names.repository} has no such tag", *quoted(said)),
        fix=(
            f"`image status --env {names.environment}` shows the tags that there are",
            f"`image push PATH --env {names.environment} --tag {image.rpartition(':')[2]}` pushes it; ECS tries again by itself",
            other,
        ),
    )


def lost_secrets(facts: Facts) -> Finding:
    """A secret that is missing or scheduled for deletion cannot be read by anybody."""
    return _denied(
        facts,
        "secret-missing",
        "A secret that tasks need is missing or scheduled for deletion",
        of=lambda denial: denial.cause in _SECRET_IS_GONE,
        said=(Trouble.SECRET_MISSING, Trouble.SECRET_DELETED),
    )


def unreadable_secrets(facts: Facts) -> Finding:
    """Reading a secret takes two permissions: of Secrets Manager, and of the key that encrypts it."""
    return _denied(
        facts,
        "secrets-denied",
        "The execution role cannot read the secrets",
        of=lambda denial: denial.cause not in _SECRET_IS_GONE and denial.action.startswith(("secretsmanager:", "kms:")),
        said=(Trouble.SECRET_DENIED,),
    )


def unpullable_image(facts: Facts) -> Finding:
    """What else the role needs before a container runs: the image and the log."""
    return _denied(
        facts,
        "execution-role-denied",
        "The execution role may not pull the image or write the log",
        of=lambda denial: denial.cause not in _SECRET_IS_GONE and not denial.action.startswith(("secretsmanager:", "kms:")),
        said=(Trouble.IMAGE_DENIED,),
    )


def no_way_out(facts: Facts) -> Finding:
    """Registry, secrets and log are asked through NAT, or through a VPC endpoint where there is one."""
    source = tasks_of(facts.service)
    verdict = Verdict((), ())
    for service in _NEEDED_TO_START:
        verdict += aws_api_egress(facts.network, source, service)
    if ".dkr.ecr." not in facts.service.task_definition.image:
        verdict += internet_egress(facts.network, source)
    said = facts.said(Trouble.NO_CONNECTION) if facts.unsettled else ()
    found = blocked(facts, verdict, cause_id="no-way-out", title="Tasks cannot reach what they need to start: the way out is closed")
    if isinstance(found, Cause) or not said:
        return found
    return Cause(
        id="no-connection",
        title="Tasks get no connection to the registry or to Secrets Manager",
        certainty=Certainty.LIKELY,
        evidence=(*quoted(said), "routes, NAT, security groups and network ACLs let it through now"),
        fix=(start_again(facts), "If it stays: DNS of the VPC (enableDnsSupport, enableDnsHostnames), and policies of VPC endpoints"),
    )


def _denied(facts: Facts, cause_id: str, title: str, *, of: Callable[[Denial], bool], said: tuple[Trouble, ...]) -> Finding:
    denials = [denial for denial in facts.permissions.denials if of(denial)]
    words = tuple(saying for trouble in said for saying in facts.said(trouble)) if facts.unsettled else ()
    if denials:
        return Cause(
            id=cause_id,
            title=title,
            certainty=Certainty.CERTAIN,
            evidence=(*dict.fromkeys(denial.text for denial in denials), *quoted(words)),
            fix=(*dict.fromkeys(denial.fix for denial in denials), f"Then `{start_again(facts)}`"),
        )
    if words:
        return Cause(
            id=cause_id,
            title=title,
            certainty=Certainty.LIKELY,
            evidence=(*quoted(words), "the simulation finds nothing that is missing now"),
            fix=(f"`{start_again(facts)}`", "If it stays: service control policies of the organization, and permissions boundaries"),
        )
    return NotAssessable("; ".join(facts.permissions.unknown)) if facts.permissions.unknown else None


TASKS_PENDING = Symptom(
    SymptomName.TASKS_PENDING,
    (
        Check("the service stack", stands("service")),
        Check("tasks of the service", tasks_wanted),
        Check("the image, in the repository", missing_image),
        Check("secrets that tasks read, whether they exist", lost_secrets),
        Check("the execution role, whether it may read the secrets (simulated)", unreadable_secrets),
        Check("the execution role, whether it may pull the image and write the log (simulated)", unpullable_image),
        Check("the way out of the tasks' subnets", no_way_out),
        Check("what ECS says of the image's architecture", ecs_causes.wrong_architecture),
        Check("what ECS says of the log group", ecs_causes.no_log_group),
        Check("what ECS says of the registry's limits", ecs_causes.pull_rate),
        Check("what ECS says of network interfaces", ecs_causes.no_address),
        Check("what ECS says of capacity", ecs_causes.no_capacity),
        Check("what ECS says of starting containers", ecs_causes.cannot_start),
        Check("containers that ran out of memory", ecs_causes.out_of_memory),
        Check("containers that ended", ecs_causes.container_exits),
        Check("tasks that failed health checks", ecs_causes.fails_health_checks),
        Check("deployments that were rolled back", ecs_causes.rolled_back),
        Check("the newest deployment", ecs_causes.still_deploying),
        Check("other words of ECS", ecs_causes.unknown_reason),
    ),
)
