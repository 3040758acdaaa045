"""Checks: the image that is to run is in the repository, for the architecture that tasks run on."""

from collections.abc import Iterator

from tradingbot_infra.design.image_choice import DEPLOYED_PREFIX
from tradingbot_infra.operations.live.image_expiry import LifecyclePolicy, Spared, expiry_of, tags_newest_first
from tradingbot_infra.operations.live.image_platforms import platforms_of
from tradingbot_infra.operations.live.repository import image_of_tag, read_expiry
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import OwnCommand, Step, sentence
from tradingbot_infra.operations.verdict import Finding, failed, judged, not_assessed, passed

ARCHITECTURES = {"X86_64": "amd64", "ARM64": "arm64"}
"""What an image's configuration calls the architectures of an ECS task (OCI Image Format Specification, "Image Configuration")."""


def stored(plan: Plan) -> Iterator[Finding]:
    """Nothing to check for the placeholder, which is in a public registry, and for what is pushed only after the checks."""
    if plan.tag is None:
        yield passed("no tag is chosen: the placeholder runs")
    elif plan.pushes:
        yield passed(f"{plan.tag} is pushed by this deployment")
    else:
        yield from in_repository(plan)


def in_repository(plan: Plan) -> Iterator[Finding]:
    """Whether the repository has the image of the tag now, for the architecture of the tasks."""
    tag = plan.tag
    if tag is None:
        return
    if image_of_tag(plan.session, plan.names, tag) is None:
        yield failed(f"{plan.names.repository} has no image {tag}, so no task could start", _push(plan, tag))
    else:
        yield _fitting(plan, tag)


def remains_for_a_rollback(plan: Plan) -> Iterator[Finding]:
    """Whether the image that runs now is left, if this deployment fails and its rollback starts tasks of it again.

    The templates spare the tag of the settings, or the newest images that `deploy` marked. What runs before them is left if it is one
    of these, or among the newest.
    """
    running = read_expiry(plan.session, plan.names) if any(stack.part == "data" for stack in plan.stacks) else None
    if running is None or running.tag == plan.tag:
        yield passed("the same image" if running else "no image of the repository runs")
        return
    keeps = plan.config.registry.ecr_max_images
    spares = () if plan.config.task.image_tag else (Spared(f"{DEPLOYED_PREFIX}*", keeps),)
    after = expiry_of(LifecyclePolicy(keeps, spares), tags_newest_first(plan.session, plan.names), running.tag)
    yield judged(
        after.pushes != 0,
        good=f"{running.tag} runs, and is among the newest {keeps}",
        bad=f"{running.tag} runs, and this deployment lets ECR expire it: after a rollback no new task could start",
        next_step=f"raise ecr_max_images above {keeps} until the new image runs well",
    )


def _push(plan: Plan, tag: str) -> Step:
    push = OwnCommand(f"image push PATH --tag {tag}")
    # The repository comes with the first deployment, which can only run the placeholder.
    return push if any(stack.part == "data" for stack in plan.stacks) else sentence("deploy without an image first, then ", push)


def _fitting(plan: Plan, tag: str) -> Finding:
    if plan.session.local:
        return passed(f"{tag}; the local cloud runs images of any architecture")
    architecture = plan.config.task.cpu_architecture
    platforms = platforms_of(plan.session, plan.names, tag)
    wanted = f"linux/{ARCHITECTURES[architecture]}"
    if not platforms:
        return not_assessed(f"{tag} is there; it does not say which platform it is for")
    if wanted in platforms:
        return passed(f"{tag}, {wanted}")
    return failed(
        f"{tag} is for {', '.join(platforms)}, and cpu_architecture={architecture} needs {wanted}",
        OwnCommand("image push PATH --tag NEW_TAG"),
    )
