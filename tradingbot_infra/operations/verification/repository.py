"""Checks: every image is scanned on push, and no tag can be moved."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.repository import Repository
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.operations.verdict import Finding, judged
from tradingbot_infra.operations.verification.check import Look


def guarded(repository: Repository) -> Iterator[Finding]:
    """Whether images are scanned on push, and their tags immutable."""
    scan = "ecr put-image-scanning-configuration --image-scanning-configuration scanOnPush=true"
    yield judged(
        repository.scan_on_push,
        good="images are scanned on push",
        bad="images are not scanned on push",
        next_step=AwsCli(f"{scan} --repository-name {repository.name}"),
    )
    fix = "ecr put-image-tag-mutability --image-tag-mutability IMMUTABLE"
    yield judged(
        repository.immutable_tags,
        good="tags are immutable",
        bad="tags can be moved to another image",
        next_step=AwsCli(f"{fix} --repository-name {repository.name}"),
    )


LOOKS = (Look("ECR, the repository", lambda facts: guarded(facts.repository)),)
