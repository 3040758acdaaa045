"""Images of ECR: refuses those that do not exist, and has no scans, because the local cloud makes none."""

from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.services.operation import Call


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


def _is(detail: Mapping[str, Any], image: Mapping[str, str]) -> bool:
    digest, tag = image.get("imageDigest"), image.get("imageTag")
    return digest in (None, detail["imageDigest"]) and (tag is None or tag in detail.get("imageTags", []))


def _error(call: Call, code: str, message: str) -> LocalApiError:
    return LocalApiError(code, f"{message} within the repository with name '{call.parameters['repositoryName']}'")


def _words(image: Mapping[str, str]) -> str:
    return f"{{imageDigest:'{image.get('imageDigest', 'null')}', imageTag:'{image.get('imageTag', 'null')}'}}"
