"""A second service needs a row, and a stack that runs it; groups, rules and permissions follow from the row."""

from pathlib import Path

import pytest

from tests.scopes.trader_stack import ROW, TRADER
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design import services, stacks
from tradingbot_infra.node import use_pinned_node
from tradingbot_infra.templates import Assembly

pytestmark = pytest.mark.xdist_group("inspections")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Production with a trader."""
    use_pinned_node()
    from tradingbot_infra.application import synthesize

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "SERVICES", (*services.SERVICES, TRADER))
        patch.setattr(stacks, "STACKS", (*stacks.STACKS, ROW))
        return synthesize(load_config("production"), Path(tmp_path_factory.mktemp("trader")))


def group_rules(assembly: Assembly, resource_type: str, source: str, target: str) -> set[int]:
    """Ports of the rules of one kind from one group to another, by the logical ids of the groups."""
    own, other = ("GroupId", "DestinationSecurityGroupId") if resource_type.endswith("Egress") else ("SourceSecurityGroupId", "GroupId")
    return {
        rule.properties["FromPort"]
        for rule in assembly.of_type(resource_type)
        if source in rule.properties.get(own, "") and target in rule.properties.get(other, "")
    }


def test_its_tasks_have_a_security_group_that_lets_nothing_in(assembly: Assembly) -> None:
    groups = {group.logical_id: group.properties for group in assembly.of_type("AWS::EC2::SecurityGroup")}
    assert groups["TraderSecurityGroup"].get("SecurityGroupIngress", []) == []
    assert [rule["FromPort"] for rule in groups["TraderSecurityGroup"]["SecurityGroupEgress"]] == [443, 8443, 9443]
    assert [rule for rule in assembly.of_type("AWS::EC2::SecurityGroupIngress") if "Trader" in rule.properties["GroupId"]] == []


def test_it_reaches_the_data_stores_of_its_row_and_no_other(assembly: Assembly) -> None:
    for direction in ("AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"):
        assert group_rules(assembly, direction, "TraderSecurityGroup", "RdsSecurityGroup") == {5432}
        assert group_rules(assembly, direction, "TraderSecurityGroup", "RedisSecurityGroup") == set()
        assert group_rules(assembly, direction, "EcsSecurityGroup", "RedisSecurityGroup") == {6379}, "the API keeps its own"


def test_its_container_gets_the_secrets_of_its_row_and_listens_on_no_port(assembly: Assembly) -> None:
    (task,) = (task for task in assembly.of_type("AWS::ECS::TaskDefinition") if task.stack == "TraderStack")
    (container,) = task.properties["ContainerDefinitions"]
    assert task.properties["Family"] == "tradingbot-ai-production-trader"
    assert container["Name"] == "trader-container"
    assert container.get("PortMappings", []) == []
    names = {secret["Name"] for secret in container["Secrets"]}
    assert {"BINANCE_API_KEY", "BINANCE_API_SECRET", "PGPASSWORD"} <= names
    assert "TELEGRAM_BOT_TOKEN" not in names


def test_its_log_group_and_service_are_named_after_its_row(assembly: Assembly) -> None:
    names = {resource.properties.get("LogGroupName") for resource in assembly.of_type("AWS::Logs::LogGroup")}
    assert "/ecs/tradingbot-ai-production-trader" in names
    assert {service.properties["ServiceName"] for service in assembly.of_type("AWS::ECS::Service")} == {
        "tradingbot-ai-production-service",
        "tradingbot-ai-production-trader",
    }


def test_its_deployment_never_runs_two_tasks(assembly: Assembly) -> None:
    percents = {
        service.properties["ServiceName"].rpartition("-")[2]: (
            service.properties["DeploymentConfiguration"]["MinimumHealthyPercent"],
            service.properties["DeploymentConfiguration"]["MaximumPercent"],
        )
        for service in assembly.of_type("AWS::ECS::Service")
    }
    assert percents == {"service": (100, 200), "trader": (0, 100)}
