"""The mark of an image that was deployed: a second tag, which the lifecycle policy spares (constructs/repository.py)."""

from contextlib import suppress

from tradingbot_infra.design.image_choice import DEPLOYED_PREFIX
from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import UserError
from tradingbot_infra.operations.live.image_platforms import MANIFESTS
from tradingbot_infra.operations.live.repository import image_of_tag
from tradingbot_infra.operations.session import Session


def mark_of(tag: str) -> str:
    """The second tag of the image with a tag."""
    return f"{DEPLOYED_PREFIX}{tag}"


def mark_deployed(session: Session, names: Names, tag: str) -> bool:
    """Gives the image with a tag its mark, and returns whether it had none.

    Both tags are immutable. Raises UserError where there is no such image, or where its mark names another image.
    """
    image = image_of_tag(session, names, tag)
    if image is None:
        raise UserError(f"{names.repository} has no image {tag}")
    if mark_of(tag) in image.tags:
        return False
    marked = image_of_tag(session, names, mark_of(tag))
    if marked:
        raise UserError(
            f"{mark_of(tag)} is {marked.short_digest} since {marked.pushed_at:%Y-%m-%d %H:%M %Z}, and {tag} is {image.short_digest} now: "
            f"somebody deleted {tag} and pushed another image under it; allowed: a new tag"
        )
    _put(session, names, tag)
    return True


def unmark(session: Session, names: Names, tag: str) -> None:
    """Takes the mark away again; the image keeps its own tag.

    So that releases that never ran push none out that did: the lifecycle policy spares only so many marked images.
    """
    session.ecr.batch_delete_image(repositoryName=names.repository, imageIds=[{"imageTag": mark_of(tag)}])


def _put(session: Session, names: Names, tag: str) -> None:
    """The same manifest under another tag (ECR User Guide, "Retagging an image in Amazon ECR")."""
    (image,) = session.ecr.batch_get_image(repositoryName=names.repository, imageIds=[{"imageTag": tag}], acceptedMediaTypes=[*MANIFESTS])[
        "images"
    ]
    with suppress(session.ecr.exceptions.ImageAlreadyExistsException):  # another deployment of the same tag was first
        session.ecr.put_image(
            repositoryName=names.repository,
            imageManifest=image["imageManifest"],
            imageManifestMediaType=image["imageManifestMediaType"],
            imageTag=mark_of(tag),
        )
