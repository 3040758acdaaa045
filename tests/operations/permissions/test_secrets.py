"""What keeps secrets from being read though the role may: each cause once, told apart from a denial."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.permissions.sample import KEY, ROLE, secret
from tests.operations.rendering import plain
from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.operations.permissions.findings import Permissions
from tradingbot_infra.operations.permissions.secrets import SecretLook, look_at_secret, unreadable
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.verdict import NotAssessed

TOKEN = secret("token")
DESCRIBED = {"ARN": TOKEN, "KmsKeyId": KEY, "VersionIdsToStages": {"0" * 32: ["AWSCURRENT"]}}
READ = "secretsmanager:GetSecretValue"


def looked_at(described: dict[str, Any], policy: dict[str, Any] | None = None) -> SecretLook:
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_response("describe_secret", described, {"SecretId": TOKEN})
        if policy is not None:
            stubber.add_response("get_resource_policy", {"ResourcePolicy": json.dumps(policy)} if policy else {}, {"SecretId": TOKEN})
        return look_at_secret(session_over(secretsmanager=client), ROLE, TOKEN)


def statement(effect: str, **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Principal": {"AWS": ROLE}, "Action": READ, "Resource": "*", **more}]}


def test_a_secret_with_a_value_and_without_a_policy_is_known_by_its_key() -> None:
    look = looked_at(DESCRIBED, {})
    assert (look.secret, look.key, look.granted, look.cause, look.not_assessed.passes) == (TOKEN, KEY, False, None, True)


def test_a_secret_under_the_key_of_aws_has_none_to_ask_for() -> None:
    assert looked_at({**DESCRIBED, "KmsKeyId": ""}, {}).key == ""


def test_a_secret_whose_policy_lets_the_role_in_asks_nothing_of_the_roles_policies() -> None:
    assert looked_at(DESCRIBED, statement("Allow")).granted is True


def test_a_secret_whose_policy_denies_the_role_is_told() -> None:
    look = looked_at(DESCRIBED, statement("Deny"))
    assert (look.granted, look.cause) == (False, "secret_policy")


def test_a_policy_with_conditions_that_cannot_be_judged_leaves_it_open() -> None:
    look = looked_at(DESCRIBED, statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}))
    assert look.cause is None
    assert look.not_assessed.not_assessed == (
        NotAssessed(f"Whether the policy of secret:tradingbot/token-AbCdEf denies {READ} depends on conditions"),
    )


@pytest.mark.parametrize(
    ("described", "cause"),
    [
        ({**DESCRIBED, "DeletedDate": datetime(2026, 1, 1, tzinfo=UTC)}, "secret_deleted"),
        ({**DESCRIBED, "VersionIdsToStages": {"0" * 32: ["AWSPENDING"]}}, "secret_empty"),
        ({"ARN": TOKEN}, "secret_empty"),
    ],
)
def test_a_secret_that_nobody_can_read_is_told_and_its_policy_not_asked_for(described: dict[str, Any], cause: str) -> None:
    look = looked_at(described)
    assert (look.cause, look.granted) == (cause, False)


def failing(code: str, message: str = "") -> SecretLook:
    with boto3_client("secretsmanager") as (client, stubber):
        stubber.add_client_error("describe_secret", code, message)
        return look_at_secret(session_over(secretsmanager=client), ROLE, TOKEN)


def test_a_secret_that_does_not_exist_is_told() -> None:
    assert failing("ResourceNotFoundException").cause == "secret_missing"


def test_a_secret_that_may_not_be_described_is_not_called_missing() -> None:
    look = failing("AccessDeniedException", "x is not authorized to perform: secretsmanager:DescribeSecret on y")
    assert look.cause is None
    assert look.not_assessed.not_assessed == (NotAssessed("Secrets cannot be assessed without secretsmanager:DescribeSecret"),)


def test_each_cause_is_told_once_with_its_secrets_and_what_to_do() -> None:
    def look(name: str, cause: Any) -> SecretLook:
        return SecretLook(name, "", granted=False, cause=cause, not_assessed=Permissions())

    causes = ("secret_missing", "secret_deleted", "secret_empty", "secret_policy")
    looks = [look("fine", None), *(look(f"{cause}-{number}", cause) for number in (1, 2) for cause in causes)]
    found = {denial.cause: denial for denial in unreadable(looks).problems}
    assert {cause: denial.resources for cause, denial in found.items()} == {cause: (f"{cause}-1", f"{cause}-2") for cause in causes}
    assert found["secret_missing"].text == "No such secret: secret_missing-1 and 1 more"
    assert plain(found["secret_missing"].fix, "staging") == plain(revert("data"), "staging")
    assert plain(found["secret_deleted"].fix).startswith("aws secretsmanager restore-secret --secret-id secret_deleted-1 && aws ")
    assert plain(found["secret_empty"].fix, "staging") == "tradingbot secrets push --env staging"
    assert found["secret_policy"].decision == "explicit_deny"
