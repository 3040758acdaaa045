"""Images of ECR: refuses those that do not exist, takes tags away one at a time, and has no scans, because the local cloud makes none."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.ministack import records
from tradingbot_infra.local_cloud.services.operation import Call, Operation


async def describe(call: Call) -> dict[str, Any]:
    """DescribeImages, which refuses a call that names an image that does not exist."""
    answer = await call.as_asked()
    for image in call.parameters.get("imageIds", []):
        if not any(_is(detail, image) for detail in answer["imageDetails"]):
            raise _error(call, "ImageNotFoundException", f"The image with imageId {_words(image)} does not exist")
    return answer


async def describe_scan(call: Call) -> dict[str, Any]:
    """DescribeImageScanFindings: no image was ever scanned."""
    image = call.parameters["imageId"]
    await call.ask("ecr", "DescribeImages", repositoryName=call.parameters["repositoryName"], imageIds=[image])
    message = f"Image scan does not exist for the image with '{_words(image)}'"
    raise _error(call, "ScanNotFoundException", message)


async def put(call: Call) -> dict[str, Any]:
    """PutImage, which has an error of its own for the same image under the same tag (ECR API, PutImage)."""
    repository, tag = call.parameters["repositoryName"], call.parameters.get("imageTag")
    if tag:
        known = await call.ask("ecr", "BatchGetImage", repositoryName=repository, imageIds=[{"imageTag": tag}])
        if any(image["imageManifest"] == call.parameters["imageManifest"] for image in known["images"]):
            digest = known["images"][0]["imageId"]["imageDigest"]
            message = f"Image with digest '{digest}' and tag '{tag}' already exists"
            raise _error(call, "ImageAlreadyExistsException", message)
    return await call.as_asked()


async def delete(call: Call) -> dict[str, Any]:
    """BatchDeleteImage. A tag goes alone while the image has another; the last one, or the digest, takes the image (ECR API)."""
    repository, wanted = call.parameters["repositoryName"], call.parameters["imageIds"]
    taken = [(image, records.take_image_tag(repository, image["imageTag"])) for image in wanted if "imageTag" in image]
    untagged = [each for _, each in taken if each]
    others = [image for image in wanted if image not in [asked for asked, each in taken if each]]
    if not others:
        return {"imageIds": untagged, "failures": []}
    answer = await call.ministack(**{**call.parameters, "imageIds": others})
    return {**answer, "imageIds": [*untagged, *answer["imageIds"]]}


def _is(detail: Mapping[str, Any], image: Mapping[str, str]) -> bool:
    digest, tag = image.get("imageDigest"), image.get("imageTag")
    return digest in (None, detail["imageDigest"]) and (tag is None or tag in detail.get("imageTags", []))


def _error(call: Call, code: str, message: str) -> LocalApiError:
    return LocalApiError(code, f"{message} within the repository with name '{call.parameters['repositoryName']}'")


def _words(image: Mapping[str, str]) -> str:
    return f"{{imageDigest:'{image.get('imageDigest', 'null')}', imageTag:'{image.get('imageTag', 'null')}'}}"


OPERATIONS: Mapping[str, Operation] = {
    "BatchDeleteImage": delete,
    "DescribeImageScanFindings": describe_scan,
    "DescribeImages": describe,
    "PutImage": put,
}
