"""Rules for CloudWatch Logs, each on what complies and what does not."""

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.rules import logs
from tradingbot_infra.compliance.status import Status

CONTEXT = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:ap-southeast-2:111122223333:log-group:*"}}
ADMITS_LOGS = {
    "Effect": "Allow",
    "Principal": {"Service": "logs.ap-southeast-2.amazonaws.com"},
    "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    "Resource": "*",
    "Condition": CONTEXT,
}
LOGS_ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey")
KEY_ARN = {"Fn::GetAtt": ["Key", "Arn"]}


def group(**properties: object) -> Body:
    return resource("AWS::Logs::LogGroup", properties)


def key(*statements: object) -> Body:
    return resource("AWS::KMS::Key", {"KeyPolicy": {"Statement": list(statements)}})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, Status.PASS),
        ({"Principal": {"Service": {"Fn::Join": ["", ["logs.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}}}, Status.PASS),
        ({"Principal": {"Service": "logs.us-east-1.amazonaws.com"}}, Status.FAIL),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, Status.FAIL),
        ({"Action": LOGS_ACTIONS}, Status.PASS),
        *(({"Action": [action for action in LOGS_ACTIONS if action != missing]}, Status.FAIL) for missing in LOGS_ACTIONS),
        ({"Condition": {}}, Status.FAIL),
        ({"Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "*"}}}, Status.FAIL),
        ({"Effect": "Deny"}, Status.FAIL),
        ({"Principal": {"Service": {"Fn::ImportValue": "service"}}}, Status.NOT_ASSESSED),
    ],
)
def test_the_key_of_a_log_group_admits_cloudwatch_logs_under_its_context(change: dict[str, object], status: Status) -> None:
    assembly = assembly_of({"Key": key({**ADMITS_LOGS, **change}), "Group": group(KmsKeyId=KEY_ARN)})
    assert judge(logs.kms, assembly) == {"Group": status}


def test_other_statements_of_a_key_policy_do_not_matter() -> None:
    other = {"Effect": "Allow", "Principal": {"AWS": {"Ref": "Somebody"}}, "Action": "kms:Decrypt", "Resource": "*"}
    assembly = assembly_of({"Key": key(other, ADMITS_LOGS), "Group": group(KmsKeyId=KEY_ARN)})
    assert judge(logs.kms, assembly) == {"Group": Status.PASS}


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (None, Status.FAIL),
        ({"Ref": "KeyParameter"}, Status.NOT_ASSESSED),
        ("arn:aws:kms:ap-southeast-2:111122223333:key/1234abcd", Status.NOT_ASSESSED),
    ],
    ids=["absent", "parameter", "policy out of sight"],
)
def test_a_log_group_without_a_known_key_does_not_pass(value: object, status: Status) -> None:
    assert judge(logs.kms, assembly_of({"Group": group(**({"KmsKeyId": value} if value else {}))})) == {"Group": status}


@pytest.mark.parametrize(
    ("days", "status"),
    [(365, Status.PASS), ("400", Status.PASS), (364, Status.FAIL), (None, Status.FAIL), ({"Ref": "Days"}, Status.NOT_ASSESSED)],
)
def test_logs_are_kept_for_a_year_but_not_for_ever(days: object, status: Status) -> None:
    assembly = assembly_of({"Group": group(**({"RetentionInDays": days} if days else {}))})
    assert judge(logs.retention, assembly) == {"Group": status}


@pytest.mark.parametrize(
    ("maker", "name", "status"),
    [
        (
            resource("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "db", "EnableCloudwatchLogsExports": ["postgresql"]}),
            "/aws/rds/instance/db/postgresql",
            Status.PASS,
        ),
        (
            resource("AWS::RDS::DBInstance", {"EnableCloudwatchLogsExports": ["postgresql"]}),
            {"Fn::Join": ["/", ["/aws/rds/instance", {"Ref": "Maker"}, "postgresql"]]},
            Status.PASS,
        ),
        (
            resource("AWS::RDS::DBInstance", {"DBInstanceIdentifier": "db", "EnableCloudwatchLogsExports": ["postgresql", "upgrade"]}),
            "/aws/rds/instance/db/postgresql",
            Status.FAIL,
        ),
        (resource("AWS::RDS::DBInstance", {"EnableCloudwatchLogsExports": {"Ref": "Exports"}}), "any", Status.NOT_ASSESSED),
        (
            resource("AWS::ECS::Cluster", {"ClusterName": "c", "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]}),
            "/aws/ecs/containerinsights/c/performance",
            Status.PASS,
        ),
        (
            resource("AWS::ECS::Cluster", {"ClusterName": "c", "ClusterSettings": [{"Name": "containerInsights", "Value": "enhanced"}]}),
            "any",
            Status.FAIL,
        ),
        (resource("AWS::Lambda::Function"), {"Fn::Join": ["", ["/aws/lambda/", {"Ref": "Maker"}]]}, Status.PASS),
        (resource("AWS::Lambda::Function", {"FunctionName": "f"}), "/aws/lambda/f", Status.PASS),
        (resource("AWS::Lambda::Function", {"LoggingConfig": {"LogGroup": {"Ref": "Group"}}}), "any", Status.PASS),
        (resource("AWS::Lambda::Function"), "any", Status.FAIL),
        (resource("AWS::Lambda::Function", {"LoggingConfig": {"LogGroup": {"Ref": "Maker"}}}), "any", Status.FAIL),
        (
            resource("AWS::Lambda::Function", {"FunctionName": "f"}),
            {"Fn::Join": ["", ["/aws/lambda/", {"Ref": "Maker"}]]},
            Status.PASS,
        ),
    ],
)
def test_a_log_group_that_a_service_would_make_is_declared(maker: Body, name: object, status: Status) -> None:
    assert judge(logs.declared, assembly_of({"Maker": maker, "Group": group(LogGroupName=name)})) == {"Maker": status}


@pytest.mark.parametrize(
    "quiet",
    [
        resource("AWS::RDS::DBInstance"),
        resource("AWS::ECS::Cluster", {"ClusterSettings": [{"Name": "containerInsights", "Value": "disabled"}]}),
        resource("AWS::ECS::Cluster"),
    ],
)
def test_what_makes_no_log_group_is_not_judged(quiet: Body) -> None:
    assert judge(logs.declared, assembly_of({"Quiet": quiet})) == {}


ONE_GROUP = {"Fn::GetAtt": ["Group", "Arn"]}
WRITES = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "logs:PutLogEvents", "Resource": ONE_GROUP}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, Status.PASS),
        ({"Resource": {"Fn::Join": ["", [ONE_GROUP, ":*"]]}}, Status.PASS),
        ({"Resource": "arn:aws:logs:ap-southeast-2:111122223333:log-group:/aws/events/scans:*"}, Status.PASS),
        ({"Resource": "*"}, Status.FAIL),
        ({"Resource": "arn:aws:logs:ap-southeast-2:111122223333:log-group:*"}, Status.FAIL),
        ({"Resource": "arn:aws:logs:ap-southeast-2:111122223333:log-group:/aws/events/*:*"}, Status.FAIL),
        ({"Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}, Status.PASS),
        ({"Resource": [ONE_GROUP, "*"]}, Status.FAIL),
        ({"Resource": []}, Status.FAIL),
        ({"Principal": "*"}, Status.FAIL),
        ({"Principal": {}, "NotPrincipal": {"AWS": "arn:aws:iam::999988887777:root"}}, Status.FAIL),
        ({"Principal": {"Service": "events.amazonaws.com", "AWS": "arn:aws:iam::999988887777:root"}}, Status.FAIL),
        ({"Principal": {"AWS": "arn:aws:iam::999988887777:root"}}, Status.FAIL),
        ({"Principal": {"Service": {"Ref": "Service"}}}, Status.NOT_ASSESSED),
        ({"Resource": {"Ref": "GroupParameter"}}, Status.NOT_ASSESSED),
        ({"Resource": "*", "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "Account"}}}}, Status.NOT_ASSESSED),
    ],
)
def test_only_a_service_writes_to_one_group_or_for_this_account(change: dict[str, object], status: Status) -> None:
    policy = resource("AWS::Logs::ResourcePolicy", {"PolicyDocument": {"Statement": [{**WRITES, **change}]}})
    assert judge(logs.private, assembly_of({"Group": group(), "Policy": policy})) == {"Group": Status.PASS, "Policy": status}


@pytest.mark.parametrize(
    ("principal", "status"), [('{"Service": "events.amazonaws.com"}', Status.PASS), ('"*"', Status.FAIL), ("no JSON", Status.NOT_ASSESSED)]
)
def test_a_policy_as_json_text_is_read(principal: str, status: Status) -> None:
    text = {"Fn::Join": ["", [f'{{"Statement": [{{"Effect": "Allow", "Principal": {principal}, "Resource": "', ONE_GROUP, '"}]}']]}
    policy = resource("AWS::Logs::ResourcePolicy", {"PolicyDocument": text})
    assert judge(logs.private, assembly_of({"Group": group(), "Policy": policy})) == {"Group": Status.PASS, "Policy": status}


def test_a_log_groups_own_policy_is_judged_too() -> None:
    open_to_all = group(ResourcePolicyDocument={"Statement": [{**WRITES, "Principal": "*"}]})
    assert judge(logs.private, assembly_of({"Group": open_to_all})) == {"Group": Status.FAIL}
