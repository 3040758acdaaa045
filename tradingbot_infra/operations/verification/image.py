"""Checks: the running tasks run the image of the repository that their tag names."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.image_expiry import Expiry
from tradingbot_infra.operations.live.repository import Repository, StoredImage, expiry_of_reference, is_of
from tradingbot_infra.operations.printed_commands import (
    START_NEW_TASKS,
    OwnCommand,
    revert,
    sentence,
    spare,
)
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed
from tradingbot_infra.operations.verification.check import Look
from tradingbot_infra.wording import plural

PLACEHOLDER = "public.ecr.aws/docker/library/python:"
"""How the image of a first deployment is named (design/placeholder.py)."""


def ours(reference: str, repository: Repository, image_tag: str | None, *, local: bool) -> Finding:
    """Whether the service names an image of the repository, and the one that the settings choose if they choose any.

    On the local cloud the placeholder of the first deployment is no failure: a person may rehearse without an image.
    """
    if is_of(repository, reference):
        tag = _name(reference)
        if image_tag and tag != image_tag:
            return failed(f"{tag} runs, and the settings choose image_tag={image_tag}", OwnCommand("deploy"))
        return passed(f"the service names {tag}")
    if image_tag:
        return failed(f"{reference} runs, and the settings choose image_tag={image_tag}", OwnCommand("deploy"))
    if not reference.startswith(PLACEHOLDER):
        return failed(f"{reference} runs, which is no image of the repository", revert("service"))
    if local:
        return not_assessed("no image was deployed, so the placeholder runs", OwnCommand("up --image TAG=DIRECTORY -c image_tag=TAG"))
    return failed("no image was deployed, so the placeholder runs", OwnCommand("deploy --image PATH --tag TAG"))


def stored(reference: str, image: StoredImage | None) -> Finding:
    """Whether the repository has the image that the service names.

    A push alone does not help: ECS looks for the digest that the tag had when the deployment began (ECS Developer Guide, "Container
    image resolution"), so a new deployment must follow.
    """
    if image is None:
        again = sentence(OwnCommand(f"image push PATH --tag {_name(reference)}"), ", then ", START_NEW_TASKS)
        return failed(f"{_name(reference)} is not in the repository", again)
    return passed(f"the repository has {_name(reference)}, {image.digest}")


def same(digests: Mapping[str, str], image: StoredImage) -> Iterator[Finding]:
    """Whether running tasks run the very image. `digests` are by task.

    A task that runs an image for several architectures may report the digest of its own architecture.
    """
    for task, digest in digests.items():
        if digest and digest != image.digest and not image.index:
            yield failed(f"task {task.rpartition('/')[2]} runs {digest}, which is not what the tag names now", START_NEW_TASKS)
    untold = [task for task, digest in digests.items() if not digest or (image.index and digest != image.digest)]
    if untold:
        yield not_assessed(f"ECS does not say which image of that tag {len(untold)} of {len(digests)} tasks run")
    if digests and all(digest == image.digest for digest in digests.values()):
        yield passed(f"{len(digests)} of {plural(len(digests), 'task runs', 'tasks run')} that digest")


def remains(expiry: Expiry) -> Finding:
    """Whether the lifecycle policy leaves the image that runs, or will not soon take it."""
    if expiry.near:
        return failed(expiry.text, spare(expiry.tag))
    return passed(expiry.text)


def _name(reference: str) -> str:
    """Tag or digest of a reference."""
    name = reference.rpartition("/")[2]
    return name.partition("@")[2] or name.partition(":")[2] or "latest"


def _ours(facts: Facts) -> Iterator[Finding]:
    reference, tag = facts.service.task_definition.image, facts.config.task.image_tag
    yield ours(reference, facts.repository, tag, local=facts.local)


def _stored(facts: Facts) -> Iterator[Finding]:
    if facts.image_in_repository:
        yield stored(facts.service.task_definition.image, facts.image)


def _remains(facts: Facts) -> Iterator[Finding]:
    if facts.image:
        reference = facts.service.task_definition.image
        expiry = expiry_of_reference(facts.session, facts.names, facts.repository, reference)
        yield from (remains(expiry),) if expiry else ()


def _same(facts: Facts) -> Iterator[Finding]:
    if facts.image:
        digests = {task.arn: task.image_digest for task in facts.running if task.status == "RUNNING"}
        yield from same(digests, facts.image)


LOOKS = (
    Look("ECS, image of the task definition", _ours),
    Look("ECR, the image of that tag", _stored),
    Look("ECR, the lifecycle policy", _remains),
    Look("ECS, digests of the running tasks", _same),
)
