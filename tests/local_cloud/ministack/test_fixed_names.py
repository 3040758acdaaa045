"""The table of names against CloudFormation's schemas and the templates of every environment."""

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # cfn-lint has no types

from tradingbot_infra.local_cloud.ministack.fixed_names import FIXED_NAMES
from tradingbot_infra.templates import Assembly

REGION = "ap-southeast-2"
NO_NAMES_OF_THEIR_OWN = {
    ("AWS::AccessAnalyzer::Analyzer", "AnalyzerName"): "CreateAnalyzer refuses a name that an analyzer has",
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "PolicyName"): "PutScalingPolicy changes one that exists",
    ("AWS::Chatbot::SlackChannelConfiguration", "ConfigurationName"): "only recorded: the local cloud has no Slack",
    ("AWS::Logs::ScheduledQuery", "Name"): "CreateScheduledQuery refuses a name that a scheduled query has",
    ("AWS::Logs::QueryDefinition", "Name"): "two saved queries may have one name; each has an id",
}


def primary_identifier(kind: str) -> list[str]:
    """The properties that identify a resource of this type."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    return [path.removeprefix("/properties/") for path in schema["primaryIdentifier"]]


def test_every_name_that_a_template_of_any_environment_fixes_is_known(assembly: Assembly) -> None:
    unknown = set()
    for resource in assembly.resources:
        kind, given = resource.type, resource.body.get("Properties", {})
        if kind.startswith("AWS::"):
            usual = {"Name", f"{kind.rpartition(':')[2]}Name", "GroupName", "PolicyName", "FilterName", "SubscriptionName"}
            identifier = primary_identifier(kind)
            names = {*usual, *(identifier if len(identifier) == 1 else ())}
            unknown |= {(kind, one) for one in names if isinstance(given.get(one), str) and not is_known(kind, one)}
    assert unknown <= NO_NAMES_OF_THEIR_OWN.keys()


def is_known(kind: str, name: str) -> bool:
    return kind in FIXED_NAMES and FIXED_NAMES[kind].property == name


@pytest.mark.parametrize("kind", FIXED_NAMES)
def test_the_types_that_can_be_imported_by_name_are_those_whose_name_identifies_them(kind: str) -> None:
    assert FIXED_NAMES[kind].identifies == (primary_identifier(kind) == [FIXED_NAMES[kind].property])
