"""The repository as ECR and ECS tell it: on the local cloud where it can, over written answers where it cannot."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.deployed import session_of
from tests.operations.images.stand_in_docker import put_image
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.local_cloud.server import LocalCloud, running
from tradingbot_infra.operations.images.registry import push_address
from tradingbot_infra.operations.live.image_scans import NOT_SCANNED, Scan, Severity
from tradingbot_infra.operations.live.repository import (
    Holdings,
    Repository,
    RepositoryImage,
    image_of_reference,
    image_of_tag,
    is_of,
    read_holdings,
    read_repository,
)

NAMES = Names(project="tradingbot-ai", environment="production")
URI = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production"
REPOSITORY = Repository(name=NAMES.repository, uri=URI, immutable_tags=True, scan_on_push=True, keeps=10)
KEEP_TEN = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
                "action": {"type": "expire"},
            }
        ]
    }
)
DIGEST = "sha256:" + "0123456789abcdef" * 4
OLDER, NEWER = datetime(2026, 1, 2, 3, 4, tzinfo=UTC), datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
CLEAN = Scan("COMPLETE", "", dict.fromkeys(Severity, 0))


def image(*tags: str, digest: str = DIGEST, scan: Scan = CLEAN) -> RepositoryImage:
    """An image without findings unless said."""
    return RepositoryImage(digest, tags, OLDER, 1, scan)


def scanned(status: str = "COMPLETE", **findings: int) -> Scan:
    """A scan with these findings."""
    return Scan(status, "", {severity: findings.get(severity, 0) for severity in Severity})


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A local cloud for this module."""
    with running(tmp_path_factory.mktemp("images")) as started:
        yield started


@pytest.mark.local_cloud
class TestOnTheLocalCloud:
    """An empty cloud, then a repository as the template makes it, then images, then a service. The tests build on each other."""

    def test_no_repository_is_told_with_what_to_do_and_no_tag_is_found(self, cloud: LocalCloud) -> None:
        session = session_of(cloud)
        for read in (read_repository, read_holdings):
            with pytest.raises(NotAnswered) as missing:
                read(session, NAMES)
            assert str(missing.value) == ("tradingbot-ai-production: no such repository on the local cloud: `make up ENV=production` first")
        assert image_of_tag(session, NAMES, "v1") is None

    def test_an_empty_repository_keeps_every_image_until_a_policy_says_otherwise(self, cloud: LocalCloud) -> None:
        session = session_of(cloud)
        session.ecr.create_repository(
            repositoryName=NAMES.repository, imageTagMutability="IMMUTABLE", imageScanningConfiguration={"scanOnPush": True}
        )
        uri = "000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production"
        empty = Repository(name=NAMES.repository, uri=uri, immutable_tags=True, scan_on_push=True, keeps=None)
        assert read_holdings(session, NAMES) == Holdings(empty, (), None)
        session.ecr.put_lifecycle_policy(repositoryName=NAMES.repository, lifecyclePolicyText=KEEP_TEN)
        assert read_repository(session, NAMES).keeps == 10

    def test_docker_pushes_to_the_clouds_own_port_and_what_it_pushed_is_found_by_its_tag(self, cloud: LocalCloud) -> None:
        session = session_of(cloud)
        address = push_address(session, read_repository(session, NAMES))
        assert address == f"127.0.0.1:{cloud.port}/tradingbot-ai-production"
        registry, _, name = address.partition("/")
        digests = {tag: put_image(registry, name, tag) for tag in ("v1", "v2")}
        for tag, digest in digests.items():
            found = image_of_tag(session, NAMES, tag)
            assert found is not None
            assert (found.digest, found.tags, found.pushed_at.tzinfo) == (digest, (tag,), UTC)
            assert found.size_bytes > 0
        assert image_of_tag(session, NAMES, "v3") is None
        assert {entry.digest for entry in read_holdings(session, NAMES).images} == set(digests.values())

    def test_that_the_local_cloud_scans_nothing_is_no_clean_scan(self, cloud: LocalCloud) -> None:
        found = image_of_tag(session_of(cloud), NAMES, "v1")
        assert found is not None
        assert found.scan == Scan(NOT_SCANNED, "", {})
        assert not found.scan.finished

    @pytest.mark.parametrize(
        ("reference", "runs", "lacks"),
        [
            ("public.ecr.aws/docker/library/python:3.13", None, False),
            ("000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production:v2", ("v2",), False),
            ("000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production:v3", None, True),
        ],
    )
    def test_the_services_task_definition_says_which_image_runs(
        self, cloud: LocalCloud, reference: str, runs: tuple[str, ...] | None, lacks: bool
    ) -> None:
        session = session_of(cloud)
        run_service(session.ecs, reference)
        holdings = read_holdings(session, NAMES)
        assert holdings.reference == reference
        assert (holdings.runs and holdings.runs.tags, holdings.is_missing_what_runs) == (runs, lacks)


def run_service(ecs: Any, reference: str) -> None:
    """A service of production's names whose container runs an image."""
    container = {"name": "tradingbot-container", "image": reference, "essential": True}
    definition = ecs.register_task_definition(family=NAMES.prefix, containerDefinitions=[container])["taskDefinition"]["taskDefinitionArn"]
    ecs.create_cluster(clusterName=NAMES.cluster)
    if ecs.describe_services(cluster=NAMES.cluster, services=[NAMES.service])["services"]:
        ecs.update_service(cluster=NAMES.cluster, service=NAMES.service, taskDefinition=definition)
    else:
        ecs.create_service(cluster=NAMES.cluster, serviceName=NAMES.service, taskDefinition=definition, desiredCount=0)


def detail(**more: Any) -> dict[str, Any]:
    """An image as DescribeImages tells it, with a scan that found nothing."""
    clean = {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindingsSummary": {"findingSeverityCounts": {}}}
    return {"imageDigest": DIGEST, "imageTags": ["v1"], "imagePushedAt": OLDER, "imageSizeInBytes": 52_100_000, **clean, **more}


def test_a_tag_that_ecr_does_not_know_is_no_image() -> None:
    with boto3_client("ecr") as (client, stubber):
        stubber.add_client_error("describe_images", "ImageNotFoundException")
        assert image_of_tag(session_over(ecr=client), NAMES, "v1") is None


def test_every_page_is_read_and_the_newest_image_stands_first() -> None:
    pages: list[dict[str, Any]] = [
        {"imageDetails": [detail()], "nextToken": "more"},
        {"imageDetails": [detail(imageDigest="sha256:" + "f" * 64, imageTags=[], imagePushedAt=NEWER)]},
    ]
    with boto3_client("ecr") as (ecr, answers), boto3_client("ecs") as (ecs, refuses):
        found = {"repositoryUri": URI, "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"}
        answers.add_response("describe_repositories", {"repositories": [found]}, {"repositoryNames": [NAMES.repository]})
        answers.add_response("get_lifecycle_policy", {"lifecyclePolicyText": KEEP_TEN})
        for page in pages:
            answers.add_response("describe_images", page)
        refuses.add_client_error("describe_services", "ClusterNotFoundException")
        with boto3_client("sts") as (sts, account):
            account.add_response("get_caller_identity", {"Account": "123456789012"})
            holdings = read_holdings(session_over(ecr=ecr, ecs=ecs, sts=sts), NAMES)
    assert [entry.tags for entry in holdings.images] == [(), ("v1",)]
    assert [entry.pushed_at for entry in holdings.images] == [NEWER, OLDER]
    assert (holdings.repository.immutable_tags, holdings.repository.scan_on_push) == (False, False)


class TestFailure:
    """What `--fail-on` says."""

    def test_findings_of_the_severity_or_worse_fail_and_lesser_ones_pass(self) -> None:
        holdings = Holdings(REPOSITORY, (image("v1", scan=scanned(high=2, low=9)),), f"{URI}:v1")
        assert holdings.failure(Severity.CRITICAL) is None
        assert holdings.failure(Severity.HIGH) == "v1: findings of severity high or worse: 2"
        assert holdings.failure(Severity.MEDIUM) == "v1: findings of severity medium or worse: 2"

    def test_the_image_that_runs_is_judged_and_the_newest_only_where_none_runs(self) -> None:
        images = (image("v2", digest="sha256:2", scan=scanned(critical=1)), image("v1", digest="sha256:1"))
        assert Holdings(REPOSITORY, images, f"{URI}:v1").failure(Severity.UNDEFINED) is None
        for reference in (None, "public.ecr.aws/docker/library/python:3.13"):
            assert Holdings(REPOSITORY, images, reference).failure(Severity.CRITICAL) == "v2: findings of severity critical or worse: 1"

    def test_what_nobody_scanned_does_not_pass(self) -> None:
        unscanned = Holdings(REPOSITORY, (image(scan=Scan(NOT_SCANNED, "", {})),), None)
        assert unscanned.failure(Severity.CRITICAL) == f"{DIGEST}: not scanned; whether it has findings of severity critical is not known"
        broken = Holdings(REPOSITORY, (image("v1", scan=scanned("FAILED")),), None)
        assert broken.failure(Severity.CRITICAL) == "v1: scan failed; whether it has findings of severity critical is not known"

    def test_without_the_image_there_is_nothing_that_could_pass(self) -> None:
        assert Holdings(REPOSITORY, (), None).failure(Severity.LOW) == "tradingbot-ai-production: holds no image to judge"
        assert Holdings(REPOSITORY, (image("v1"),), f"{URI}:v2").failure(Severity.LOW) == f"{URI}:v2: is not in the repository"


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (f"{URI}:v1", True),
        (f"{URI}@{DIGEST}", True),
        (f"{URI}:moved@{DIGEST}", True),
        (f"{URI}:v2", False),
        (f"{URI}@sha256:{'0' * 64}", False),
        (f"{URI}:v1@sha256:{'0' * 64}", False),
        (URI, False),
        (f"{URI}-other:v1", False),
        (f"other.example.com/{NAMES.repository}:v1", False),
        ("", False),
    ],
)
def test_a_reference_means_an_image_by_its_digest_else_by_its_tag(reference: str, found: bool) -> None:
    ours = image("v1")
    assert image_of_reference([ours], REPOSITORY, reference) == (ours if found else None)
    assert is_of(REPOSITORY, reference) is (reference.startswith(URI) and "-other" not in reference)
