"""A stack of the account and stacks of other regions need a row and a file, and nothing else of the project changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.resource_schemas import create_only_properties
from tests.scopes.rows import OUTPUTS, ROWS
from tradingbot_infra.__main__ import app
from tradingbot_infra.compliance.allowed import outputs
from tradingbot_infra.compliance.inspection import Inspection
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.cost.estimate import Prices, estimate
from tradingbot_infra.cost.prices import TableName, read_table
from tradingbot_infra.design import stacks
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.stateful_lock import lock_of
from tradingbot_infra.templates import Assembly

pytestmark = pytest.mark.xdist_group("inspections")

OWN = [place.id for place in load_config("production").stacks]
"""The stacks of the design itself, as production has them."""


@pytest.fixture(scope="module")
def rows() -> Iterator[None]:
    """The design with the rows of the test application."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stacks, "STACKS", (*stacks.STACKS, *ROWS))
        patch.setattr(outputs, "OUTPUTS", {**outputs.OUTPUTS, **OUTPUTS})
        yield


@pytest.fixture(scope="module")
def inspection(rows: None, tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """Production with the three stacks, judged by every pack."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize_and_inspect

    return synthesize_and_inspect(load_config("production"), tmp_path_factory.mktemp("scopes"))


@pytest.fixture(scope="module")
def assembly(inspection: Inspection) -> Assembly:
    """Its templates."""
    return inspection.assembly


def test_production_deploys_them_after_its_own(assembly: Assembly) -> None:
    assert list(assembly.templates) == [*OWN, "AuditStack", "EdgeStack", "RecoveryStack"]


def test_each_is_named_after_what_it_belongs_to(assembly: Assembly) -> None:
    names = {stack: assembly.stacks[stack].deployed_name for stack in ("AuditStack", "EdgeStack", "RecoveryStack")}
    assert names == {
        "AuditStack": "tradingbot-ai-account-audit",
        "EdgeStack": "tradingbot-ai-production-edge",
        "RecoveryStack": "tradingbot-ai-production-recovery",
    }


def test_each_is_in_the_region_of_its_row(assembly: Assembly) -> None:
    regions = {name: stack.region for name, stack in assembly.stacks.items() if name not in OWN}
    assert regions == {"AuditStack": "ap-southeast-2", "EdgeStack": "us-east-1", "RecoveryStack": "ap-southeast-4"}


def test_tags_say_account_or_environment(assembly: Assembly) -> None:
    expected = {"Project": "tradingbot-ai", "ManagedBy": "aws-cdk", "Owner": "trading-platform", "DataClassification": "confidential"}
    assert assembly.stacks["AuditStack"].tags == {**expected, "Environment": "account"}
    assert assembly.stacks["EdgeStack"].tags == {**expected, "Environment": "production"}


def test_no_construct_id_or_logical_id_carries_a_region(assembly: Assembly) -> None:
    for resource in assembly.resources:
        for region in ("ap-southeast", "apsoutheast", "us-east", "useast"):
            assert region not in f"{resource.path} {resource.logical_id}".lower(), resource.path


def test_a_reference_to_another_region_names_it(assembly: Assembly) -> None:
    value = assembly.templates["EdgeStack"]["Outputs"]["VpcAtHome"]["Value"]
    assert value["Fn::GetStackOutput"]["StackName"] == "tradingbot-ai-production-network"
    assert value["Fn::GetStackOutput"]["Region"] == "ap-southeast-2"
    assert assembly.resolve("EdgeStack", value).startswith("${NetworkStack.Vpc")


def test_every_pack_judges_them_and_the_ledger_still_holds(inspection: Inspection) -> None:
    assert inspection.missing == []
    assert inspection.stale == []
    judged = {judgement.resource.path for judgement in inspection.evaluation.judgements}
    assert {"AuditStack/AuditLog/Resource", "EdgeStack/EdgeKey/Resource", "RecoveryStack/RecoveryLog/Resource", "AuditStack"} <= judged


def test_the_lock_has_what_they_hold(assembly: Assembly) -> None:
    lock = lock_of(assembly, create_only_properties)
    assert {"AuditStack.AuditLog", "AuditStack.ArchiveKey", "EdgeStack.EdgeLog", "RecoveryStack.RecoveryLog"} <= lock.keys()


def test_an_environment_that_does_not_deploy_the_accounts_stacks_has_its_own_ones_only(rows: None) -> None:
    places = {place.id: place.name for place in load_config("staging").stacks}
    assert "AuditStack" not in places
    assert places["EdgeStack"] == "tradingbot-ai-staging-edge"


def test_the_accounts_stack_is_the_same_whichever_environment_deploys_it(assembly: Assembly, rows: None, tmp_path: Path) -> None:
    from tradingbot_infra.application import synthesize

    other = synthesize(load_config("high-availability", {"account_stacks": True}), tmp_path)
    assert other.templates["AuditStack"] == assembly.templates["AuditStack"]
    assert other.stacks["AuditStack"].tags == assembly.stacks["AuditStack"].tags


def test_cost_prices_them_by_their_region_and_compares_them_by_their_environment(inspection: Inspection) -> None:
    usage = load_config("production").usage
    listed = read_table(TableName.LIST)
    unpriced = [str(item) for item in estimate(inspection.assembly, usage, Prices(listed, listed)).unpriced]
    assert any("us-east-1" in line for line in unpriced), "never at Sydney's prices"
    result = CliRunner().invoke(app, ["cost", "diff", str(inspection.directory), str(inspection.directory)])
    assert result.exit_code == 0, result.output
