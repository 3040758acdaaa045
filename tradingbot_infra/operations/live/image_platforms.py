"""The platforms that an image of the repository is built for."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.design.names import Names
from tradingbot_infra.operations.session import Session

MANIFESTS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
"""Each kind of manifest as it was pushed: of an unnamed kind, ECR may answer another, with another digest (ECR API, BatchGetImage)."""
_SECONDS = 10


def platforms_of(session: Session, names: Names, tag: str) -> tuple[str, ...]:
    """Platforms such as linux/amd64, of every image of an index or of the one image; empty where that cannot be read.

    An index lists them. A single image has its platform in its configuration, which is a blob of the repository (OCI Image Format
    Specification, "Image Index" and "Image Configuration").
    """
    found = session.ecr.batch_get_image(repositoryName=names.repository, imageIds=[{"imageTag": tag}], acceptedMediaTypes=[*MANIFESTS])
    if not found["images"]:
        return ()
    manifest = json.loads(found["images"][0].get("imageManifest", "{}"))
    if "manifests" in manifest:
        return _platforms(*(each.get("platform", {}) for each in manifest["manifests"]))
    return _platforms(_configuration(session, names, manifest.get("config", {}).get("digest", "")))


def _platforms(*described: Mapping[str, Any]) -> tuple[str, ...]:
    # Buildx calls the platform of an attestation unknown/unknown.
    named = (f"{each['os']}/{each['architecture']}" for each in described if "os" in each and "architecture" in each)
    return tuple(dict.fromkeys(name for name in named if name != "unknown/unknown"))


def _configuration(session: Session, names: Names, digest: str) -> Mapping[str, Any]:
    if not digest:
        return {}
    refusals = (session.ecr.exceptions.LayersNotFoundException, session.ecr.exceptions.LayerInaccessibleException)
    try:
        return _configuration_at(session.ecr.get_download_url_for_layer(repositoryName=names.repository, layerDigest=digest)["downloadUrl"])
    except refusals:
        return {}


def _configuration_at(address: str) -> Mapping[str, Any]:
    if not address.startswith("https://"):
        return {}
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - https only, as checked above
            configuration: Mapping[str, Any] = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError):
        return {}
    return configuration
