"""A deployed production whose secrets are filled has no fault, and each fault that somebody plants fails its item."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.deployed import Deployed
from tests.operations.images.stand_in_docker import put_image
from tests.operations.stubs import boto3_client
from tests.operations.verification.faults import FAULTS, planted, repository_uri
from tests.operations.verification.standing import NO_SERVICE, without
from tests.operations.versions import settle, version
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.local_cloud.fargate import images
from tradingbot_infra.local_cloud.place import images_file
from tradingbot_infra.local_cloud.server import client
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification import tracked_files
from tradingbot_infra.operations.verification.check import CheckedItem, examine
from tradingbot_infra.operations.verification.checklists import CHECKLISTS

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("filled")]

NOW = datetime(2026, 11, 24, tzinfo=UTC)

CANNOT_EXIST_HERE = {
    "alarms-heard": "the local cloud sends no e-mail",
    "image-in-repository": "no image was deployed",
    "https-set": "certificate_arn is not set",
}
"""What cannot exist locally, and how verify says so."""


def looked(deployed: Deployed, **settings: str) -> dict[str, CheckedItem]:
    """Every item by its id."""
    return every_item(Facts(deployed.session, load_config("production", settings), now=NOW, price_of=lambda _: None))


def every_item(facts: Facts) -> dict[str, CheckedItem]:
    """Every item of both lists by its id."""
    return {item.id: examine(checklist, item, facts) for checklist in CHECKLISTS for item in checklist.items}


def failing(results: dict[str, CheckedItem]) -> dict[str, str]:
    """What fails, and what was found, joined."""
    return {
        name: "; ".join(seen.finding.found for seen in result.seen if seen.finding.outcome is Outcome.FAIL)
        for name, result in results.items()
        if result.outcome is Outcome.FAIL
    }


def test_nothing_fails_on_a_fresh_production(deployed: Deployed) -> None:
    settle(deployed)
    results = looked(deployed)
    assert failing(results) == {}
    open_points = {name: result for name, result in results.items() if result.outcome is Outcome.NOT_ASSESSED}
    for name, words in CANNOT_EXIST_HERE.items():
        assert any(words in seen.finding.found for seen in open_points.pop(name).seen), name
    # ministack tells no ports of network ACLs, and the flow log may not have delivered yet.
    assert set(open_points) <= {"database-available", "redis-available", "flow-log-active"}


def test_the_flow_log_delivers(deployed: Deployed) -> None:
    deadline = time.monotonic() + 120
    while (result := looked(deployed)["flow-log-active"]).outcome is not Outcome.PASS:
        assert time.monotonic() < deadline, result.seen
        time.sleep(1)


@pytest.mark.parametrize("name", FAULTS)
def test_exactly_what_was_spoiled_fails(deployed: Deployed, name: str) -> None:
    fault = FAULTS[name]
    with planted(fault, deployed):
        found = failing(looked(deployed))
    assert set(found) == fault.items
    assert fault.words in "; ".join(found.values())


def test_every_fault_was_undone(deployed: Deployed) -> None:
    assert failing(looked(deployed)) == {}


def test_the_image_that_a_tag_names_is_found(deployed: Deployed) -> None:
    put_image(deployed.cloud.endpoint.removeprefix("http://"), deployed.names.repository, "1.4.2")
    images.add(images_file(deployed.cloud.state_directory), {"1.4.2": {"command": ["python3"]}})
    with version(deployed, image=f"{repository_uri(deployed)}:1.4.2"):
        settle(deployed)
        result = looked(deployed, image_tag="1.4.2")["image-in-repository"]
    assert [seen.finding.outcome for seen in result.seen] == [Outcome.PASS] * 4
    assert "2 of 2 tasks run that digest" in result.seen[-1].finding.found


def test_settings_that_were_never_deployed_fail_though_the_cloud_is_local(deployed: Deployed) -> None:
    arn = "arn:aws:acm:ap-southeast-2:000000000000:certificate/12345678-1234-1234-1234-123456789012"
    results = looked(deployed, image_tag="1.4.2", certificate_arn=arn, alarm_emails="desk@example.com")
    assert set(failing(results)) == {"image-in-repository", "https-set", "alarms-heard"}


def test_a_switched_off_redis_is_not_looked_for(deployed: Deployed) -> None:
    result = looked(deployed, enable_redis="false")["redis-available"]
    assert [seen.finding.found for seen in result.seen] == ["enable_redis=false: there is no Redis"]


def test_a_missing_service_fails_what_needs_it_and_nothing_else(
    deployed: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracked_files, "ROOT", tmp_path)
    facts = Facts(deployed.session, deployed.config, now=NOW, price_of=lambda _: None)
    results = every_item(without(facts, "service", NO_SERVICE))
    assert set(failing(results)) == {
        "tasks-running",
        "targets-healthy",
        "database-available",
        "redis-available",
        "endpoint-answers",
        "telemetry-as-set",
        "image-in-repository",
        "secrets-in-secrets-manager",
        "roles-minimised",
        "https-set",
    }
    assert results["no-secrets-in-git"].outcome is Outcome.NOT_ASSESSED


def test_what_these_credentials_may_not_read_is_not_checkable_and_the_rest_goes_on(deployed: Deployed) -> None:
    with boto3_client("cloudwatch") as (refusing, stub):
        for operation in ("get_dashboard", "describe_alarms", "describe_alarms", "describe_alarms"):
            stub.add_client_error(operation, "AccessDenied", "User: x is not authorized to perform: cloudwatch:Something")
        endpoint = deployed.cloud.endpoint
        session = Session(
            lambda service, region: refusing if service == "cloudwatch" else client(endpoint, region, service),
            region=deployed.session.region,
        )
        results = every_item(Facts(session, deployed.config, now=NOW, price_of=lambda _: None))
    for name in ("dashboard-there", "alarms-set"):
        of_cloudwatch = (seen for seen in results[name].seen if seen.looked_at.startswith("CloudWatch, "))
        assert {seen.finding.found for seen in of_cloudwatch} == {"these credentials may not do cloudwatch:Something"}
        assert results[name].outcome is Outcome.NOT_ASSESSED
    assert failing(results) == {}
