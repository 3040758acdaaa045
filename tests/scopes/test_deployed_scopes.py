"""The test application on the local cloud: the real CDK CLI deploys it, and the commands take its stacks without an edit."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.conftest import PROJECT_ROOT
from tests.scopes.rows import ROWS
from tradingbot_infra.__main__ import app
from tradingbot_infra.cdk_cli.audience import Silent
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design import stacks
from tradingbot_infra.local_cloud import server
from tradingbot_infra.local_cloud.rehearsal import Deployment, Rehearsal

pytestmark = pytest.mark.local_cloud

CONNECTED = ("-c", "github_repository=acme/infra")
"""So that the account has DeliveryStack too."""

APP = ("--app", f"{sys.executable} -m tests.scopes.app", *CONNECTED)
NAMES = {
    "tradingbot-ai-account-audit",
    "tradingbot-ai-account-delivery",
    "tradingbot-ai-production-edge",
    "tradingbot-ai-production-recovery",
}


@pytest.fixture(scope="class")
def state_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a local cloud that is stopped in the end, while the design has the rows of the test application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stacks, "STACKS", (*stacks.STACKS, *ROWS))
        directory = tmp_path_factory.mktemp("scopes")
        yield directory
        server.stop(directory)


@pytest.fixture(scope="class")
def deployment(state_directory: Path) -> Deployment:
    """Production and the three stacks, deployed as `make up` does."""
    config = load_config("production", {"github_repository": "acme/infra"})
    return Rehearsal(PROJECT_ROOT, state_directory, config, lambda line: None, Silent()).deploy(APP)


def document(state_directory: Path, *words: str) -> dict[str, Any]:
    """What a command prints as JSON about this local cloud."""
    options = ("--env", "production", *CONNECTED, "--local", "--state-directory", str(state_directory), "--json")
    result = CliRunner().invoke(app, [*words, *options])
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.usefixtures("deployment")
class TestCommands:
    """One deployment; every command reads it."""

    def test_up_deploys_them_and_reports_their_outputs(self, deployment: Deployment) -> None:
        by_name = {stack.name: stack for stack in deployment.stacks}
        assert by_name.keys() >= NAMES
        assert {stack.status for stack in deployment.stacks} == {"CREATE_COMPLETE"}
        network = by_name["tradingbot-ai-production-network"]
        assert by_name["tradingbot-ai-production-edge"].outputs["VpcAtHome"] == network.outputs["VpcId"], "read across regions"

    def test_status_reports_each(self, state_directory: Path) -> None:
        found = document(state_directory, "status")
        assert {stack["name"] for stack in found["stacks"] if stack["status"] == "CREATE_COMPLETE"} >= NAMES
        assert found["missing"] == []

    def test_outputs_has_theirs(self, state_directory: Path) -> None:
        outputs = document(state_directory, "outputs")["outputs"]
        assert outputs["AuditLogName"] == "/audit/tradingbot-ai-account"
        assert {"VpcAtHome", "RecoveryLogName"} <= outputs.keys()

    def test_the_roles_of_github_are_there_with_their_provider(self, state_directory: Path, deployment: Deployment) -> None:
        iam = server.client(deployment.local_cloud.endpoint, "ap-southeast-2", "iam")
        (provider,) = (each["Arn"] for each in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"])
        assert provider == "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"
        assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["ClientIDList"] == ["sts.amazonaws.com"]
        outputs = document(state_directory, "outputs")["outputs"]
        for name, hours in (("Image", 1), ("Deploy", 3), ("Read", 1)):
            role = iam.get_role(RoleName=outputs[f"{name}RoleArn"].rpartition("/")[2])["Role"]
            (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
            assert statement["Principal"] == {"Federated": provider}
            assert role["MaxSessionDuration"] == hours * 3600

    def test_verify_checks_them_and_fails_when_one_is_gone(self, state_directory: Path, deployment: Deployment) -> None:
        assert stack_item(document(state_directory, "verify"))["outcome"] == "pass"
        cloudformation = server.client(deployment.local_cloud.endpoint, "us-east-1", "cloudformation")
        cloudformation.update_termination_protection(StackName="tradingbot-ai-production-edge", EnableTerminationProtection=False)
        cloudformation.delete_stack(StackName="tradingbot-ai-production-edge")
        cloudformation.get_waiter("stack_delete_complete").wait(StackName="tradingbot-ai-production-edge", WaiterConfig={"Delay": 1})
        item = stack_item(document(state_directory, "verify"))
        assert item["outcome"] == "fail"
        assert "tradingbot-ai-production-edge" in json.dumps(item)


def stack_item(report: dict[str, Any]) -> dict[str, Any]:
    """The item of `verify` that looks at the stacks."""
    (item,) = (item for item in report["items"] if item["id"] == "stacks-complete")
    found: dict[str, Any] = item
    return found
