"""The image of a container in ECR: pulled with the rights of the execution role. A stand-in is put there when it is first used.

Source: ECS Developer Guide, "CannotPullContainer task errors in Amazon ECS"; ECR User Guide, "Private repository policies".
"""

import asyncio

from tradingbot_infra.local_cloud.api.ask import Ask
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.fargate.errors import CannotStartError
from tradingbot_infra.local_cloud.fargate.execution_role import DeniedError, ExecutionRole
from tradingbot_infra.local_cloud.fargate.images import EcrImage, StandIn
from tradingbot_infra.local_cloud.fargate.secret_values import UNABLE

_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_MISSING = frozenset({"ImageNotFoundException", "RepositoryNotFoundException"})


async def authorized(image: str, role: ExecutionRole) -> None:
    """Raises CannotStartError when the execution role may not log in to the registry of an image of ECR."""
    if images.ecr_image(image) is None:
        return
    try:
        await role.check("ecr:GetAuthorizationToken", "*")
    except DeniedError as error:
        raise CannotStartError(f"{UNABLE}unable to retrieve ecr registry auth: service call has been retried 1 time(s): {error}") from error


async def pulled(image: str, role: ExecutionRole, ask: Ask) -> tuple[StandIn, str]:
    """What runs for an image, and the digest that its registry gives it.

    Raises:
        CannotStartError: nothing stands in for it, its repository does not exist, or the role may not pull from there.
    """
    parsed = images.ecr_image(image)
    if parsed is None:
        stand_in = images.public(image)
        return stand_in, images.digest(image)
    await _check_rights(image, parsed, role)
    found = images.stand_in(parsed.tag)
    if found is None:
        hint = f"on the local cloud, up --image {parsed.tag}=DIRECTORY names what runs for it"
        raise CannotStartError(f"{_retried(image)}: not found ({hint})")
    return found, await _digest(image, parsed, found, ask)


async def _check_rights(image: str, parsed: EcrImage, role: ExecutionRole) -> None:
    arn = f"arn:aws:ecr:{parsed.region}:{parsed.account}:repository/{parsed.repository}"
    for action in _PULL:
        if not await role.may(action, arn):
            url = f"https://{image.partition('/')[0]}/v2/{parsed.repository}/manifests/{parsed.tag}"
            raise CannotStartError(f"{_retried(image)}: unexpected status from HEAD request to {url}: 403 Forbidden")


async def _digest(image: str, parsed: EcrImage, stand_in: StandIn, ask: Ask) -> str:
    """The digest of what is in the repository. Tags are immutable there, so that of the stand-in's first content stays."""
    if (known := await _known(parsed, ask)) is not None:
        return known
    try:
        manifest = await asyncio.to_thread(stand_in.manifest)
        put = await ask("ecr", "PutImage", repositoryName=parsed.repository, imageTag=parsed.tag, imageManifest=manifest)
        return str(put["image"]["imageId"]["imageDigest"])
    except OSError as error:
        raise CannotStartError(f"{_retried(image)}: {error}") from error
    except LocalApiError as error:
        if error.code == "RepositoryNotFoundException":
            raise CannotStartError(f"{_retried(image)}: not found") from error
        known = await _known(parsed, ask)  # another task of the same deployment was first
        if known is None:
            raise CannotStartError(f"{_retried(image)}: {error.code}: {error.message}") from error
        return known


async def _known(parsed: EcrImage, ask: Ask) -> str | None:
    try:
        found = await ask("ecr", "DescribeImages", repositoryName=parsed.repository, imageIds=[{"imageTag": parsed.tag}])
    except LocalApiError as error:
        if error.code in _MISSING:
            return None
        raise
    return str(found["imageDetails"][0]["imageDigest"])


def _retried(image: str) -> str:
    return f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}"
