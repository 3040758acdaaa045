"""Rules for Lambda, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import lambda_functions
from tradingbot_infra.compliance.rules.lambda_functions import concurrency, dead_letter, inside_vpc
from tradingbot_infra.compliance.status import Status

FUNCTION_ARN = {"Fn::GetAtt": ["Function", "Arn"]}
ROTATION = resource("AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": FUNCTION_ARN})
RULE_ARN = {"Fn::GetAtt": ["Rule", "Arn"]}


def function(**properties: object) -> Body:
    return resource("AWS::Lambda::Function", properties)


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"Runtime": "python3.13"}, Status.PASS),
        ({"Runtime": "nodejs24.x"}, Status.PASS),
        ({"Runtime": "nodejs20.x"}, Status.FAIL),
        ({"Runtime": "python3.7"}, Status.FAIL),
        ({}, Status.FAIL),
        ({"Runtime": {"Fn::FindInMap": ["Runtimes", "ap-southeast-2", "Node"]}}, Status.NOT_ASSESSED),
        ({"PackageType": "Image"}, None),
    ],
)
def test_a_function_runs_on_a_supported_runtime(properties: dict[str, object], status: Status | None) -> None:
    found = judge(lambda_functions.supported_runtime, assembly_of({"Function": function(**properties)}))
    assert found == ({"Function": status} if status else {})


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"Principal": "secretsmanager.amazonaws.com", "SourceAccount": {"Ref": "AWS::AccountId"}}, Status.PASS),
        ({"Principal": "events.amazonaws.com", "SourceArn": RULE_ARN}, Status.PASS),
        ({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::logs", "SourceAccount": "111122223333"}, Status.PASS),
        ({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::logs"}, Status.FAIL),
        ({"Principal": "secretsmanager.amazonaws.com"}, Status.FAIL),
        ({"Principal": "events.amazonaws.com", "SourceAccount": "999988887777"}, Status.FAIL),
        ({"Principal": "events.amazonaws.com", "SourceArn": "arn:aws:events:ap-southeast-2:999988887777:rule/x"}, Status.FAIL),
        ({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::logs", "SourceAccount": "999988887777"}, Status.FAIL),
        ({"Principal": "*", "SourceAccount": "111122223333"}, Status.FAIL),
        ({"Principal": "999988887777"}, Status.FAIL),
        ({"Principal": {"Fn::GetAtt": ["Role", "Arn"]}}, Status.PASS),
        ({"Principal": {"Ref": "Caller"}}, Status.NOT_ASSESSED),
        ({"Principal": "events.amazonaws.com", "SourceArn": {"Fn::ImportValue": "rule"}}, Status.NOT_ASSESSED),
    ],
)
def test_a_permission_is_for_a_service_of_this_account(properties: dict[str, object], status: Status) -> None:
    permission = resource("AWS::Lambda::Permission", {"FunctionName": FUNCTION_ARN, **properties})
    others = {"Rule": resource("AWS::Events::Rule"), "Role": resource("AWS::IAM::Role")}
    assembly = assembly_of({**others, "Function": function(), "Permission": permission})
    assert judge(lambda_functions.private, assembly) == {"Permission": status}


def test_a_function_that_nobody_else_may_call_is_private() -> None:
    assert judge(lambda_functions.private, assembly_of({"Function": function()})) == {"Function": Status.PASS}


@pytest.mark.parametrize(("kind", "status"), [("AWS_IAM", Status.PASS), ("NONE", Status.FAIL), ({"Ref": "Kind"}, Status.NOT_ASSESSED)])
def test_no_url_of_a_function_is_open(kind: object, status: Status) -> None:
    assert judge(lambda_functions.private, assembly_of({"Url": resource("AWS::Lambda::Url", {"AuthType": kind})})) == {"Url": status}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"VpcConfig": {"SubnetIds": [{"Ref": "Subnet"}]}}, Status.PASS),
        ({"VpcConfig": {"SubnetIds": []}}, Status.FAIL),
        ({}, Status.FAIL),
        ({"VpcConfig": {"SubnetIds": {"Fn::Split": [",", {"Ref": "Subnets"}]}}}, Status.NOT_ASSESSED),
    ],
)
def test_a_function_that_rotates_secrets_runs_in_the_vpc(properties: dict[str, object], status: Status) -> None:
    assembly = assembly_of({"Function": function(**properties), "Rotation": ROTATION})
    assert judge(lambda_functions.private, assembly) == {"Function": status}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"Environment": {"Variables": {"MODE": "live"}}, "KmsKeyArn": {"Fn::GetAtt": ["Key", "Arn"]}}, Status.PASS),
        ({"Environment": {"Variables": {"MODE": "live"}}}, Status.FAIL),
        ({"Environment": {"Variables": {"MODE": "live"}}, "KmsKeyArn": {"Ref": "KeyParameter"}}, Status.NOT_ASSESSED),
        ({"Environment": {"Variables": {}}}, None),
        ({}, None),
    ],
)
def test_environment_variables_are_under_a_customer_managed_key(properties: dict[str, object], status: Status | None) -> None:
    assembly = assembly_of({"Key": resource("AWS::KMS::Key"), "Function": function(**properties)})
    assert judge(lambda_functions.environment_encrypted, assembly) == ({"Function": status} if status else {})


IN_THE_VPC = {"VpcConfig": {"SubnetIds": ["${Stack.Subnet}"], "SecurityGroupIds": ["${Stack.Group}"]}}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({}, Status.FAIL),
        ({"VpcConfig": {"SubnetIds": ["${Stack.Subnet}"]}}, Status.FAIL),
        ({"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}}, Status.FAIL),
        ({"VpcConfig": {"Fn::If": ["Private", {}, {}]}}, Status.NOT_ASSESSED),
        (IN_THE_VPC, Status.PASS),
    ],
    ids=str,
)
def test_a_function_runs_in_the_vpc(properties: dict[str, object], status: Status) -> None:
    assert judge(inside_vpc, assembly_of({"One": function(**properties)})) == {"One": status}


@pytest.mark.parametrize(
    ("properties", "status"), [({}, Status.FAIL), ({"DeadLetterConfig": {"TargetArn": "${Stack.Queue.Arn}"}}, Status.PASS)], ids=str
)
def test_a_function_keeps_failed_calls(properties: dict[str, object], status: Status) -> None:
    assert judge(dead_letter, assembly_of({"One": function(**properties)})) == {"One": status}


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({}, Status.FAIL),
        ({"ReservedConcurrentExecutions": 0}, Status.FAIL),
        ({"ReservedConcurrentExecutions": {"Ref": "Number"}}, Status.NOT_ASSESSED),
        ({"ReservedConcurrentExecutions": 1}, Status.PASS),
    ],
    ids=str,
)
def test_a_function_has_a_limit(properties: dict[str, object], status: Status) -> None:
    assert judge(concurrency, assembly_of({"One": function(**properties)})) == {"One": status}
