"""Settings of the section delivery."""

import pytest

from tests.config.refusals import assert_refused, is_accepted
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import load_config

ACME = {"github_repository": "acme/infra"}
IDS = {"github_owner_id": "11", "github_repository_id": "22"}
PROVIDER = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("overrides", "key", "reported"),
    [
        ({"github_repository": "acme"}, "github_repository=acme", "allowed: OWNER/NAME as GitHub writes it, or none"),
        ({"github_repository": "acme/*"}, "github_repository=acme/*", "is not allowed"),
        ({"github_repository": "acme/in?ra"}, "github_repository=acme/in?ra", "is not allowed"),
        ({"github_repository": "acme/infra:ref"}, "github_repository=acme/infra:ref", "is not allowed"),
        ({"github_repository": "acme@11/infra@22"}, "github_repository=acme@11/infra@22", "is not allowed"),
        ({"github_repository": "https://github.com/acme/infra"}, "github_repository=", "is not allowed"),
        ({"github_repository": "${aws:x}/infra"}, "github_repository=", "is not allowed"),
        (
            {"github_owner_id": "11"},
            "github_owner_id=11",
            "no repository is set that deploys; allowed: none, or any with",
        ),
        ({"github_image_repository": "acme/app"}, "github_image_repository=acme/app", "no repository is set that deploys"),
        ({"github_provider_arn": PROVIDER}, "github_provider_arn=", "no repository is set that uses it"),
        ({**ACME, "github_owner_id": "11"}, "github_repository_id", "is missing beside github_owner_id"),
        ({**ACME, "github_repository_id": "22"}, "github_owner_id", "is missing beside github_repository_id"),
        ({"github_owner_id": "acme"}, "github_owner_id=acme", "digits only"),
        ({"github_repository_id": "*"}, "github_repository_id=*", "digits only"),
        ({**ACME, **IDS, "github_image_repository": "acme/app"}, "github_image_repository_id", "is missing beside"),
        ({**ACME, "github_image_repository_id": "33"}, "github_image_repository_id=33", "no repository of its own is set for images"),
        ({**ACME, "github_image_repository": "acme/infra"}, "github_image_repository=", "is github_repository already"),
        ({**ACME, "github_image_repository": "other/app"}, "github_image_repository=other/app", "allowed: acme/NAME, or none"),
        ({**ACME, "github_environments": "prod"}, "github_environments=prod", "there is no environment prod"),
        ({**ACME, "github_environments": "staging,staging"}, "github_environments=staging,staging", "lists staging twice"),
        ({**ACME, "github_environments": "*"}, "github_environments=*", "is not allowed"),
        ({**ACME, "github_environments": ""}, "github_environments=''", "github_repository would deploy none"),
        (
            {
                "github_repository": f"{'o' * 39}/{'r' * 100}",
                **IDS,
                "github_environments": "production,high-availability,balanced,staging,development",
            },
            "github_environments=production,high-availability,balanced,staging,development",
            "and AWS takes 2048; allowed: fewer, or shorter names",
        ),
        (
            {**ACME, "deployment_strategy": "blue-green", "deployment_bake_minutes": "240"},
            "github_session_hours=3",
            "a deployment takes up to 270 minutes, and GitHub's session would end before; allowed: 5 to 12",
        ),
        (
            {**ACME, "deployment_strategy": "blue-green", "deployment_bake_minutes": "1440"},
            "github_session_hours=3",
            "allowed: 12, with a shorter bake, shorter steps or no gate",
        ),
        ({"github_branch": "release/*"}, "github_branch=release/*", "is not allowed"),
        ({"github_branch": "main:environment:production"}, "github_branch=main:environment:production", "is not allowed"),
        ({"github_branch": "../main"}, "github_branch=../main", "is not allowed"),
        ({"github_session_hours": "13"}, "github_session_hours=13", "allowed: a whole number from 1 to 12"),
        (
            {**ACME, "github_provider_arn": "arn:aws:iam::111122223333:oidc-provider/accounts.google.com"},
            "github_provider_arn=",
            "allowed: arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com, or none",
        ),
        (
            {**ACME, "github_provider_arn": PROVIDER, "certificate_arn": "arn:aws:acm:ap-southeast-2:000000000000:certificate/0a1b2c3d"},
            "github_provider_arn=111122223333",
            "an environment is in one account",
        ),
    ],
)
def test_an_invalid_setting_is_refused_in_one_line(overrides: dict[str, str], key: str, reported: str) -> None:
    assert_refused(overrides, key, reported)


@pytest.mark.parametrize(
    "overrides",
    [
        ACME,
        {**ACME, **IDS},
        {**ACME, "github_image_repository": "acme/trading.backend_2"},
        {**ACME, **IDS, "github_image_repository": "acme/app", "github_image_repository_id": "33"},
        {**ACME, "github_branch": "release/2026-11", "github_environments": "production"},
        {**ACME, "github_provider_arn": PROVIDER, "github_session_hours": 12},
        {"github_repository": "octocat_acme/infra"},
        {**ACME, "deployment_strategy": "blue-green", "deployment_bake_minutes": 150},
        {**ACME, "deployment_bake_minutes": 1440},
        {"deployment_strategy": "blue-green", "deployment_bake_minutes": 1440},
    ],
)
def test_what_a_team_may_have_is_accepted(overrides: dict[str, object]) -> None:
    assert is_accepted(**overrides)


def test_images_come_from_the_repository_that_deploys_unless_another_is_set() -> None:
    assert (
        load_config("production", {**ACME, **IDS}).delivery.image_repository
        == load_config("production", {**ACME, **IDS}).delivery.repository
    )
    other = load_config("production", {**ACME, **IDS, "github_image_repository": "acme/app", "github_image_repository_id": "33"})
    assert other.delivery.image_repository is not None
    assert other.delivery.image_repository.subjects("x") == ("repo:acme/app:x", "repo:acme@11/app@33:x")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_environment_is_connected_before_a_team_says_so(environment: str) -> None:
    config = load_config(environment)
    assert config.delivery.repository is None
    assert "DeliveryStack" not in {stack.id for stack in config.stacks}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_account_gets_the_stack_once_whatever_number_of_environments_it_has(environment: str) -> None:
    config = load_config(environment, {**ACME})
    names = {stack.id: stack.name for stack in config.stacks}
    assert names.get("DeliveryStack") == ("tradingbot-ai-account-delivery" if config.account_stacks else None)
