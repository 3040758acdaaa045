"""How the live state is read, where neither a planted fact nor the deployed production shows it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.operations.diagnosis.planted import NOW, SERVICE, facts, service, stopped
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.errors import NotAnswered
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.ecs_messages import Trouble
from tradingbot_infra.operations.live.service import ServiceEvent
from tradingbot_infra.operations.session import Session


def over(session: Session) -> Facts:
    return Facts(session, load_config("production"), now=NOW, price_of=lambda _: None)


def test_a_secret_changed_when_its_present_version_was_made() -> None:
    versions = [
        {"VersionId": "a" * 32, "VersionStages": ["AWSPREVIOUS"], "CreatedDate": datetime(2026, 11, 20, tzinfo=UTC)},
        {"VersionId": "b" * 32, "VersionStages": ["AWSCURRENT"], "CreatedDate": datetime(2026, 11, 23, tzinfo=UTC)},
    ]
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_response("list_secret_version_ids", {"Versions": versions}, {"SecretId": "arn"})
        changed = over(session_over(secretsmanager=client)).secret_changed("arn")
    assert changed is not None
    assert changed == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_secret_that_was_deleted_has_not_changed() -> None:
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_client_error("list_secret_version_ids", "ResourceNotFoundException")
        assert over(session_over(secretsmanager=client)).secret_changed("arn") is None


def test_a_secret_that_may_not_be_seen_is_not_taken_for_unchanged() -> None:
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_client_error("list_secret_version_ids", "AccessDeniedException")
        with pytest.raises(ClientError):
            over(session_over(secretsmanager=client)).secret_changed("arn")


def test_where_nothing_stands_there_is_nothing_to_examine() -> None:
    with boto3_client("cloudformation") as (client, stubber), boto3_client("sts") as (sts, sts_stubber):
        stubber.add_response("describe_stacks", {"Stacks": []})
        sts_stubber.add_response("get_caller_identity", {"Account": "000000000000"})
        with pytest.raises(NotAnswered, match="No stack of production exists"):
            over(session_over(cloudformation=client, sts=sts)).check_deployed()


def test_whoever_may_not_see_stacks_can_still_examine_the_rest() -> None:
    with boto3_client("cloudformation") as (client, stubber):
        stubber.add_client_error("describe_stacks", "AccessDenied")
        over(session_over(cloudformation=client)).check_deployed()


def test_expired_credentials_end_it() -> None:
    with boto3_client("cloudformation") as (client, stubber):
        stubber.add_client_error("describe_stacks", "ExpiredToken")
        with pytest.raises(ClientError):
            over(session_over(cloudformation=client)).check_deployed()


def test_a_service_is_unsettled_while_tasks_are_missing_a_deployment_goes_on_or_one_was_rolled_back() -> None:
    assert not facts().unsettled
    assert facts(service=service(running=1)).unsettled
    assert facts(service=service(rollout="IN_PROGRESS")).unsettled
    assert facts(service=service(rollout="FAILED")).unsettled
    back = ServiceEvent(NOW, "(service x) rolling back to deployment ecs-svc/1.")
    assert facts(service=service(events=(back,))).unsettled


BACK = ServiceEvent(NOW - timedelta(minutes=30), "(service x) rolling back to deployment ecs-svc/1.")
FAILED = stopped("CannotPullContainerError: manifest unknown", minutes_ago=31)


def test_once_the_next_deployment_has_come_to_a_good_end_words_from_before_it_are_over() -> None:
    mended = facts(service=service(events=(BACK,), deployed_at=NOW - timedelta(minutes=20)), stopped=(FAILED,))
    assert mended.ecs_messages == ()
    assert not mended.unsettled


@pytest.mark.parametrize(
    "changed",
    [
        {"deployed_at": NOW - timedelta(days=1)},
        {"deployed_at": None},
        {"rollout": "IN_PROGRESS"},
        {"rollout": "FAILED"},
        {"running": 1},
    ],
)
def test_until_then_they_count(changed: dict[str, Any]) -> None:
    """The day-old deployment is the one that ECS went back to."""
    still = facts(service=service(**{"events": (BACK,), "deployed_at": NOW - timedelta(minutes=20), **changed}), stopped=(FAILED,))
    assert [saying.trouble for saying in still.ecs_messages] == [Trouble.ROLLED_BACK, Trouble.IMAGE_MISSING]
    assert still.unsettled


def test_what_ecs_says_of_the_deployment_that_came_to_a_good_end_counts() -> None:
    mended = service(events=(), deployed_at=NOW - timedelta(minutes=20))
    since = facts(service=mended, stopped=(FAILED, stopped("OutOfMemoryError", number=2)))
    assert [saying.trouble for saying in since.ecs_messages] == [Trouble.OUT_OF_MEMORY]


def test_the_deployment_is_as_old_as_the_services_newest_one() -> None:
    begun = NOW - timedelta(minutes=20)
    deployments = [{"status": "ACTIVE", "createdAt": NOW - timedelta(days=1)}, {"status": "PRIMARY", "createdAt": begun}]
    counts = {"desiredCount": 2, "runningCount": 2, "pendingCount": 0}
    answer = {"serviceName": "x", "status": "ACTIVE", "taskDefinition": "arn", "deployments": deployments, **counts}
    with boto3_client("ecs") as (client, stubber):
        stubber.add_response("describe_services", {"services": [answer]})
        stubber.add_response("describe_task_definition", {"taskDefinition": {"containerDefinitions": [{}]}})
        assert over(session_over(ecs=client)).service.deployed_at == begun


def test_what_ecs_says_is_found_by_its_trouble() -> None:
    planted = facts(stopped=(stopped("OutOfMemoryError"), stopped("Something else", number=2)))
    assert [saying.words for saying in planted.messages_on(Trouble.OUT_OF_MEMORY)] == ["OutOfMemoryError"]


REPOSITORY = "000000000000.dkr.ecr.ap-southeast-2.amazonaws.com/tradingbot-ai-production"


@pytest.mark.parametrize(
    ("image", "asked", "missing"),
    [
        (f"{REPOSITORY}:v1.0.0", True, True),
        (f"{REPOSITORY}@sha256:{'a' * 64}", False, None),
        (f"{REPOSITORY}-other:v1.0.0", False, None),
        ("public.ecr.aws/docker/library/python:3.13", False, None),
    ],
)
def test_only_a_tag_of_the_own_repository_can_be_missing(image: str, asked: bool, missing: bool | None) -> None:
    with boto3_client("ecr") as (client, stubber):
        stubber.add_response("describe_repositories", {"repositories": [{"repositoryUri": REPOSITORY}]})
        stubber.add_client_error("get_lifecycle_policy", "LifecyclePolicyNotFoundException")
        if asked:
            ids = {"repositoryName": "tradingbot-ai-production", "imageIds": [{"imageTag": "v1.0.0"}]}
            stubber.add_client_error("describe_images", "ImageNotFoundException", expected_params=ids)
        planted = over(session_over(ecr=client))
        planted.service = service(task_definition=replace(SERVICE.task_definition, image=image))
        assert planted.image_is_missing is missing
