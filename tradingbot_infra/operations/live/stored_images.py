"""One image of the repository, found by its tag or digest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradingbot_infra.design.naming import Names
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ecr.type_defs import ImageIdentifierTypeDef

_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
"""Media types of what stands for one image of each architecture (OCI Image Format Specification; Docker, "Image manifest v2")."""


@dataclass(frozen=True)
class StoredImage:
    """An image. `index` tells that it stands for one image of each architecture, which have digests of their own."""

    digest: str
    index: bool


def stored_image(session: Session, names: Names, reference: str) -> StoredImage | None:
    """The image that ADDRESS:TAG or ADDRESS@sha256:... means in the repository; None when the repository does not have it."""
    address, _, digest = reference.partition("@")
    tag = address.rpartition("/")[2].partition(":")[2] or "latest"
    identifier: ImageIdentifierTypeDef = {"imageDigest": digest} if digest else {"imageTag": tag}
    try:
        found = session.ecr.describe_images(repositoryName=names.repository, imageIds=[identifier])["imageDetails"]
    except (session.ecr.exceptions.ImageNotFoundException, session.ecr.exceptions.RepositoryNotFoundException):
        return None
    return StoredImage(found[0]["imageDigest"], found[0].get("imageManifestMediaType") in _INDEXES) if found else None
