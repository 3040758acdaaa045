"""The image repository."""

from typing import Annotated

from pydantic import Field

from tradingbot_infra.config.sections.base import Section, setting


class RegistryConfig(Section, title="Image repository"):
    """The ECR repository."""

    # With one, a push deletes the image that runs, and no task can start any more.
    ecr_max_images: int = setting("Number of images to keep, newest first", ge=2, le=1000)
    ecr_pull_accounts: tuple[Annotated[str, Field(pattern=r"^\d{12}$")], ...] = setting(
        "AWS accounts that may pull images",
        allowed="12-digit account IDs, at most 100, separated by commas, or nothing",
        max_length=100,  # a repository's policy has at most 10,240 bytes (Amazon ECR API Reference, "SetRepositoryPolicy")
    )
