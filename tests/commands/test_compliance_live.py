"""`compliance live` on the deployed production."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.deployed import Deployed, Run

pytestmark = [pytest.mark.local_cloud, pytest.mark.usefixtures("inspected_once")]

WORLD: Any = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
STRANGER = "arn:aws:iam::999999999999:root"


def physical_id(deployed: Deployed, resource_type: str, beginning: str) -> str:
    """The id of a resource by the beginning of its logical id."""
    for stack in deployed.config.stacks:
        for page in deployed.session.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name):
            for each in page["StackResourceSummaries"]:
                if each["ResourceType"] == resource_type and each["LogicalResourceId"].startswith(beginning):
                    return each["PhysicalResourceId"]
    raise LookupError(f"no {resource_type} {beginning}")


@contextmanager
def open_port(deployed: Deployed) -> Iterator[None]:
    group = physical_id(deployed, "AWS::EC2::SecurityGroup", "EcsSecurityGroup")
    deployed.session.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=WORLD)
    yield
    deployed.session.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=WORLD)


@contextmanager
def open_network_acl(deployed: Deployed) -> Iterator[None]:
    entry: Any = {"NetworkAclId": physical_id(deployed, "AWS::EC2::NetworkAcl", "NetworkAclsDatabase"), "RuleNumber": 7, "Egress": False}
    deployed.session.ec2.create_network_acl_entry(**entry, CidrBlock="0.0.0.0/0", Protocol="-1", RuleAction="allow")
    yield
    deployed.session.ec2.delete_network_acl_entry(**entry)


@contextmanager
def unprotected_database(deployed: Deployed) -> Iterator[None]:
    name, chosen = deployed.names.database, deployed.config.retention.deletion_protection
    deployed.session.rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False, ApplyImmediately=True)
    yield
    deployed.session.rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=chosen, ApplyImmediately=True)


@contextmanager
def administrator(deployed: Deployed) -> Iterator[None]:
    role = physical_id(deployed, "AWS::IAM::Role", "TaskRole")
    deployed.session.iam.attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)
    yield
    deployed.session.iam.detach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR)


@contextmanager
def eavesdropper(deployed: Deployed) -> Iterator[None]:
    topic = physical_id(deployed, "AWS::SNS::Topic", "AlarmTopic")
    made = deployed.session.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:ap-southeast-2:999999999999:listen")
    yield
    deployed.session.sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])


@contextmanager
def foreign_key_user(deployed: Deployed) -> Iterator[None]:
    key = physical_id(deployed, "AWS::KMS::Key", "SecretsKey")
    before = deployed.session.kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    document = json.loads(before)
    document["Statement"].append({"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "kms:Decrypt", "Resource": "*"})
    deployed.session.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(document))
    yield
    deployed.session.kms.put_key_policy(KeyId=key, PolicyName="default", Policy=before)


@contextmanager
def endless_log(deployed: Deployed) -> Iterator[None]:
    name, days = deployed.names.container_log_group, deployed.config.retention.log_retention_days
    deployed.session.logs.delete_retention_policy(logGroupName=name)
    yield
    deployed.session.logs.put_retention_policy(logGroupName=name, retentionInDays=days)


@contextmanager
def silent_alarm(deployed: Deployed) -> Iterator[None]:
    name = deployed.names.alarm("rds-cpu")
    deployed.session.cloudwatch.disable_alarm_actions(AlarmNames=[name])
    yield
    deployed.session.cloudwatch.enable_alarm_actions(AlarmNames=[name])


@contextmanager
def mutable_tags(deployed: Deployed) -> Iterator[None]:
    name = deployed.names.repository
    deployed.session.ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="MUTABLE")
    yield
    deployed.session.ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="IMMUTABLE")


BY_HAND = (
    open_port,
    open_network_acl,
    unprotected_database,
    administrator,
    eavesdropper,
    foreign_key_user,
    endless_log,
    silent_alarm,
    mutable_tags,
)

FOUND = {
    ("net.sg_no_admin_ports_v4", "NetworkStack/SecurityGroups/EcsSecurityGroup/Resource"),
    ("rds.deletion_protection", "DataStack/Database/Resource"),
    ("iam.no_star_admin", "ServiceStack/TaskRole/Role/Resource"),
    ("logs.retention", "ServiceStack/ContainerLogGroup/Resource"),
    ("cw.alarm_actions", "MonitoringStack/Alarms/RdsCpu/Resource"),
    ("ecr.immutable", "DataStack/Images/Resource"),
}


def test_what_was_deployed_and_left_alone_has_the_verdicts_of_its_templates(deployed: Deployed, run: Run) -> None:
    result = run("compliance", "live", *deployed.options)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("production in account 000000000000, ap-southeast-2: declared / live\n")
    assert "Changed by hand" not in result.stdout
    last = result.stdout.splitlines()[-1]
    assert last.startswith("No rule fails at what stands that the ledger does not except; 0 changes by hand in ")


def test_what_was_changed_by_hand_is_judged_as_it_stands(deployed: Deployed, run: Run, tmp_path: Path) -> None:
    with ExitStack() as changes:
        for change in BY_HAND:
            changes.enter_context(change(deployed))
        result = run("compliance", "live", *deployed.options, "--json", "--output", str(tmp_path))
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    failing = {(each["rule"], each["path"]) for each in document["failing"]}
    assert failing >= FOUND, FOUND - failing
    changed = {(each["type"], each["property"]) for each in document["changed_by_hand"]}
    assert changed == {
        ("AWS::EC2::SecurityGroup", "Properties.SecurityGroupIngress"),
        ("AWS::EC2::NetworkAclEntry", None),
        ("AWS::RDS::DBInstance", "Properties.DeletionProtection"),
        ("AWS::IAM::Role", "Properties.ManagedPolicyArns"),
        ("AWS::SNS::Subscription", None),
        ("AWS::KMS::Key", "Properties.KeyPolicy"),
        ("AWS::Logs::LogGroup", "Properties.RetentionInDays"),
        ("AWS::CloudWatch::Alarm", "Properties.ActionsEnabled"),
        ("AWS::ECR::Repository", "Properties.ImageTagMutability"),
    }
    verdicts = {each["rule"]: (each["declared"], each["live"]) for each in document["rules"]}
    assert verdicts["rds.deletion_protection"] == ("pass", "fail")
    controls = {each["id"]: (each["declared"], each["live"]) for each in document["controls"]}
    assert controls["CIS-5.3"] == ("pass", "fail")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    reported = {rule["id"]: rule for rule in report["rules"]}
    assert reported["rds.deletion_protection"]["status"] == "fail"
    assert [(each["observed"], each["live"], each["status"]) for each in reported["rds.deletion_protection"]["evidence"]] == [
        ("true", "false", "fail")
    ]
    assert "<th>Live</th>" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_deleted_alarm_does_not_exist_any_more(deployed: Deployed, run: Run) -> None:
    name = deployed.names.alarm("rds-cpu")
    cloudwatch = deployed.session.cloudwatch
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    settable = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape
    cloudwatch.delete_alarms(AlarmNames=[name])
    try:
        result = run("compliance", "live", *deployed.options)
    finally:
        cloudwatch.put_metric_alarm(**{key: value for key, value in alarm.items() if settable and key in settable.members})  # type: ignore[arg-type]  # what was read is given back
    assert "Changed by hand: MonitoringStack/Alarms/RdsCpu/Resource (AWS::CloudWatch::Alarm)\n  does not exist any more" in result.stdout
