"""Images that are there, images that are not, and scans that were never made."""

import uuid

import pytest

from tests.local_cloud.ministack.own import own
from tradingbot_infra.local_cloud.api.errors import LocalApiError
from tradingbot_infra.local_cloud.in_process import call


@pytest.fixture
def repository() -> str:
    name = uuid.uuid4().hex
    call("ecr", "CreateRepository", repositoryName=name)
    call("ecr", "PutImage", repositoryName=name, imageManifest="{}", imageTag="v1")
    return name


def refused(operation: str, **parameters: object) -> str:
    with pytest.raises(LocalApiError) as raised:
        call("ecr", operation, **parameters)
    return raised.value.code


def test_an_image_is_found_by_its_tag_and_by_its_digest(repository: str) -> None:
    (found,) = call("ecr", "DescribeImages", repositoryName=repository, imageIds=[{"imageTag": "v1"}])["imageDetails"]
    assert found["imageTags"] == ["v1"]
    by_digest = [{"imageDigest": found["imageDigest"]}]
    assert call("ecr", "DescribeImages", repositoryName=repository, imageIds=by_digest)["imageDetails"] == [found]
    assert call("ecr", "DescribeImages", repositoryName=repository)["imageDetails"] == [found]


@pytest.mark.parametrize("missing", [{"imageTag": "v2"}, {"imageDigest": "sha256:" + "0" * 64}], ids=["tag", "digest"])
def test_an_image_that_is_not_there_is_refused_even_beside_one_that_is(repository: str, missing: dict[str, str]) -> None:
    wanted = [{"imageTag": "v1"}, missing]
    assert refused("DescribeImages", repositoryName=repository, imageIds=wanted) == "ImageNotFoundException"
    assert len(own("ecr", "DescribeImages", repositoryName=repository, imageIds=wanted)["imageDetails"]) == 1, "ministack refuses it now"


def test_no_image_was_ever_scanned(repository: str) -> None:
    assert refused("DescribeImageScanFindings", repositoryName=repository, imageId={"imageTag": "v1"}) == "ScanNotFoundException"
    assert refused("DescribeImageScanFindings", repositoryName=repository, imageId={"imageTag": "v2"}) == "ImageNotFoundException"
    assert refused("DescribeImageScanFindings", repositoryName="none", imageId={"imageTag": "v1"}) == "RepositoryNotFoundException"


def test_ministack_still_has_no_findings(repository: str) -> None:
    with pytest.raises(LocalApiError, match="Unknown action"):
        own("ecr", "DescribeImageScanFindings", repositoryName=repository, imageId={"imageTag": "v1"})
