"""What GitHub's workflows may read is what the verbs ask for, but for secrets, logs and bills."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.compliance.seeds.delivery import CONNECTED
from tests.conftest import Synthesize
from tests.deployed import Deployed, Run
from tradingbot_infra.local_cloud import server

pytestmark = pytest.mark.local_cloud

PREFIXES = {"elbv2": "elasticloadbalancing", "service-quotas": "servicequotas"}
"""Services that IAM calls otherwise than boto3."""

ANYBODY = "sts:GetCallerIdentity"
"""No policy is needed for it (STS API Reference, "GetCallerIdentity")."""

WITHHELD = {
    ("verify", "--json"): {"logs:FilterLogEvents"},
    ("status", "--json"): set(),
    ("rollback", "--list", "--json"): set(),
    ("doctor", "--json"): {"logs:FilterLogEvents", "secretsmanager:GetSecretValue"},
    ("preflight", "--json"): set(),
}
"""What each verb asks for and a workflow may not; what depends on it stays open then."""


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
    assembly = synthesize("production", **CONNECTED)
    (policy,) = (each for each in assembly.resources if each.path == "DeliveryStack/Reads/Resource")
    statements = policy.properties["PolicyDocument"]["Statement"]
    return {action for each in statements for action in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("words", WITHHELD, ids=" ".join)
def test_a_verb_asks_for_nothing_else(words: tuple[str, ...], deployed: Deployed, run: Run, asked: set[str], granted: set[str]) -> None:
    run(*words, *deployed.options)
    assert len(asked) > 3
    assert asked - granted - {ANYBODY} == WITHHELD[words]
