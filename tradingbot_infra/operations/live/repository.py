"""The image repository: its images, and which one the service runs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.live.image_expiry import Expiry, LifecyclePolicy, Spared, expiry_of, tags_newest_first
from tradingbot_infra.operations.live.image_scans import Scan, Severity, scan_of
from tradingbot_infra.operations.live.service import read_service
from tradingbot_infra.operations.missing import Missing, not_deployed
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_ecr.type_defs import ImageDetailTypeDef, ImageIdentifierTypeDef

_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
"""Media types of an index of images, one for each architecture (OCI Image Format Specification; Docker, "Image manifest v2")."""


@dataclass(frozen=True)
class RepositoryImage:
    """One image. `tags` is empty where every tag has left it; `size_bytes` counts compressed layers."""

    digest: str
    tags: tuple[str, ...]
    pushed_at: datetime
    size_bytes: int
    scan: Scan

    @property
    def short_digest(self) -> str:
        """Enough of the digest to tell images apart."""
        return self.digest[: len("sha256:") + 12]


@dataclass(frozen=True)
class Repository:
    """The repository. `keeps` is how many images its lifecycle policy leaves, None where it leaves all; `spares` are its rules for tags."""

    name: str
    uri: str
    immutable_tags: bool
    scan_on_push: bool
    keeps: int | None
    spares: tuple[Spared, ...] = ()
    encryption: str = "AES256"
    """`KMS` or `KMS_DSSE` under a KMS key; AES256 is a key of AWS (ECR API, EncryptionConfiguration)."""

    @property
    def policy(self) -> LifecyclePolicy:
        """What its lifecycle policy leaves."""
        return LifecyclePolicy(self.keeps, self.spares)

    @property
    def document(self) -> dict[str, Any]:
        """The machine form."""
        return {key: value for key, value in asdict(self).items() if key != "encryption"}


@dataclass(frozen=True)
class StoredImage:
    """An image of the repository. `index` is whether it stands for an image of each architecture, which have their own digests."""

    digest: str
    index: bool


@dataclass(frozen=True)
class Holdings:
    """What a repository holds, the newest image first. `reference` is the image that the service names, None without a service."""

    repository: Repository
    images: tuple[RepositoryImage, ...]
    reference: str | None

    @property
    def runs(self) -> RepositoryImage | None:
        """The image that the service runs; None where it runs the placeholder, or names what the repository does not have."""
        return image_of_reference(self.images, self.repository, self.reference or "")

    @property
    def expiry(self) -> Expiry | None:
        """When the image that runs goes; None where none of the repository runs."""
        runs = self.runs
        named = runs and next(iter(runs.tags), None)
        return expiry_of(self.repository.policy, [image.tags for image in self.images], named) if named else None

    @property
    def is_missing_what_runs(self) -> bool:
        """Whether the service names an image of the repository that the repository does not have."""
        return is_of(self.repository, self.reference or "") and self.runs is None

    @property
    def document(self) -> dict[str, Any]:
        """The machine form."""
        runs = self.runs
        running = {
            "reference": self.reference,
            "of_repository": is_of(self.repository, self.reference or ""),
            "pushes_until_expiry": self.expiry.pushes if self.expiry else None,
        }
        return {
            "repository": self.repository.document,
            "running": {**running, "digest": runs.digest if runs else None} if self.reference else None,
            "images": [
                {
                    "digest": image.digest,
                    "tags": image.tags,
                    "pushed_at": image.pushed_at.isoformat(),
                    "size_bytes": image.size_bytes,
                    "runs": image is runs,
                    "scan": image.scan.document,
                }
                for image in self.images
            ],
        }

    def failure(self, severity: Severity) -> str | None:
        """Why the image that runs, else the newest, fails; an image that was not scanned fails as one with findings does."""
        if self.is_missing_what_runs:
            return f"{self.reference}: is not in the repository"
        image = self.runs or next(iter(self.images), None)
        if image is None:
            return f"{self.repository.name}: holds no image to judge"
        name = ", ".join(image.tags) or image.digest
        if not image.scan.finished:
            return f"{name}: {image.scan.summary}; whether it has findings of severity {severity} is not known"
        count = image.scan.at_least(severity)
        return f"{name}: findings of severity {severity} or worse: {count}" if count else None


def read_repository(session: Session, names: Names) -> Repository:
    """The repository of an environment.

    Raises Missing when there is none.
    """
    try:
        (found,) = session.ecr.describe_repositories(repositoryNames=[names.repository])["repositories"]
    except session.ecr.exceptions.RepositoryNotFoundException:
        found_nothing = f"{names.repository}: no such repository"
        raise not_deployed(
            found_nothing,
            fix=revert("data"),
            account=session.account,
            region=session.region,
            environment=names.environment,
            local=session.local,
        ) from None
    policy = _policy(session, names)
    return Repository(
        name=names.repository,
        uri=found["repositoryUri"],
        immutable_tags=found.get("imageTagMutability") == "IMMUTABLE",
        scan_on_push=found.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        keeps=policy.keeps,
        spares=policy.spares,
        encryption=found.get("encryptionConfiguration", {}).get("encryptionType", "AES256"),
    )


def read_holdings(session: Session, names: Names) -> Holdings:
    """The repository with its images, and what the service runs.

    Raises Missing when there is no repository.
    """
    repository = read_repository(session, names)
    pages = session.ecr.get_paginator("describe_images").paginate(repositoryName=names.repository)
    images = sorted(
        (_image(session, names, detail) for page in pages for detail in page["imageDetails"]), key=lambda image: image.pushed_at
    )
    return Holdings(repository, tuple(reversed(images)), _running_reference(session, names))


def read_expiry(session: Session, names: Names) -> Expiry | None:
    """When the image that runs goes; None where the service runs no image of the repository.

    Raises Missing when there is no repository.
    """
    reference = _running_reference(session, names)
    return expiry_of_reference(session, names, read_repository(session, names), reference) if reference else None


def running_tag(session: Session, names: Names) -> str | None:
    """The tag that the service names; None where it runs the placeholder, and without a service or a repository."""
    reference = _running_reference(session, names)
    try:
        ours = reference is not None and is_of(read_repository(session, names), reference)
    except Missing:
        return None
    return tag_of(reference) if reference and ours and "@" not in reference else None


def expiry_of_reference(session: Session, names: Names, repository: Repository, reference: str) -> Expiry | None:
    """When the image that URI:TAG means goes; None where it is no image of the repository, or named by its digest."""
    if not is_of(repository, reference) or "@" in reference:
        return None
    tag, policy = tag_of(reference), repository.policy
    stays = policy.keeps is None or any(rule.is_exact and rule.matches((tag,)) for rule in policy.spares)
    return expiry_of(policy, () if stays else tags_newest_first(session, names), tag)


def image_of_tag(session: Session, names: Names, tag: str) -> RepositoryImage | None:
    """The image that has a tag; None where none has it, or where there is no repository."""
    detail = _described(session, names, {"imageTag": tag})
    return _image(session, names, detail) if detail else None


def stored_image(session: Session, names: Names, reference: str) -> StoredImage | None:
    """The image that URI:TAG or URI@sha256:... means in the repository; None when the repository does not have it."""
    address, _, digest = reference.partition("@")
    identifier: ImageIdentifierTypeDef = {"imageDigest": digest} if digest else {"imageTag": tag_of(address)}
    detail = _described(session, names, identifier)
    return StoredImage(detail["imageDigest"], detail.get("imageManifestMediaType") in _INDEXES) if detail else None


def tag_of(address: str) -> str:
    """The tag of an image's address without digest."""
    return address.rpartition("/")[2].partition(":")[2] or "latest"


def is_of(repository: Repository, reference: str) -> bool:
    """Whether a task definition's image reference points into the repository; that of the placeholder does not."""
    return reference.startswith(repository.uri) and reference.removeprefix(repository.uri)[:1] in ("", ":", "@")


def image_of_reference(images: Sequence[RepositoryImage], repository: Repository, reference: str) -> RepositoryImage | None:
    """The image that URI:TAG or URI@sha256:... means; None where the repository does not have it."""
    if not is_of(repository, reference):
        return None
    name, _, digest = reference.removeprefix(repository.uri).partition("@")
    tag = name.removeprefix(":") or "latest"
    return next((image for image in images if (image.digest == digest if digest else tag in image.tags)), None)


def _described(session: Session, names: Names, identifier: "ImageIdentifierTypeDef") -> "ImageDetailTypeDef | None":
    try:
        found = session.ecr.describe_images(repositoryName=names.repository, imageIds=[identifier])["imageDetails"]
    except (session.ecr.exceptions.ImageNotFoundException, session.ecr.exceptions.RepositoryNotFoundException):
        return None
    return found[0] if found else None


def _policy(session: Session, names: Names) -> LifecyclePolicy:
    try:
        return LifecyclePolicy.read(session.ecr.get_lifecycle_policy(repositoryName=names.repository)["lifecyclePolicyText"])
    except session.ecr.exceptions.LifecyclePolicyNotFoundException:
        return LifecyclePolicy(None)


def _running_reference(session: Session, names: Names) -> str | None:
    try:
        return read_service(session, names).task_definition.image
    except Missing:
        return None  # the repository exists before the first service does


def _image(session: Session, names: Names, detail: "ImageDetailTypeDef") -> RepositoryImage:
    return RepositoryImage(
        digest=detail["imageDigest"],
        tags=tuple(sorted(detail.get("imageTags", ()))),
        pushed_at=detail["imagePushedAt"].astimezone(UTC),
        size_bytes=detail.get("imageSizeInBytes", 0),
        scan=scan_of(session, names, detail),
    )
