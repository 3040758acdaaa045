"""Reading templates: references are followed, also across stacks."""

import json
from pathlib import Path

import pytest

from tradingbot_infra.templates import STACK_TYPE, Assembly

PRODUCER: dict[str, dict[str, object]] = {
    "Resources": {
        "Key": {"Type": "AWS::KMS::Key"},
        "Other": {"Type": "AWS::SNS::Topic", "Properties": {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}},
    },
    "Outputs": {"KeyArn": {"Value": {"Fn::GetAtt": ["Key", "Arn"]}}},
}
CONSUMER: dict[str, dict[str, object]] = {
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
    templates: dict[str, dict[str, dict[str, object]]] = {"First": PRODUCER, "Second": CONSUMER}
    for name, template in templates.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template))
        paths = {f"/{name}/{key}/Resource": [{"type": "aws:cdk:logicalId", "data": key}] for key in template["Resources"]}
        (tmp_path / f"{name}.metadata.json").write_text(json.dumps(paths))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/ap-southeast-2",
            "additionalMetadataFile": f"{name}.metadata.json",
            "properties": {
                "templateFile": f"{name}.template.json",
                "stackName": f"deployed-{name.lower()}",
                "terminationProtection": name == "First",
            },
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {**artifacts, "Tree": {"type": "cdk:tree"}}}))
    return Assembly.read(tmp_path)


def test_a_reference_across_stacks_resolves_to_the_resource(two_stacks: Assembly) -> None:
    topic = next(resource for resource in two_stacks.resources if resource.stack == "Second")
    assert topic.properties == {"KmsMasterKeyId": "${First.Key.Arn}", "DisplayName": "a-${AWS::Region}-${Second.Topic}"}


def test_resources_are_found_by_type(two_stacks: Assembly) -> None:
    assert [resource.logical_id for resource in two_stacks.of_type("AWS::SNS::Topic")] == ["Other", "Topic"]
    assert two_stacks.only("AWS::KMS::Key").logical_id == "Key"


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ({"Fn::Sub": "arn:${AWS::Partition}:${Key}:${Key.Arn}"}, "arn:${AWS::Partition}:${First.Key}:${First.Key.Arn}"),
        ({"Fn::Sub": ["${Own}", {"Own": "x"}]}, {"Fn::Sub": ["${Own}", {"Own": "x"}]}),
        ({"Fn::Join": ["-", ["a", {"Fn::ImportValue": "b"}]]}, {"Fn::Join": ["-", ["a", {"Fn::ImportValue": "b"}]]}),
        ({"Fn::Join": [",", {"Fn::GetAZs": ""}]}, {"Fn::Join": [",", {"Fn::GetAZs": ""}]}),
    ],
)
def test_what_only_cloudformation_knows_stays_a_function(value: object, resolved: object, two_stacks: Assembly) -> None:
    assert two_stacks.resolve("First", value) == resolved


def test_a_stack_is_a_resource_of_its_own_type(two_stacks: Assembly) -> None:
    protected = {stack.logical_id: stack.properties["EnableTerminationProtection"] for stack in two_stacks.of_type(STACK_TYPE)}
    assert protected == {"First": True, "Second": False}


def test_a_resource_knows_the_path_of_its_construct(two_stacks: Assembly) -> None:
    assert two_stacks.only("AWS::KMS::Key").path == "First/Key/Resource"


def test_a_reference_is_followed_to_its_resource_and_nothing_else_is(two_stacks: Assembly) -> None:
    assert two_stacks.referred("${First.Key.Arn}") == two_stacks.only("AWS::KMS::Key")
    for value in ("${First.Missing}", "arn:${AWS::Partition}:kms:key", "x${First.Key}", None, ["${First.Key}"]):
        assert two_stacks.referred(value) is None


@pytest.mark.parametrize("resource_type", ["AWS::SNS::Topic", "AWS::S3::Bucket"])
def test_only_refuses_none_and_many(two_stacks: Assembly, resource_type: str) -> None:
    with pytest.raises(LookupError, match=f"expected one {resource_type}"):
        two_stacks.only(resource_type)


def test_a_directory_without_an_assembly_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Assembly.read(tmp_path)
