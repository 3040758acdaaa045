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


def tags(repository: str) -> list[str]:
    return [tag for image in call("ecr", "DescribeImages", repositoryName=repository)["imageDetails"] for tag in image["imageTags"]]


def test_an_image_takes_a_second_tag_and_gives_it_up_alone(repository: str) -> None:
    call("ecr", "PutImage", repositoryName=repository, imageManifest="{}", imageTag="v2")
    assert tags(repository) == ["v1", "v2"]
    assert refused("PutImage", repositoryName=repository, imageManifest="{}", imageTag="v2") == "ImageAlreadyExistsException"
    gone = call("ecr", "BatchDeleteImage", repositoryName=repository, imageIds=[{"imageTag": "v1"}, {"imageTag": "v9"}])
    assert [each["imageTag"] for each in gone["imageIds"]] == ["v1"]
    assert [each["failureCode"] for each in gone["failures"]] == ["ImageNotFound"]
    assert tags(repository) == ["v2"]


def test_the_last_tag_and_the_digest_take_the_image(repository: str) -> None:
    call("ecr", "BatchDeleteImage", repositoryName=repository, imageIds=[{"imageTag": "v1"}])
    assert call("ecr", "DescribeImages", repositoryName=repository)["imageDetails"] == []
    digest = call("ecr", "PutImage", repositoryName=repository, imageManifest="{}", imageTag="v1")["image"]["imageId"]["imageDigest"]
    call("ecr", "PutImage", repositoryName=repository, imageManifest="{}", imageTag="v2")
    call("ecr", "BatchDeleteImage", repositoryName=repository, imageIds=[{"imageDigest": digest}])
    assert call("ecr", "DescribeImages", repositoryName=repository)["imageDetails"] == []


def test_ministack_still_takes_the_whole_image_for_one_of_its_tags(repository: str) -> None:
    call("ecr", "PutImage", repositoryName=repository, imageManifest="{}", imageTag="v2")
    own("ecr", "BatchDeleteImage", repositoryName=repository, imageIds=[{"imageTag": "v1"}])
    assert call("ecr", "DescribeImages", repositoryName=repository)["imageDetails"] == []


def test_no_image_was_ever_scanned(repository: str) -> None:
    assert refused("DescribeImageScanFindings", repositoryName=repository, imageId={"imageTag": "v1"}) == "ScanNotFoundException"
    assert refused("DescribeImageScanFindings", repositoryName=repository, imageId={"imageTag": "v2"}) == "ImageNotFoundException"
    assert refused("DescribeImageScanFindings", repositoryName="none", imageId={"imageTag": "v1"}) == "RepositoryNotFoundException"


def test_ministack_still_has_no_findings(repository: str) -> None:
    with pytest.raises(LocalApiError, match="Unknown action"):
        own("ecr", "DescribeImageScanFindings", repositoryName=repository, imageId={"imageTag": "v1"})
