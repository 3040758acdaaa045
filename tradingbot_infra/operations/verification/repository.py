"""Checks: every image is scanned when it comes, and no tag ever moves."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.repository import Repository
from tradingbot_infra.operations.verification.check import Finding, Look, failed, judged
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps


def guarded(repository: Repository | None, name: str, steps: NextSteps) -> Iterator[Finding]:
    """Whether images are scanned on push, and their tags immutable."""
    if repository is None:
        yield failed(f"{name}: no such repository", steps.revert("data"))
        return
    scan = "aws ecr put-image-scanning-configuration --image-scanning-configuration scanOnPush=true"
    yield judged(
        repository.scan_on_push,
        good="images are scanned on push",
        bad="images are not scanned on push",
        next_step=f"{scan} --repository-name {repository.name}",
    )
    fix = "aws ecr put-image-tag-mutability --image-tag-mutability IMMUTABLE"
    yield judged(
        repository.immutable_tags,
        good="tags are immutable",
        bad="tags can be moved to another image",
        next_step=f"{fix} --repository-name {repository.name}",
    )


def _guarded(facts: Facts) -> Iterator[Finding]:
    return guarded(facts.repository, facts.names.repository, facts.steps)


LOOKS = (Look("ECR, the repository", _guarded),)
