"""Reading templates: references are followed, also across stacks."""

import json
from pathlib import Path

import pytest

from tradingbot_infra.templates import Assembly

PRODUCER = {
    "Resources": {
        "Key": {"Type": "AWS::KMS::Key"},
        "Other": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}},
    },
    "Outputs": {"KeyArn": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}},
}
CONSUMER = {
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "KmsMasterKeyId": {"Fn::GetStackOutput": {"StackName": "deployed-first", "OutputName": "KeyArn"}},
                "DisplayName": {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, {"Ref": "Topic"}]]},
            },
        }
    }
}


@pytest.fixture
def two_stacks(tmp_path: Path) -> Assembly:
    """A producer and a consumer of its output."""
    artifacts = {}
    for name, template in (("First", PRODUCER), ("Second", CONSUMER)):
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template))
        properties = {"templateFile": f"{name}.template.json", "stackName": f"deployed-{name.lower()}"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "properties": properties}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {**artifacts, "Tree": {"type": "cdk:tree"}}}))
    return Assembly.read(tmp_path)


def test_a_reference_across_stacks_leads_to_the_resource_itself(two_stacks: Assembly) -> None:
    topic = next(resource for resource in two_stacks.resources if resource.stack == "Second")
    assert topic.properties == {"KmsMasterKeyId": "${First.Key.Arn}", "DisplayName": "a-${AWS::Region}-${Second.Topic}"}


def test_resources_are_found_by_type(two_stacks: Assembly) -> None:
    assert [resource.logical_id for resource in two_stacks.of_type("AWS::SNS::Topic")] == ["Other", "Topic"]
    assert two_stacks.only("AWS::KMS::Key").logical_id == "Key"


@pytest.mark.parametrize("resource_type", ["AWS::SNS::Topic", "AWS::S3::Bucket"])
def test_only_refuses_none_and_many(two_stacks: Assembly, resource_type: str) -> None:
    with pytest.raises(LookupError, match=f"expected one {resource_type}"):
        two_stacks.only(resource_type)


def test_a_directory_without_an_assembly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Assembly.read(tmp_path)
