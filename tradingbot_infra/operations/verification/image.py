"""Checks: what runs is an image of the repository, and the one that its tag names."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.operations.live.repository import Repository, is_of
from tradingbot_infra.operations.live.stored_images import StoredImage
from tradingbot_infra.operations.verification.check import Finding, Look, failed, not_checkable, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps
from tradingbot_infra.operations.verification.tasks import absent

PLACEHOLDER = "public.ecr.aws/docker/library/python:"
"""How the image of a first deployment is named (constructs/placeholder.py)."""


def ours(reference: str, repository: Repository, image_tag: str | None, *, local: bool, steps: NextSteps) -> Finding:
    """Whether the service names an image of the repository, and the one that the settings choose if they choose any.

    The placeholder of the first deployment is not. The local cloud has nothing to run an image with, so it may stay there.
    """
    if is_of(repository, reference):
        tag = _name(reference)
        if image_tag and tag != image_tag:
            return failed(f"{tag} runs, and the settings choose image_tag={image_tag}", steps.deploy(f"image_tag={image_tag}"))
        return passed(f"the service names {tag}")
    if image_tag:
        return failed(f"{reference} runs, and the settings choose image_tag={image_tag}", steps.deploy(f"image_tag={image_tag}"))
    if not reference.startswith(PLACEHOLDER):
        return failed(f"{reference} runs, which is no image of the repository", steps.revert("service"))
    if local:
        return not_checkable("no image_tag is set, so the placeholder runs, and the local cloud has nothing to run an image with")
    first = f"{steps.verb('image push . --tag TAG')} && {steps.deploy('image_tag=TAG')}"
    return failed("no image_tag is set, so the placeholder runs", first)


def stored(reference: str, image: StoredImage | None, steps: NextSteps) -> Finding:
    """Whether the repository has the image that the service names."""
    if image is None:
        return failed(f"{_name(reference)} is not in the repository", steps.verb(f"image push . --tag {_name(reference)}"))
    return passed(f"the repository has {_name(reference)}, {image.digest}")


def same(digests: Mapping[str, str], image: StoredImage, roll: str) -> Iterator[Finding]:
    """Whether running tasks run the very image. `digests` are by task; `roll` replaces the tasks.

    Of an image for several architectures a task may tell the digest of its own one.
    """
    for task, digest in digests.items():
        if digest and digest != image.digest and not image.index:
            yield failed(f"task {task.rpartition('/')[2]} runs {digest}, which is not what the tag names now", roll)
    untold = [task for task, digest in digests.items() if not digest or (image.index and digest != image.digest)]
    if untold:
        yield not_checkable(f"ECS does not tell which image of that tag {len(untold)} of {len(digests)} tasks run")
    if digests and all(digest == image.digest for digest in digests.values()):
        yield passed(f"{len(digests)} of {len(digests)} tasks run that digest")


def _name(reference: str) -> str:
    """Tag or digest of a reference."""
    name = reference.rpartition("/")[2]
    return name.partition("@")[2] or name.partition(":")[2] or "latest"


def _ours(facts: Facts) -> Iterator[Finding]:
    if facts.service is None:
        yield absent(facts)
    elif facts.repository is None:
        yield failed(f"{facts.names.repository}: no such repository", facts.steps.revert("data"))
    else:
        reference, tag = facts.service.task_definition.image, facts.config.task.image_tag
        yield ours(reference, facts.repository, tag, local=facts.session.local, steps=facts.steps)


def _stored(facts: Facts) -> Iterator[Finding]:
    if facts.reference:
        yield stored(facts.reference, facts.image, facts.steps)


def _same(facts: Facts) -> Iterator[Finding]:
    if facts.image:
        digests = {task.arn: task.image_digest for task in facts.tasks if task.status == "RUNNING"}
        roll = f"aws ecs update-service --cluster {facts.names.cluster} --service {facts.names.service} --force-new-deployment"
        yield from same(digests, facts.image, roll)


LOOKS = (
    Look("ECS, image of the task definition", _ours),
    Look("ECR, the image of that tag", _stored),
    Look("ECS, digests of the running tasks", _same),
)
