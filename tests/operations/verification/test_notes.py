"""What is no fault, and yet worth knowing."""

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.operations.stubs import boto3_client
from tests.operations.verification.standing import database, service
from tradingbot_infra.config.support import ending
from tradingbot_infra.design.placeholder import PLACEHOLDER_IMAGE
from tradingbot_infra.operations.facts import Facts
from tradingbot_infra.operations.live.silences import Silence
from tradingbot_infra.operations.verification.notes import notes, of_database, of_log_policies, of_service, of_silences
from tradingbot_infra.templates import Assembly

SOON_OVER = datetime(2040, 1, 1, tzinfo=UTC)
"""By then every version has an end behind it."""


def test_a_service_as_the_settings_choose_is_not_mentioned() -> None:
    assert list(of_service(service(), 2)) == []
    assert list(of_service(service(image=PLACEHOLDER_IMAGE), 2)) == []


def test_fewer_tasks_than_the_settings_choose_are_mentioned() -> None:
    assert list(of_service(service(desired=1), 2)) == ["tradingbot-ai-production-service: wanted tasks: 1, min_tasks=2"]


@pytest.mark.parametrize("image", ["registry.example.com:5000/bot:latest", "registry.example.com:5000/bot"])
def test_an_image_that_names_nothing_certain_is_mentioned(image: str) -> None:
    (note,) = of_service(service(image=image), 2)
    assert note.endswith("may name another image tomorrow; image_tag takes any tag except latest")


def test_a_database_that_rds_has_upgraded_is_told_from_the_setting() -> None:
    assert list(of_database(database(engine_version="15.19"), "15.19")) == []
    (note,) = of_database(database(engine_version="15.20"), "15.19")
    assert "runs PostgreSQL 15.20, db_engine_version is 15.19" in note


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnknownOperationException"])
def test_a_service_that_may_not_be_read_is_passed_over(account: Facts, code: str) -> None:
    account.now, account.log_policies, account.silences, account.database = SOON_OVER, (), (), None
    with boto3_client("ecs") as (account.session.ecs, stub):
        stub.add_client_error("describe_services", code)
        found = list(notes(account))
    assert found == [str(end) for end in ending(account.config, SOON_OVER.date())] != []


def test_any_other_error_escapes(account: Facts) -> None:
    account.log_policies, account.silences, account.database = (), (), None
    with boto3_client("ecs") as (account.session.ecs, stub):
        stub.add_client_error("describe_services", "ThrottlingException")
        with pytest.raises(ClientError):
            list(notes(account))


def test_silenced_alarms_are_mentioned_with_their_end() -> None:
    until = datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert list(of_silences([Silence("rule", ("a", "b"), active=True, until=until, why="")])) == [
        "silenced until 2026-11-30 06:00 UTC, by the mute rule rule: a, b"
    ]
    assert list(of_silences([Silence("rule", ("a",), active=True, until=None, why="")])) == [
        "silenced without an end, by the mute rule rule: a"
    ]


def test_log_policies_are_mentioned_when_another_environment_does_not_fit() -> None:
    assert list(of_log_policies([f"p{number}" for number in range(8)])) == []
    (note,) = of_log_policies([f"p{number}" for number in range(9)])
    assert note.startswith("CloudWatch Logs has 9 resource policies of at most 10: ")


def test_the_templates_have_two_log_policies_an_environment(production: Assembly) -> None:
    assert len(production.of_type("AWS::Logs::ResourcePolicy")) == 2
