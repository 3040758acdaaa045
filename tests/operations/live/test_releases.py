"""Which images ran before, by the revisions that ECS keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.live.releases import Revision, in_force, read_runs, runs

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
FAMILY = "arn:aws:ecs:ap-southeast-2:111122223333:task-definition/tradingbot-ai-production"


def at(hour: float) -> datetime:
    return BEGUN + timedelta(hours=hour)


def revision(number: int, image: str, registered: float, deregistered: float | None) -> Revision:
    return Revision(f"{FAMILY}:{number}", image, at(registered), None if deregistered is None else at(deregistered))


V1 = revision(1, "v1", 1, 2.1)
V2 = revision(2, "v2", 2, 4.1)
FAILED = revision(3, "v3", 3, 3.2)
V4 = revision(4, "v4", 4, None)


def images(*revisions: Revision, current: Revision) -> list[str]:
    return [one.image for one in in_force(revisions, current.arn)]


def test_each_revision_follows_the_one_that_was_registered_when_it_was() -> None:
    assert images(V4, V2, V1, current=V4) == ["v4", "v2", "v1"]


def test_a_release_that_was_rolled_back_never_ran() -> None:
    assert images(V4, FAILED, V2, V1, current=V4) == ["v4", "v2", "v1"]
    still = revision(2, "v2", 2, None)
    assert images(FAILED, still, V1, current=still) == ["v2", "v1"]


def test_a_revision_that_somebody_registered_beside_the_service_never_ran() -> None:
    forgotten, tidied = revision(10, "by hand", 2.5, None), revision(3, "by hand", 3, 9)
    last = revision(11, "v4", 4, None)
    assert images(last, forgotten, tidied, V2, V1, current=last) == ["v4", "v2", "v1"]


def test_nothing_is_known_of_a_service_whose_revision_is_not_listed() -> None:
    assert images(V2, V1, current=V4) == []


def test_revisions_of_one_image_are_one_run() -> None:
    wider = revision(5, "v4", 5, None)
    found = runs([wider, V4, V2, V1])
    assert [(run.image, run.since, run.until) for run in found] == [("v4", at(4), None), ("v2", at(2), at(4)), ("v1", at(1), at(2))]
    assert runs([]) == ()


def test_only_revisions_of_the_family_are_read_and_active_and_inactive_ones() -> None:
    described = {f"{FAMILY}:2": ("v2", None), f"{FAMILY}:1": ("v1", at(2.1))}
    with boto3_client("ecs") as (ecs, stubber):
        asked = {"familyPrefix": "tradingbot-ai-production", "sort": "DESC", "maxResults": 50}
        for status, arns in (("ACTIVE", [f"{FAMILY}:2", f"{FAMILY}-worker:7"]), ("INACTIVE", [f"{FAMILY}:1"])):
            stubber.add_response("list_task_definitions", {"taskDefinitionArns": arns}, {**asked, "status": status})
        for arn, (image, ended) in described.items():
            containers = [{"name": "guard", "image": "guard"}, {"name": "api", "image": image}]
            dates = {"registeredAt": at(int(arn[-1])), **({"deregisteredAt": ended} if ended else {})}
            found: dict[str, Any] = {"containerDefinitions": containers, **dates}
            stubber.add_response("describe_task_definition", {"taskDefinition": found}, {"taskDefinition": arn})
        found_runs = read_runs(session_over(ecs=ecs), f"{FAMILY}:2", "api")
    assert [run.image for run in found_runs] == ["v2", "v1"]
