"""The table of defaults: every row is about something that exists, and is still needed."""

import re

import pytest

from scripts.resource_schemas import settable_properties
from tests.conftest import Synthesize
from tests.test_snapshots import EVERY_OPTION
from tradingbot_infra.compliance.defaults import Default, defaults
from tradingbot_infra.config.environments import ENVIRONMENTS
from tradingbot_infra.config.settings import settings
from tradingbot_infra.templates import Assembly

ROWS = [(name, row) for name, rows in defaults().items() for row in rows]

FREE_NAMES = {("ContainerDefinitions", "LogConfiguration", "Options"), ("Parameters",), ("Properties",)}
"""Objects whose names CloudFormation's schemas leave open."""


def exists(resource_type: str, path: str) -> bool:
    """Whether CloudFormation's schema of a type has a path; of attributes, and below free names, whether it has what holds them."""
    parts: tuple[str, ...] = ()
    for part in re.sub(r"\[.*\]$", "", path).split("."):
        if parts in FREE_NAMES:
            return True
        if part not in settable_properties(resource_type, parts):
            return False
        parts = (*parts, part)
    return True


@pytest.fixture(scope="module")
def assemblies(synthesize: Synthesize) -> list[Assembly]:
    """Every environment, and production with every option."""
    return [*map(synthesize, ENVIRONMENTS), synthesize("production", **EVERY_OPTION)]


@pytest.mark.parametrize(("resource_type", "row"), ROWS, ids=[f"{name} {row.path}" for name, row in ROWS])
def test_a_row_is_about_a_property_that_exists(resource_type: str, row: Default) -> None:
    assert all(exists(resource_type, path) for path in (row.path, *row.when))
    assert row.path.startswith(row.within)
    assert all(text and not text.endswith(".") for text in (row.unset, row.why, row.source))
    assert set(re.findall(r"`(\w+)`", row.why)) <= set(settings())


def test_a_property_that_does_not_exist_is_found() -> None:
    assert not exists("AWS::KMS::Key", "EnableRotation")
    assert not exists("AWS::ECS::Service", "DeploymentConfiguration.MinHealthyPercent")
    assert exists("AWS::RDS::DBParameterGroup", "Parameters.rds.force_ssl")


def test_no_property_has_two_rows() -> None:
    assert len({(name, row.path) for name, row in ROWS}) == len(ROWS)


def test_a_default_that_is_accepted_is_one_that_some_template_leaves_to_aws(assemblies: list[Assembly]) -> None:
    """A row that every template sets says `set`, so that no template may leave it out again."""
    left = {
        (each.type, row.path)
        for assembly in assemblies
        for each in assembly.resources
        for row in defaults().get(each.type, ())
        if None in row.values(each.properties)
    }
    accepted = {(name, row.path) for name, row in ROWS if row.decision == "accepted"}
    assert accepted - left == set()


def test_a_row_is_about_resources_of_these_stacks(assemblies: list[Assembly]) -> None:
    judged = {
        (each.type, row.path)
        for assembly in assemblies
        for each in assembly.resources
        for row in defaults().get(each.type, ())
        if row.values(each.properties)
    }
    assert {(name, row.path) for name, row in ROWS} - judged == set()


WITHOUT_CONSEQUENCE = {
    "AWS::Backup::BackupSelection",
    "AWS::CloudWatch::Dashboard",
    "AWS::EC2::EIP",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NetworkAcl",
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::ManagedPolicy",
    "AWS::KMS::Alias",
    "AWS::Logs::QueryDefinition",
    "AWS::Logs::ResourcePolicy",
    "AWS::RDS::DBSubnetGroup",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::Scheduler::ScheduleGroup",
    "AWS::WAFv2::WebACLAssociation",
}
"""Types of which every property is required, a name, or part of what the resource is for."""


def test_every_type_has_rows_or_is_without_consequence(assemblies: list[Assembly]) -> None:
    """A new type asks for a look at what AWS does where its template is silent."""
    used = {each.type for assembly in assemblies for each in assembly.resources if not each.type.startswith("Custom::")}
    assert used - WITHOUT_CONSEQUENCE - defaults().keys() == set()
    assert not WITHOUT_CONSEQUENCE & defaults().keys()
