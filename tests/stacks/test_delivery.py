"""DeliveryStack: who assumes each role of GitHub's workflows, and what the role may do."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from tests.compliance.seeds.delivery import CONNECTED
from tests.conftest import Synthesize
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.templates import Assembly, Resource

HOST = "token.actions.githubusercontent.com"
ADOPTED = f"arn:aws:iam::111122223333:oidc-provider/{HOST}"
BOOTSTRAP = "arn:aws:iam::${AWS::AccountId}:role/cdk-hnb659fds"


@pytest.fixture(scope="module")
def connected(synthesize: Synthesize) -> Assembly:
    """Production of an account that GitHub deploys."""
    return synthesize("production", **CONNECTED)


def test_workflows_read_the_account_s_controls_only_where_they_are_ours(synthesize: Synthesize) -> None:
    without = synthesize("production", **CONNECTED, account_security="none")
    assert not [each for each in without.resources if each.path.startswith("DeliveryStack/AccountReads")]
    ours = synthesize("production", **CONNECTED, account_security="ours")
    policy = of_delivery(ours, "AWS::IAM::ManagedPolicy", "AccountReads")
    attached = f"${{DeliveryStack.{policy.logical_id}}}"
    for role, has in (("DeployRole", True), ("ReadRole", True), ("ImageRole", False)):
        assert (attached in of_delivery(ours, "AWS::IAM::Role", role).properties["ManagedPolicyArns"]) is has
    actions = {action for each in policy.properties["PolicyDocument"]["Statement"] for action in [*each["Action"]]}
    assert not actions & {"securityhub:GetFindings", "iam:GetCredentialReport", "account:GetAlternateContact"}


def of_delivery(assembly: Assembly, resource_type: str, start: str = "") -> Resource:
    """The one resource of DeliveryStack of a type whose logical id begins so."""
    (found,) = (each for each in assembly.of_type(resource_type) if each.stack == "DeliveryStack" and each.logical_id.startswith(start))
    return found


def trust(assembly: Assembly, role: str) -> dict[str, Any]:
    """The one statement by which a role is assumed."""
    (statement,) = of_delivery(assembly, "AWS::IAM::Role", role).properties["AssumeRolePolicyDocument"]["Statement"]
    found: dict[str, Any] = statement
    return found


def asked(assembly: Assembly, role: str) -> Mapping[str, Any]:
    """What a role asks of a token, by claim."""
    ((operator, keys),) = trust(assembly, role)["Condition"].items()
    assert operator == "StringEquals"
    return {key.removeprefix(f"{HOST}:"): value for key, value in keys.items()}


def allowed(assembly: Assembly, policy: str) -> dict[str, set[str]]:
    """The actions of a policy, each with its resources."""
    found: dict[str, set[str]] = {}
    for statement in of_delivery(assembly, "AWS::IAM::ManagedPolicy", policy).properties["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        actions, resources = (each if isinstance(each, list) else [each] for each in (statement["Action"], statement["Resource"]))
        for action in actions:
            found.setdefault(action, set()).update(resources)
    return found


def test_without_a_repository_there_is_no_stack(production: Assembly) -> None:
    assert "DeliveryStack" not in production.templates
    assert production.of_type("AWS::IAM::OIDCProvider") == ()


def test_with_one_other_stacks_change_only_where_dashboards_link_to_its_runbook(production: Assembly, connected: Assembly) -> None:
    assert connected.templates.keys() - {"DeliveryStack"} == production.templates.keys()
    for name, template in production.templates.items():
        before, after = template["Resources"], connected.templates[name]["Resources"]
        assert before.keys() == after.keys()
        changed = [logical_id for logical_id in before if before[logical_id] != after[logical_id]]
        assert all(before[logical_id]["Type"] == "AWS::CloudWatch::Dashboard" for logical_id in changed)
        assert all("https://github.com/" in str(after[logical_id]["Properties"]["DashboardBody"]) for logical_id in changed)


def test_it_is_the_same_whichever_environment_deploys_it(synthesize: Synthesize, connected: Assembly) -> None:
    other = synthesize("high-availability", **CONNECTED, account_stacks=True)
    assert other.templates["DeliveryStack"] == connected.templates["DeliveryStack"]
    assert other.stacks["DeliveryStack"].tags == connected.stacks["DeliveryStack"].tags


def test_the_provider_is_plain_cloudformation(connected: Assembly) -> None:
    provider = of_delivery(connected, "AWS::IAM::OIDCProvider")
    assert {name: value for name, value in provider.properties.items() if name != "Tags"} == {
        "Url": f"https://{HOST}",
        "ClientIdList": ["sts.amazonaws.com"],
    }
    assert {each.type for each in connected.resources if each.stack == "DeliveryStack"} == {
        "AWS::IAM::OIDCProvider",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
    }


@pytest.mark.parametrize(
    ("role", "contexts"),
    [
        ("ImageRole", ["ref:refs/heads/main"]),
        ("DeployRole", ["environment:staging", "environment:production"]),
        ("ReadRole", ["ref:refs/heads/main"]),
    ],
)
def test_a_role_is_for_jobs_of_one_repository_and_branch(connected: Assembly, role: str, contexts: list[str]) -> None:
    statement = trust(connected, role)
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"] == {"Federated": "${DeliveryStack.GitHubProviderE571E8F1}"}
    assert asked(connected, role) == {
        "aud": "sts.amazonaws.com",
        "sub": [f"repo:{form}:{context}" for form in ("acme/infra", "acme@11/infra@22") for context in contexts],
        "ref": "refs/heads/main",
        "repository_id": "22",
    }


def test_without_ids_a_role_is_for_the_names(synthesize: Synthesize) -> None:
    plain = synthesize("production", github_repository="acme/infra", github_environments="production", github_branch="trunk")
    expected = {"aud": "sts.amazonaws.com", "sub": ["repo:acme/infra:environment:production"], "ref": "refs/heads/trunk"}
    assert asked(plain, "DeployRole") == expected


PUSHED = {"aud": "sts.amazonaws.com", "ref": "refs/heads/main", "repository_id": "22"}
OF_BRANCH, OF_PRODUCTION = "ref:refs/heads/main", "environment:production"


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"sub": f"repo:acme/infra:{OF_BRANCH}"}, {"ImageRole", "ReadRole"}),
        ({"sub": f"repo:acme@11/infra@22:{OF_BRANCH}"}, {"ImageRole", "ReadRole"}),
        ({"sub": f"repo:acme/infra:{OF_PRODUCTION}"}, {"DeployRole"}),
        ({"sub": f"repo:acme@11/infra@22:{OF_PRODUCTION}"}, {"DeployRole"}),
        ({"sub": f"repo:acme/infra:{OF_PRODUCTION}", "aud": "https://github.com/acme"}, set()),
        ({"sub": f"repo:acme/infra:{OF_PRODUCTION}", "ref": "refs/heads/feature"}, set()),
        ({"sub": f"repo:acme/infra:{OF_PRODUCTION}", "ref": "refs/pull/7/merge"}, set()),
        ({"sub": f"repo:acme/infra:{OF_PRODUCTION}", "repository_id": "99"}, set()),
        ({"sub": "repo:acme/infra:environment:development"}, set()),
        ({"sub": "repo:acme/infra:environment:PRODUCTION"}, set()),
        ({"sub": "repo:acme/infra:ref:refs/heads/feature", "ref": "refs/heads/feature"}, set()),
        ({"sub": "repo:acme/infra:ref:refs/tags/v1", "ref": "refs/tags/v1"}, set()),
        ({"sub": "repo:acme/infra:pull_request", "ref": "refs/pull/7/merge"}, set()),
        ({"sub": f"repo:mallory/infra:{OF_PRODUCTION}", "repository_id": "99"}, set()),
        ({"sub": f"repo:mallory/infra:{OF_BRANCH}", "repository_id": "99"}, set()),
        ({"sub": f"repo:acme@99/infra@22:{OF_PRODUCTION}"}, set()),
        ({"sub": f"repo:acme/website:{OF_PRODUCTION}", "repository_id": "77"}, set()),
    ],
)
def test_a_token_gets_the_roles_of_its_job_and_no_other(connected: Assembly, claims: dict[str, str], roles: set[str]) -> None:
    token = {**PUSHED, **claims}
    admitted = {
        role
        for role in ("ImageRole", "DeployRole", "ReadRole")
        if all(token.get(claim) in ([value] if isinstance(value, str) else value) for claim, value in asked(connected, role).items())
    }
    assert admitted == roles


def test_images_may_come_from_another_repository_that_gets_no_other_role(synthesize: Synthesize) -> None:
    other = {"github_image_repository": "acme/app", "github_image_repository_id": "33"}
    found = synthesize("production", **CONNECTED, **other, github_provider_arn=ADOPTED)
    assert asked(found, "ImageRole")["sub"] == ["repo:acme/app:ref:refs/heads/main", "repo:acme@11/app@33:ref:refs/heads/main"]
    assert asked(found, "ImageRole")["repository_id"] == "33"
    assert asked(found, "ReadRole")["repository_id"] == "22"
    assert found.of_type("AWS::IAM::OIDCProvider") == (), "the account's own is taken"
    assert trust(found, "DeployRole")["Principal"] == {"Federated": ADOPTED}


@pytest.mark.parametrize(
    "further",
    [
        {},
        {"github_image_repository": "acme/app", "github_image_repository_id": "33", "github_provider_arn": ADOPTED},
        {"github_owner_id": "none", "github_repository_id": "none", "github_environments": "production", "github_session_hours": 12},
    ],
)
def test_every_pack_takes_it(inspect: Callable[..., Inspection], further: dict[str, object]) -> None:
    found = inspect("production", **{**CONNECTED, **further})
    assert found.missing == []
    assert found.stale == []


def test_a_session_lasts_as_long_as_a_deployment_may_and_others_an_hour(synthesize: Synthesize, connected: Assembly) -> None:
    seconds = {
        role: of_delivery(connected, "AWS::IAM::Role", role).properties["MaxSessionDuration"] for role in ("Image", "Deploy", "Read")
    }
    assert seconds == {"Image": 3600, "Deploy": 3 * 3600, "Read": 3600}


def test_who_deploys_assumes_three_roles_of_the_bootstrap_and_no_other(connected: Assembly) -> None:
    found = allowed(connected, "DeployRolePolicy")
    names = ("deploy", "file-publishing", "lookup")
    assert found.pop("sts:AssumeRole") == {f"{BOOTSTRAP}-{name}-role-${{AWS::AccountId}}-ap-southeast-2" for name in names}
    assert found.pop("cloudformation:UpdateStack") == {
        f"arn:aws:cloudformation:ap-southeast-2:${{AWS::AccountId}}:stack/tradingbot-ai-{name}-service/*"
        for name in ("staging", "production")
    }
    assert set(found) == {"ecr:BatchDeleteImage", "ecr:PutImage", "ssm:GetParameters"}


def test_who_pushes_images_reaches_the_repositories_of_the_environments(connected: Assembly) -> None:
    found = allowed(connected, "ImageRolePolicy")
    assert {action for action, resources in found.items() if resources == {"*"}} == {
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
    }
    assert found["ecr:PutImage"] == {
        f"arn:aws:ecr:ap-southeast-2:${{AWS::AccountId}}:repository/tradingbot-ai-{name}" for name in ("staging", "production")
    }
    written = {action for action in found if level(action) not in ("Read", "List")}
    assert written == {"ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"}


def test_who_reads_writes_nothing_by_awss_own_word(connected: Assembly) -> None:
    found = allowed(connected, "Reads")
    assert {action: level(action) for action in found if level(action) not in ("Read", "List")} == {}
    assert len(found) > 50
    role = of_delivery(connected, "AWS::IAM::Role", "ReadRole")
    assert role.properties["ManagedPolicyArns"] == [
        f"${{DeliveryStack.{of_delivery(connected, 'AWS::IAM::ManagedPolicy', 'Reads').logical_id}}}"
    ]


@pytest.mark.parametrize(
    "action", ["secretsmanager:GetSecretValue", "logs:FilterLogEvents", "logs:GetLogEvents", "s3:GetObject", "kms:Decrypt"]
)
def test_no_workflow_reads_secrets_logs_or_objects(connected: Assembly, action: str) -> None:
    assert not any(action in allowed(connected, policy) for policy in ("Reads", "DeployRolePolicy", "ImageRolePolicy"))


def level(action: str) -> str:
    """How AWS classes an action: Read, List, Write, Tagging or Permissions management (Service Authorization Reference)."""
    service, _, name = action.partition(":")
    data = get_action_data(service, name)
    assert data, action
    return str(data[service][0]["access_level"])


def test_a_role_has_an_output_for_the_variables_of_github(connected: Assembly) -> None:
    outputs = connected.templates["DeliveryStack"]["Outputs"]
    assert set(outputs) == {"ImageRoleArn", "DeployRoleArn", "ReadRoleArn"}
    assert all(output["Description"] for output in outputs.values())
