"""What GitHub's workflows may read is what the verbs ask for, but for secrets, logs and bills."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.compliance.seeds.delivery import CONNECTED
from tests.conftest import Synthesize
from tests.deployed import Deployed, Run
from tradingbot_infra.local_cloud import server

pytestmark = pytest.mark.local_cloud

PREFIXES = {"accessanalyzer": "access-analyzer", "elbv2": "elasticloadbalancing", "s3control": "s3", "service-quotas": "servicequotas"}
"""Services that IAM calls otherwise than boto3."""

OTHERWISE = {
    "access-analyzer:ListFindingsV2": "access-analyzer:ListFindings",
    "budgets:DescribeBudgets": "budgets:ViewBudget",
    "promql:Query": "cloudwatch:GetMetricData",
    "s3:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
}
"""Operations that IAM calls otherwise than the API (Service Authorization Reference)."""

ANYBODY = "sts:GetCallerIdentity"
"""No policy is needed for it (STS API Reference, "GetCallerIdentity")."""

WITHHELD = {
    ("verify", "--json"): {"logs:FilterLogEvents"},
    ("status", "--json"): set(),
    ("rollback", "--list", "--json"): set(),
    ("doctor", "--json"): {"logs:FilterLogEvents", "logs:StartQuery", "logs:GetQueryResults", "secretsmanager:GetSecretValue"},
    ("preflight", "--json"): set(),
}
"""What each verb asks for and a workflow may not; what depends on it stays open then."""


OF_THE_ACCOUNT = {
    "access-analyzer:ListFindings",
    "account:GetAlternateContact",
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "securityhub:GetFindings",
}
"""What `verify` asks besides where the account's controls are ours: what was found, and who the people are."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every action that commands of this process ask for, as IAM calls it."""
    found: set[str] = set()
    make: Callable[..., Any] = server.client

    def client(endpoint: str, region: str, service: str) -> Any:
        made = make(endpoint, region, service)
        made.meta.events.register(
            "before-call", lambda model, **_: found.add(f"{PREFIXES.get(service, service)}:{model.name}"), unique_id=f"{service}-asked"
        )
        return made

    monkeypatch.setattr(server, "client", client)
    return found


@pytest.fixture(scope="module")
def granted(synthesize: Synthesize) -> set[str]:
    """The actions of the policy by which workflows read."""
    assembly = synthesize("production", account_security="ours", **CONNECTED)
    policies = [each for each in assembly.resources if each.path in ("DeliveryStack/Reads/Resource", "DeliveryStack/AccountReads/Resource")]
    statements = [statement for policy in policies for statement in policy.properties["PolicyDocument"]["Statement"]]
    return {action for each in statements for action in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("words", WITHHELD, ids=" ".join)
def test_a_verb_asks_for_nothing_else(words: tuple[str, ...], deployed: Deployed, run: Run, asked: set[str], granted: set[str]) -> None:
    run(*words, *deployed.options)
    assert len(asked) > 3
    withheld = WITHHELD[words] | (OF_THE_ACCOUNT if words[0] == "verify" and deployed.config.account.ours else set())
    assert {OTHERWISE.get(action, action) for action in asked} - granted - {ANYBODY} == withheld
