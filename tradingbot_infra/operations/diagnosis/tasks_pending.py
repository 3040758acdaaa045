"""ECS tasks do not start: no image, no permission, no egress, and what ECS itself reports."""

from collections.abc import Callable

from tradingbot_infra.operations.diagnosis import ecs_causes
from tradingbot_infra.operations.diagnosis.ecs_causes import quoted
from tradingbot_infra.operations.diagnosis.finding import Cause, Certainty, Diagnosed, Normal, SymptomName
from tradingbot_infra.operations.diagnosis.network_causes import blocked
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.tree import Check, Symptom
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.ecs_messages import Trouble
from tradingbot_infra.operations.network.obstacle import Obstacle
from tradingbot_infra.operations.network.parties import tasks_of
from tradingbot_infra.operations.network.paths import aws_api_egress, internet_egress
from tradingbot_infra.operations.permissions.findings import Denial
from tradingbot_infra.operations.printed_commands import START_NEW_TASKS, OwnCommand, sentence
from tradingbot_infra.operations.verdict import NotAssessed, Verdict

_NEEDED_TO_START = ("ecr.api", "ecr.dkr", "s3", "secretsmanager", "logs")
"""APIs that Fargate asks in a task's subnet before its container runs (ECS Developer Guide, "Amazon ECS interface VPC endpoints")."""

_SECRET_NOT_READABLE = ("secret_missing", "secret_deleted", "secret_empty")


def tasks_wanted(facts: Facts) -> Diagnosed:
    """How many tasks are wanted, and how many run."""
    service = facts.service
    return Normal(f"{service.running} of {service.desired} run, {service.pending} start")


def missing_image(facts: Facts) -> Diagnosed:
    """The tag must be in the repository; an image of another registry is known by messages of ECS only."""
    messages = facts.messages_on(Trouble.IMAGE_MISSING) if facts.unsettled else ()
    absent = facts.image_is_missing
    if not absent and not messages:
        return None
    names, image = facts.names, facts.service.task_definition.image
    other = sentence("Or run an image that exists: ", OwnCommand("deploy --tag TAG"), "; ", OwnCommand("rollback --list"), " names some")
    if not absent:
        return Cause(
            id="image-missing",
            title="ECS does not find the image that tasks should run",
            certainty=Certainty.LIKELY,
            evidence=(f"task definition: {image}", *quoted(messages)),
            fix=(sentence("If it was pushed since: ", START_NEW_TASKS), other),
        )
    return Cause(
        id="image-missing",
        title="The image that tasks should run does not exist",
        certainty=Certainty.CERTAIN,
        evidence=(f"task definition: {image}", f"repository {names.repository} has no such tag", *quoted(messages)),
        fix=(
            sentence(OwnCommand("image status"), " shows the existing tags"),
            # ECS looks for the digest that the tag had when the deployment began (ECS Developer Guide, "Container image resolution").
            sentence(OwnCommand(f"image push PATH --tag {image.rpartition(':')[2]}"), ", then ", START_NEW_TASKS),
            other,
        ),
    )


def lost_secrets(facts: Facts) -> Diagnosed:
    """A secret that is missing or scheduled for deletion cannot be read by anybody."""
    return _denied(
        facts,
        "secret-missing",
        "A secret that tasks need is missing or scheduled for deletion",
        of=lambda denial: denial.cause in _SECRET_NOT_READABLE,
        troubles=(Trouble.SECRET_MISSING, Trouble.SECRET_DELETED),
    )


def unreadable_secrets(facts: Facts) -> Diagnosed:
    """Reading a secret takes two permissions: of Secrets Manager, and of the key that encrypts it."""
    return _denied(
        facts,
        "secrets-denied",
        "The execution role cannot read the secrets",
        of=lambda denial: denial.cause not in _SECRET_NOT_READABLE and denial.action.startswith(("secretsmanager:", "kms:")),
        troubles=(Trouble.SECRET_DENIED,),
    )


def unpullable_image(facts: Facts) -> Diagnosed:
    """What else the role needs before a container runs: the image and the log."""
    return _denied(
        facts,
        "execution-role-denied",
        "The execution role may not pull the image or write the log",
        of=lambda denial: denial.cause not in _SECRET_NOT_READABLE and not denial.action.startswith(("secretsmanager:", "kms:")),
        troubles=(Trouble.IMAGE_DENIED,),
    )


def no_egress(facts: Facts) -> Diagnosed:
    """Registry, secrets and log are asked through NAT, or through a VPC endpoint where there is one."""
    source = tasks_of(facts.service)
    verdict = Verdict[Obstacle]()
    for service in _NEEDED_TO_START:
        verdict += aws_api_egress(facts.network, source, service)
    if ".dkr.ecr." not in facts.service.task_definition.image:
        verdict += internet_egress(facts.network, source)
    messages = facts.messages_on(Trouble.NO_CONNECTION) if facts.unsettled else ()
    found = blocked(verdict, cause_id="no-way-out", title="Tasks cannot reach what they need to start: egress is blocked")
    if isinstance(found, Cause) or not messages:
        return found
    return Cause(
        id="no-connection",
        title="Tasks get no connection to the registry or to Secrets Manager",
        certainty=Certainty.LIKELY,
        evidence=(*quoted(messages), "routes, NAT, security groups and network ACLs let it through now"),
        fix=(
            START_NEW_TASKS,
            "If it stays: the VPC's enableDnsSupport and enableDnsHostnames, and policies of VPC endpoints",
        ),
    )


def _denied(facts: Facts, cause_id: str, title: str, *, of: Callable[[Denial], bool], troubles: tuple[Trouble, ...]) -> Diagnosed:
    denials = [denial for denial in facts.permissions.problems if of(denial)]
    messages = tuple(message for trouble in troubles for message in facts.messages_on(trouble)) if facts.unsettled else ()
    if denials:
        return Cause(
            id=cause_id,
            title=title,
            certainty=Certainty.CERTAIN,
            evidence=(*dict.fromkeys(denial.text for denial in denials), *quoted(messages)),
            fix=(*dict.fromkeys(denial.fix for denial in denials), sentence("Then ", START_NEW_TASKS)),
        )
    if messages:
        return Cause(
            id=cause_id,
            title=title,
            certainty=Certainty.LIKELY,
            evidence=(*quoted(messages), "the simulation finds nothing that is missing now"),
            fix=(START_NEW_TASKS, "If it stays: service control policies of the organization, and permissions boundaries"),
        )
    unknown = facts.permissions.not_assessed
    return NotAssessed("; ".join(each.why for each in unknown)) if unknown else None


TASKS_PENDING = Symptom(
    SymptomName.TASKS_PENDING,
    (
        Check("the service stack", deployed("service")),
        Check("tasks of the service", tasks_wanted),
        Check("the image, in the repository", missing_image),
        Check("secrets that tasks read, whether they exist", lost_secrets),
        Check("the execution role, whether it may read the secrets (simulated)", unreadable_secrets),
        Check("the execution role, whether it may pull the image and write the log (simulated)", unpullable_image),
        Check("egress of the tasks' subnets", no_egress),
        Check("messages of ECS about the image's architecture", ecs_causes.wrong_architecture),
        Check("messages of ECS about the log group", ecs_causes.no_log_group),
        Check("messages of ECS about the registry's limits", ecs_causes.pull_rate),
        Check("messages of ECS about network interfaces", ecs_causes.no_address),
        Check("messages of ECS about capacity", ecs_causes.no_capacity),
        Check("messages of ECS about starting containers", ecs_causes.cannot_start),
        Check("containers that ran out of memory", ecs_causes.out_of_memory),
        Check("containers that ended", ecs_causes.container_exits),
        Check("tasks that failed health checks", ecs_causes.fails_health_checks),
        Check("deployments that were rolled back", ecs_causes.rolled_back),
        Check("the newest deployment", ecs_causes.still_deploying),
        Check("other messages of ECS", ecs_causes.unknown_reason),
    ),
)
