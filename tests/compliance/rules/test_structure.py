"""Whatever could hide a value from the rules is a violation, and none of it is a traceback."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.compliance.builders import assembly_of, judge, resource
from tradingbot_infra.compliance.rules import RULES, structure
from tradingbot_infra.compliance.rules.allowed_properties import allowed
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import STACK_TYPE, Assembly, Bootstrap, Publication, Stack

CONFIG = load_config("production")
ROLE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/cdk-hnb659fds-deploy-role-${AWS::AccountId}-ap-southeast-2"
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-ap-southeast-2"
KEY = resource("AWS::KMS::Key", {})
BOOTSTRAP: dict[str, object] = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}
IMAGE: dict[str, object] = {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}
LATEST = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-arm64"
OUTPUTS: dict[str, Any] = {
    "VpcId": {"Value": {"Ref": "Vpc"}, "Description": "text"},
    "EgressAddresses": {"Value": {"Fn::Join": ["", [{"Ref": "Address"}, ",", {"Ref": "Address"}]]}},
    "PublishOutputRefVpc": {"Value": {"Ref": "Vpc"}},
}
PASSWORD = ["{{resolve:secretsmanager:", {"Ref": "Password"}, ":SecretString:password::}}"]


def designed(**changes: object) -> Assembly:
    """The stacks of production, empty; `changes` are those of NetworkStack."""
    stacks = {
        place.id: Stack(
            deployed_name=place.name,
            template_file=f"{place.id}.template.json",
            region=place.region,
            termination_protection=True,
            tags={},
            paths={},
            bootstrap=Bootstrap(6, "/cdk-bootstrap/hnb659fds/version"),
            publication=Publication(roles=(ROLE,), buckets=(BUCKET,)),
        )
        for place in CONFIG.stacks
    }
    stacks["NetworkStack"] = replace(stacks["NetworkStack"], **changes)  # type: ignore[arg-type]  # fields by name
    return Assembly({name: {"Resources": {}} for name in stacks}, stacks, config=CONFIG)


def with_template(**sections: object) -> Assembly:
    """The stacks of production, with these sections in NetworkStack's template."""
    assembly = designed()
    return replace(assembly, templates={**assembly.templates, "NetworkStack": {"Resources": {}, **sections}})


def with_body(body: object, **attributes: object) -> Assembly:
    """One resource of a stack that has a secret beside it."""
    others = {"Key": KEY, "Password": resource("AWS::SecretsManager::Secret")}
    assembly = assembly_of(others)
    return replace(assembly, templates={"Stack": {"Resources": {**others, "One": body}, **attributes}})


class TestStacks:
    """Rules cfn.stack and cfn.publication."""

    def test_those_of_the_design_pass(self) -> None:
        assert set(judge(structure.stack, designed()).values()) == {Status.PASS}
        assert set(judge(structure.publication, designed()).values()) == {Status.PASS}

    @pytest.mark.parametrize(
        "changes",
        [
            {"deployed_name": "mine"},
            {"region": "us-east-1"},
            {"account": "111122223333"},
            {"deployed_name": "tradingbot-ai-staging-network"},
        ],
        ids=str,
    )
    def test_one_elsewhere_or_under_another_name_fails(self, changes: dict[str, object]) -> None:
        assert judge(structure.stack, designed(**changes))["NetworkStack"] is Status.FAIL

    @pytest.mark.parametrize("name", ["FifthStack", "Stage/NetworkStack", "NetworkStack2"])
    def test_one_more_fails(self, name: str) -> None:
        assembly = designed()
        extra = {**assembly.stacks, name: assembly.stacks["NetworkStack"]}
        found = judge(structure.stack, replace(assembly, templates={**assembly.templates, name: {}}, stacks=extra))
        assert found[name] is Status.FAIL

    def test_one_too_few_fails(self) -> None:
        assembly = designed()
        fewer = {name: stack for name, stack in assembly.stacks.items() if name != "MonitoringStack"}
        assert judge(structure.stack, replace(assembly, stacks=fewer))["NetworkStack"] is Status.FAIL

    def test_what_nobody_reads_is_not_assessed(self) -> None:
        unread = replace(designed(), unread=("Other of type terraform:module",))
        assert judge(structure.stack, unread)["NetworkStack"] is Status.NOT_ASSESSED

    def test_without_settings_nothing_is_asked_for(self) -> None:
        assert judge(structure.stack, replace(designed(), config=None)) == {}
        assert judge(structure.outputs, replace(designed(), config=None)) == {}
        assert judge(structure.publication, designed(publication=None)).keys() == {
            "DataStack",
            "ServiceStack",
            "MonitoringStack",
            "AccountSecurityStack",
        }

    @pytest.mark.parametrize(
        "publication",
        [
            Publication(roles=("arn:aws:iam::999988887777:role/cdk-hnb659fds-deploy-role-999988887777-ap-southeast-2",), buckets=(BUCKET,)),
            Publication(roles=("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/admin",), buckets=(BUCKET,)),
            Publication(roles=(ROLE.replace("ap-southeast-2", "us-east-1"),), buckets=(BUCKET,)),
            Publication(roles=("None",), buckets=(BUCKET,)),
            Publication(roles=(ROLE,), buckets=("somebody-elses-bucket",)),
            Publication(roles=(ROLE,), buckets=(BUCKET,), images=("built",)),
        ],
        ids=str,
    )
    def test_another_role_or_bucket_fails(self, publication: Publication) -> None:
        assert judge(structure.publication, designed(publication=publication))["NetworkStack"] is Status.FAIL


class TestTemplates:
    """Rules cfn.template and cfn.outputs."""

    def test_what_the_cdk_writes_passes(self) -> None:
        sections = {"Description": "text", "Parameters": {"BootstrapVersion": BOOTSTRAP}, "Rules": {"CheckBootstrapVersion": {}}}
        assert judge(structure.template, with_template(**sections))["NetworkStack"] is Status.PASS

    def test_the_image_of_an_instance_is_a_parameter_only_where_there_is_one(self) -> None:
        parameters = {"Image": {**IMAGE, "Default": LATEST}}
        instance = {"Nat": resource("AWS::EC2::Instance")}
        assert judge(structure.template, with_template(Parameters=parameters, Resources=instance))["NetworkStack"] is Status.PASS
        assert judge(structure.template, with_template(Parameters=parameters))["NetworkStack"] is Status.FAIL

    @pytest.mark.parametrize(
        "sections",
        [
            {"Conditions": {"Never": {"Fn::Equals": ["a", "b"]}}},
            {"Mappings": {"Ports": {"Open": {"Port": 22}}}},
            {"Transform": "AWS::Serverless-2016-10-31"},
            {"Transform": ["AWS::LanguageExtensions"]},
            {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://elsewhere/part.yml"}}},
            {"Metadata": {"AWS::CloudFormation::Interface": {}}},
            {"Hooks": {"Shift": {"Type": "AWS::CodeDeploy::BlueGreen"}}},
            {"Globals": {}},
            {"Rules": {"Other": {"Assertions": []}}},
            {"Rules": []},
            {"Parameters": {"Password": {"Type": "String", "NoEcho": True, "Default": "hunter2"}}},
            {"Parameters": {"BootstrapVersion": {"Type": "String", "Default": "/cdk-bootstrap/x/version"}}},
            {"Parameters": {"BootstrapVersion": {**BOOTSTRAP, "NoEcho": True}}},
            {"Parameters": {"Image": {**IMAGE, "Default": "/elsewhere/image"}}, "Resources": {"Nat": resource("AWS::EC2::Instance")}},
            {"Parameters": ["BootstrapVersion"]},
            {"Resources": {"Fn::ForEach::Buckets": ["Name", ["a", "b"], {}]}},
            {"Resources": {"One": {"Properties": {}}}},
            {"Resources": {"One": {"Type": ["AWS::S3::Bucket"]}}},
            {"Resources": {"One": {"Type": "AWS::S3::Bucket", "Properties": ["BucketName"]}}},
            {"Resources": []},
        ],
        ids=json.dumps,
    )
    def test_anything_else_fails_and_every_rule_can_still_judge(self, sections: dict[str, object]) -> None:
        assembly = with_template(**sections)
        assert judge(structure.template, assembly)["NetworkStack"] is Status.FAIL
        for rule in RULES.values():
            for each in assembly.of_type(*rule.types):
                rule.judge(each, assembly)

    def outputs(self, **outputs: object) -> Status:
        """The status of NetworkStack with these outputs; DataStack reads PublishOutputRefVpc."""
        resources = {"Vpc": resource("AWS::EC2::VPC"), "Address": resource("AWS::EC2::EIP")}
        assembly = with_template(Resources=resources, Outputs={**OUTPUTS, **outputs})
        read = {"Fn::GetStackOutput": {"StackName": "tradingbot-ai-production-network", "OutputName": "PublishOutputRefVpc"}}
        reader = {"Resources": {"Reader": resource("AWS::EC2::Subnet", {"VpcId": read})}}
        return judge(structure.outputs, replace(assembly, templates={**assembly.templates, "DataStack": reader}))["NetworkStack"]

    def test_outputs_of_the_design_pass(self) -> None:
        assert self.outputs() is Status.PASS

    @pytest.mark.parametrize(
        "outputs",
        [
            {"Password": {"Value": "hunter2"}},
            {"Password": {"Value": {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Vpc"}, ":SecretString}}"]]}}},
            {"VpcId": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "for-everybody"}}},
            {"VpcId": {"Value": {"Ref": "Vpc"}, "Condition": "Sometimes"}},
            {"VpcId": {"Value": {"Ref": "Address"}}},
            {"VpcId": {"Value": {"Fn::If": ["Sometimes", {"Ref": "Vpc"}, "hunter2"]}}},
            {"EgressAddresses": {"Value": {"Fn::Join": ["", [{"Ref": "Address"}, "hunter2"]]}}},
            {"EgressAddresses": {"Value": "hunter2"}},
            {"PublishOutputRefAddress": {"Value": {"Ref": "Address"}}},
            {"PublishOutputRefVpc": {"Value": "hunter2"}},
            {"VpcId": "vpc-1"},
        ],
        ids=json.dumps,
    )
    def test_any_other_output_stops_the_synthesis(self, outputs: dict[str, object]) -> None:
        assert self.outputs(**outputs) in (Status.FAIL, Status.NOT_ASSESSED)

    def test_an_output_of_the_wrong_resource_fails(self) -> None:
        assert self.outputs(VpcId={"Value": {"Ref": "Address"}}) is Status.FAIL
        assert judge(structure.outputs, with_template(Outputs={"VpcId": {"Value": "vpc-1"}}))["NetworkStack"] is Status.FAIL


class TestFunctions:
    """Rule cfn.functions."""

    @pytest.mark.parametrize(
        "value",
        [
            {"Ref": "Key"},
            {"Ref": "AWS::Region"},
            {"Fn::GetAtt": ["Key", "Arn"]},
            {"Fn::GetAtt": "Key.Arn"},
            {"Fn::Sub": "cdk-assets-${AWS::AccountId}-${Key.Arn}"},
            {"Fn::Join": ["", ["a", {"Ref": "Key"}]]},
            {"Fn::Base64": "#!/bin/sh\necho ${HOME}"},
            {"Fn::Select": [0, {"Fn::Split": [":", {"Ref": "Key"}]}]},
            {"StringEquals": {"aws:PrincipalTag": "${aws:username}"}},
        ],
        ids=json.dumps,
    )
    def test_a_reference_passes(self, value: object) -> None:
        assert judge(structure.functions, with_body(resource("AWS::X::Y", {"Name": value})))["One"] is Status.PASS

    @pytest.mark.parametrize(
        "value",
        [
            {"Fn::If": ["Sometimes", True, False]},
            {"Fn::FindInMap": ["Ports", "Open", "Port"]},
            {"Fn::ImportValue": "elsewhere"},
            {"Fn::Sub": ["${Own}", {"Own": "x"}]},
            {"Fn::Sub": "${Parameter}"},
            {"Fn::Transform": {"Name": "AWS::Include"}},
            {"Fn::Cidr": ["10.0.0.0/8", 1]},
            {"Fn::GetStackOutput": {"StackName": "unknown", "OutputName": "Other"}},
            {"Fn::GetStackOutput": {"StackName": "test-Stack", "OutputName": "Unknown"}},
            {"Fn::GetStackOutput": {"StackName": "test-Stack", "OutputName": "Out", "RoleArn": "arn:aws:iam::999988887777:role/x"}},
            {"Fn::GetStackOutput": {"StackName": "test-Stack", "OutputName": "Out", "Region": "us-east-1"}},
            {"Fn::GetStackOutput": "test-Stack"},
            {"Ref": "Parameter"},
            {"Ref": "AWS::NoValue"},
            {"Ref": "AWS::StackId"},
            {"Ref": ["Key"]},
            {"Fn::GetAtt": ["Missing", "Arn"]},
            {"Fn::GetAtt": [{"Ref": "Key"}, "Arn"]},
            {"Fn::GetAtt": []},
            {"Fn::Join": ["", [{"Fn::If": ["Sometimes", "a", "b"]}]]},
            {"Fn::If": ["Sometimes", "a", "b"], "Beside": "c"},
            "${Stack.Key.Arn}",
            "{{resolve:ssm:/plain/password}}",
            "{{resolve:ssm-secure:/password:1}}",
            {"Fn::Join": ["", ["{{res", "olve:ssm:/plain/password}}"]]},
            {"Fn::Join": ["", PASSWORD]},
        ],
        ids=json.dumps,
    )
    def test_a_hidden_value_fails(self, value: object) -> None:
        body = resource("AWS::X::Y", {"Name": {"Deep": [value]}})
        assembly = with_body(body, Outputs={"Out": {"Value": "x"}})
        assert judge(structure.functions, assembly)["One"] is Status.FAIL

    def test_a_function_in_an_attribute_or_in_place_of_all_properties_fails(self) -> None:
        for body in (
            {"Type": "AWS::X::Y", "DeletionPolicy": {"Fn::If": ["Sometimes", "Retain", "Delete"]}},
            {"Type": "AWS::X::Y", "Properties": {"Fn::Transform": {"Name": "AWS::Include"}}},
        ):
            assert judge(structure.functions, with_body(body))["One"] is Status.FAIL

    @pytest.mark.parametrize(
        ("resource_type", "name", "value", "status"),
        [
            ("AWS::RDS::DBInstance", "MasterUserPassword", {"Fn::Join": ["", PASSWORD]}, Status.PASS),
            ("AWS::ElastiCache::ReplicationGroup", "AuthToken", {"Fn::Join": ["", PASSWORD]}, Status.PASS),
            ("AWS::ElastiCache::ReplicationGroup", "AuthToken", "{{resolve:ssm:/plain/token}}", Status.FAIL),
            ("AWS::ElastiCache::ReplicationGroup", "Description", {"Fn::Join": ["", PASSWORD]}, Status.FAIL),
        ],
    )
    def test_passwords_of_data_stores_come_from_secrets_manager(self, resource_type: str, name: str, value: object, status: Status) -> None:
        assert judge(structure.functions, with_body(resource(resource_type, {name: value})))["One"] is status

    def test_a_circle_of_outputs_ends(self) -> None:
        value = {"Fn::GetStackOutput": {"StackName": "test-Stack", "OutputName": "Out"}}
        assembly = with_body(resource("AWS::X::Y", {"Name": value}), Outputs={"Out": {"Value": value}})
        assert assembly.resolve("Stack", value) == value


class TestClasses:
    """Rule cfn.typed: the public packs look at the CDK's classes, never at a bare CfnResource."""

    def declared(self, resource_type: str, path: str, cdk_class: str | None) -> Status | None:
        """The status of a resource that a class declared."""
        assembly = assembly_of({"One": resource(resource_type)})
        stack = replace(assembly.stacks["Stack"], paths={"One": path})
        classes = None if cdk_class is None else {path: cdk_class}
        return judge(structure.typed, replace(assembly, stacks={"Stack": stack}, classes=classes)).get("One")

    @pytest.mark.parametrize(
        ("resource_type", "path", "cdk_class", "status"),
        [
            ("AWS::RDS::DBInstance", "Stack/One", "rds.CfnDBInstance", Status.PASS),
            ("AWS::WAFv2::WebACL", "Stack/One", "wafv2.CfnWebACL", Status.PASS),
            ("AWS::RDS::DBInstance", "Stack/One", "", Status.FAIL),
            ("AWS::RDS::DBInstance", "Stack/One", "sqs.CfnQueue", Status.FAIL),
            ("AWS::Lambda::Function", "Stack/One", "", Status.FAIL),
            ("AWS::Lambda::Function", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler", "", Status.PASS),
            ("AWS::EC2::Instance", "NetworkStack/Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler", "", Status.FAIL),
            ("Custom::Anything", "Stack/One", "", None),
            ("AWS::RDS::DBInstance", "Stack/One", None, None),
        ],
    )
    def test_a_resource_has_the_class_of_its_type(self, resource_type: str, path: str, cdk_class: str, status: Status | None) -> None:
        assert self.declared(resource_type, path, cdk_class) is status


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({"Metadata": {"aws:cdk:path": "Stack/One", "aws:asset:path": "asset.1"}}, []),
        ({"Metadata": {"AWS::CloudFormation::Init": {"config": {"commands": {}}}}}, ["Metadata.AWS::CloudFormation::Init"]),
        ({"Metadata": {"AWS::CloudFormation::Authentication": {}}}, ["Metadata.AWS::CloudFormation::Authentication"]),
        ({"Metadata": ["x"]}, ["Metadata."]),
        ({"UpdatePolicy": {"UseOnlineResharding": True}}, ["UpdatePolicy.UseOnlineResharding"]),
        ({"CreationPolicy": {"ResourceSignal": {"Count": 0}}}, ["CreationPolicy.ResourceSignal.Count"]),
        ({"Condition": "Never"}, ["Condition"]),
        ({"Fn::Transform": {"Name": "AWS::Include"}}, ["Fn::Transform.Name"]),
    ],
    ids=str,
)
def test_an_attribute_that_no_table_names_is_not_assessed(attributes: dict[str, object], found: list[str]) -> None:
    assembly = assembly_of({"One": resource("AWS::KMS::Alias", {}, **attributes)})
    observations = allowed.judge(assembly.only("AWS::KMS::Alias"), assembly)
    assert [each.property for each in observations if each.status is Status.NOT_ASSESSED and each.property != "Properties"] == found


@pytest.mark.parametrize("resource_type", [STACK_TYPE, "AWS::CloudFormation::CustomResource", "Custom::Anything", ""])
def test_a_nested_stack_and_a_custom_resource_are_not_assessed(resource_type: str) -> None:
    body = resource(resource_type, {"TemplateURL": "https://elsewhere/template.json"})
    assert judge(allowed, assembly_of({"One": body}))["One"] is Status.NOT_ASSESSED


def test_the_stacks_of_a_stage_are_read(tmp_path: Path) -> None:
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/us-east-1",
        "displayName": "Later/Hidden",
        "properties": {"templateFile": "Hidden.template.json"},
    }
    inner = tmp_path / "assembly-Later"
    inner.mkdir()
    (inner / "Hidden.template.json").write_text(json.dumps({"Resources": {"Door": {"Type": "AWS::SQS::Queue"}}}))
    (inner / "manifest.json").write_text(json.dumps({"artifacts": {"LaterHidden1": stack}}))
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Later"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"Later": stage, "Other": {"type": "terraform:module"}}}))
    assembly = Assembly.read(tmp_path, CONFIG)
    (door,) = assembly.of_type("AWS::SQS::Queue")
    assert (door.stack, assembly.stacks["Later/Hidden"].deployed_name) == ("Later/Hidden", "LaterHidden1")
    assert judge(structure.stack, assembly)["Later/Hidden"] is Status.FAIL
    assert assembly.unread == ("Other of type terraform:module",)
