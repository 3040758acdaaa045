"""Doors and names of others, each on what complies and what does not."""

from dataclasses import replace
from typing import Any

import pytest

from tests.compliance.builders import Body, assembly_of, judge, resource
from tradingbot_infra.compliance.reading.doors import DOORS
from tradingbot_infra.compliance.rules import data_doors
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.templates import Assembly

OWN, FOREIGN = "arn:aws:logs:ap-southeast-2:${AWS::AccountId}", "arn:aws:logs:ap-southeast-2:999988887777"
LOG, TOPIC = {"Ref": "Log"}, {"Ref": "Topic"}
KNOWN = {
    "Log": resource("AWS::Logs::LogGroup"),
    "Topic": resource("AWS::SNS::Topic"),
    "Bucket": resource("AWS::S3::Bucket"),
    "Vault": resource("AWS::Backup::BackupVault"),
}


def assembly_with(body: Body, **settings: object) -> Assembly:
    return replace(assembly_of({**KNOWN, "Judged": body}), config=load_config("production", settings))


def door(resource_type: str, properties: dict[str, Any], **settings: object) -> Status:
    return judge(data_doors.doors, assembly_with(resource(resource_type, properties), **settings))["Judged"]


def names(properties: dict[str, Any], resource_type: str = "AWS::KMS::Key", **settings: object) -> Status | None:
    return judge(data_doors.foreign, assembly_with(resource(resource_type, properties), **settings)).get("Judged")


def log_of(attribute: str, bucket: object) -> dict[str, Any]:
    return {"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}, {"Key": attribute, "Value": bucket}]}


def copied_to(vault: object) -> dict[str, Any]:
    rules = [{"TargetBackupVault": {"Ref": "Vault"}, "CopyActions": [{"DestinationBackupVaultArn": vault}]}]
    return {"BackupPlan": {"BackupPlanRule": rules}}


def logged_to(group: object) -> dict[str, Any]:
    return {"ContainerDefinitions": [{"LogConfiguration": {"Options": {"awslogs-group": group}}}]}


@pytest.mark.parametrize(
    ("resource_type", "properties", "status"),
    [
        ("AWS::CloudWatch::Alarm", {"AlarmActions": [TOPIC]}, Status.PASS),
        ("AWS::CloudWatch::Alarm", {"AlarmActions": [TOPIC, "arn:aws:lambda:ap-southeast-2:999988887777:function:x"]}, Status.FAIL),
        ("AWS::CloudWatch::Alarm", {"InsufficientDataActions": ["arn:aws:sns:us-east-1:999988887777:x"]}, Status.FAIL),
        ("AWS::EC2::FlowLog", {"LogGroupName": LOG}, Status.PASS),
        ("AWS::EC2::FlowLog", {"LogDestination": "arn:aws:s3:::theirs"}, Status.FAIL),
        ("AWS::ECS::TaskDefinition", logged_to(LOG), Status.PASS),
        ("AWS::ECS::TaskDefinition", logged_to("theirs"), Status.FAIL),
        ("AWS::ECS::TaskDefinition", logged_to(TOPIC), Status.FAIL),
        ("AWS::ECS::TaskDefinition", logged_to({"Fn::ImportValue": "elsewhere"}), Status.NOT_ASSESSED),
        (
            "AWS::Events::Rule",
            {"Targets": [{"Arn": {"Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Log}"}}]},
            Status.PASS,
        ),
        ("AWS::Events::Rule", {"Targets": [{"Arn": f"{OWN}:event-bus/default"}]}, Status.NOT_ASSESSED),
        ("AWS::Events::Rule", {"Targets": [{"Arn": f"{FOREIGN}:event-bus/default"}]}, Status.FAIL),
        ("AWS::WAFv2::LoggingConfiguration", {"LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-theirs"]}, Status.FAIL),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", log_of("access_logs.s3.bucket", {"Ref": "Bucket"}), Status.PASS),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", log_of("access_logs.s3.bucket", "theirs"), Status.FAIL),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", log_of("connection_logs.s3.bucket", "theirs"), Status.FAIL),
        ("AWS::Backup::BackupPlan", copied_to({"Ref": "Vault"}), Status.PASS),
        ("AWS::Backup::BackupPlan", copied_to("arn:aws:backup:us-east-1:999988887777:backup-vault:x"), Status.FAIL),
        ("AWS::RDS::EventSubscription", {"SnsTopicArn": LOG}, Status.FAIL),
    ],
)
def test_data_leave_to_resources_of_these_stacks_only(resource_type: str, properties: dict[str, Any], status: Status) -> None:
    assert door(resource_type, properties) is status


def test_mail_goes_to_addresses_of_the_setting_only() -> None:
    address = {"Endpoint": "desk@example.com"}
    assert door("AWS::SNS::Subscription", address, alarm_emails="desk@example.com") is Status.PASS
    assert door("AWS::SNS::Subscription", address) is Status.FAIL
    budget = {"NotificationsWithSubscribers": [{"Subscribers": [{"SubscriptionType": "EMAIL", "Address": "desk@example.com"}]}]}
    assert door("AWS::Budgets::Budget", budget, alarm_emails="desk@example.com") is Status.PASS
    assert door("AWS::Budgets::Budget", budget) is Status.FAIL


@pytest.mark.parametrize(("accounts", "status"), [("111122223333,444455556666", Status.PASS), ("111122223333", Status.FAIL)])
def test_images_go_to_accounts_of_the_setting_only(accounts: str, status: Status) -> None:
    principal = {"AWS": ["arn:aws:iam::111122223333:root", "444455556666"]}
    policy = {"RepositoryPolicyText": {"Statement": [{"Effect": "Allow", "Principal": principal}]}}
    assert door("AWS::ECR::Repository", policy, ecr_pull_accounts=accounts) is status
    assert names(policy, "AWS::ECR::Repository", ecr_pull_accounts=accounts) is status


@pytest.mark.parametrize(
    "text",
    [
        "999988887777",
        "arn:aws:iam::999988887777:root",
        "arn:aws:sqs:us-east-1:${AWS::AccountId}:queue",
        "arn:aws:s3:::theirs/*",
        "arn:aws-cn:s3:::theirs",
        "o-a1b2c3d4e5",
        "somebody@example.org",
        "https://example.org/hook",
        "http://169.254.169.254/latest",
        '{"widgets": [{"endpoint": "arn:aws:lambda:eu-west-1:${AWS::AccountId}:function:x"}]}',
        {"Fn::Join": ["", ["arn:aws:iam::9999", "88887777:root"]]},
        {"Fn::If": ["Sometimes", "999988887777", {"Ref": "AWS::AccountId"}]},
    ],
    ids=str,
)
def test_a_name_of_others_is_found_wherever_it_stands(text: object) -> None:
    assert names({"Policy": {"Statement": [{"Condition": {"StringEquals": {"aws:SourceAccount": text}}}]}}) is Status.FAIL


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:logs:ap-southeast-2:${AWS::AccountId}:log-group:x",
        "ap-southeast-2",
        "logs.ap-southeast-2.amazonaws.com",
    ],
)
def test_names_of_the_design_pass(text: str) -> None:
    assert names({"Resource": text}) is Status.PASS


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:8001/health",
        "12345678-1234-1234-1234-123456789012",
        "image@sha256:0123456789ab",
        "arn:aws:s3:::${Stack.Bucket}",
        "60",
    ],
)
def test_what_only_looks_like_a_name_of_others_is_no_matter(text: str) -> None:
    assert names({"Resource": text}) is None


def test_what_a_setting_names_is_known() -> None:
    certificate = "arn:aws:acm:ap-southeast-2:444455556666:certificate/12345678-1234-1234-1234-123456789012"
    assert names({"CertificateArn": certificate}, certificate_arn=certificate) is Status.PASS
    assert names({"CertificateArn": certificate}) is Status.FAIL


def test_an_account_that_pulls_images_may_do_nothing_else() -> None:
    assert names({"Principal": "arn:aws:iam::444455556666:root"}, ecr_pull_accounts="444455556666") is Status.FAIL


def test_every_door_says_why_it_is_there() -> None:
    assert all(door.why and door.to for doors in DOORS.values() for door in doors)
