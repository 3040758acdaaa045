"""Deploying and destroying with the real CDK CLI, on small stacks in place of an environment's."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT
from tests.local_cloud.two_regions import ROWS
from tradingbot_infra.cdk_cli.audience import Silent
from tradingbot_infra.commands.local_cloud import lift_protections
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design import stacks
from tradingbot_infra.local_cloud import server
from tradingbot_infra.local_cloud.rehearsal import DeployedStack, Rehearsal

pytestmark = pytest.mark.local_cloud

TEMPLATE = json.dumps({"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})
TWO_REGIONS = ("--app", f"{sys.executable} -m tests.local_cloud.two_regions")


@pytest.fixture(autouse=True)
def _rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's stacks are those of `two_regions`."""
    monkeypatch.setattr(stacks, "STACKS", ROWS)


@pytest.fixture(scope="class")
def state_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a local cloud that is stopped in the end."""
    directory = tmp_path_factory.mktemp("two-regions")
    yield directory
    server.stop(directory)


def rehearsal(state_directory: Path, environment: str, announced: list[str]) -> Rehearsal:
    """Of one environment. Production deploys the account's stacks, development does not."""
    return Rehearsal(PROJECT_ROOT, state_directory, load_config(environment), announced.append, Silent())


def display_name(state_directory: Path, stack: DeployedStack) -> str:
    """That of the stack's topic."""
    topics = server.client(server.start(state_directory).endpoint, stack.region, "sns")
    arn = f"arn:aws:sns:{stack.region}:{server.ACCOUNT}:{stack.outputs['TopicName']}"
    return str(topics.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"])


@pytest.mark.parametrize("protected", [True, False])
def test_a_protected_stack_is_destroyed_too_and_lifting_its_protection_is_announced(state_directory: Path, protected: bool) -> None:
    edge = load_config("development").stacks[0]
    announced: list[str] = []
    cloud = server.start(state_directory)
    cloudformation = server.client(cloud.endpoint, edge.region, "cloudformation")
    cloudformation.create_stack(StackName=edge.name, TemplateBody=TEMPLATE, EnableTerminationProtection=protected)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=edge.name, WaiterConfig={"Delay": 1})
    destruction = rehearsal(state_directory, "development", announced).destroy(TWO_REGIONS, lift=lift_protections)
    assert destruction
    assert destruction.existed
    assert server.find(state_directory) is None, "the local cloud stops when it has no stack"
    lifted = [line for line in announced if "termination protection" in line]
    assert lifted == ([f"Lifting the termination protection of {edge.name}"] if protected else [])


class TestStacksOfTheAccountAndOfOtherRegions:
    """One life of the stacks of `two_regions`; the tests build on each other."""

    def test_every_stack_is_deployed_in_its_region_and_reported_in_deployment_order(self, state_directory: Path) -> None:
        deployment = rehearsal(state_directory, "production", []).deploy(TWO_REGIONS)
        baseline, edge, recovery = deployment.stacks
        assert [(stack.name, stack.region) for stack in (baseline, edge, recovery)] == [
            ("tradingbot-ai-account-baseline", "ap-southeast-2"),
            ("tradingbot-ai-production-edge", "us-east-1"),
            ("tradingbot-ai-production-recovery", "ap-southeast-4"),
        ]
        assert {(stack.status, stack.resources) for stack in deployment.stacks} == {("CREATE_COMPLETE", 1)}
        for one, before in ((edge, baseline), (recovery, edge)):
            assert display_name(state_directory, one) == before.outputs["TopicName"], "what another region's stack gave out"

    def test_destroying_another_environment_leaves_them_and_the_accounts_alone(self, state_directory: Path) -> None:
        announced: list[str] = []
        destruction = rehearsal(state_directory, "development", announced).destroy(TWO_REGIONS, lift=lift_protections)
        assert destruction
        assert not destruction.existed
        assert destruction.others == (
            "tradingbot-ai-account-baseline",
            "tradingbot-ai-production-edge",
            "tradingbot-ai-production-recovery",
        )
        assert not [line for line in announced if "Lifting" in line]

    def test_destroying_the_environment_that_deploys_the_accounts_stacks_leaves_nothing(self, state_directory: Path) -> None:
        announced: list[str] = []
        destruction = rehearsal(state_directory, "production", announced).destroy(TWO_REGIONS, lift=lift_protections)
        assert destruction
        assert (destruction.existed, destruction.others) == (True, ())
        assert "Lifting the termination protection of tradingbot-ai-account-baseline, tradingbot-ai-production-recovery" in announced
        assert server.find(state_directory) is None
