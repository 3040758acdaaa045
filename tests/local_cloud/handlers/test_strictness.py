"""Names that exist and deletions that AWS refuses, in stacks over HTTP."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tradingbot_infra.local_cloud.server import ACCOUNT, LocalCloud, client

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"
Properties = dict[str, Any]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}
DATABASE = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": "20", "MasterUsername": "trader"}
ALARM = {
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "MetricName": "m",
    "Namespace": "n",
    "Period": 60,
    "Threshold": 1,
}
NAMED: dict[str, tuple[str, Properties]] = {
    "AWS::Backup::BackupVault": ("BackupVaultName", {}),
    "AWS::CloudWatch::Alarm": ("AlarmName", {**ALARM, "Statistic": "Sum"}),
    "AWS::CloudWatch::Dashboard": ("DashboardName", {"DashboardBody": '{"widgets": []}'}),
    "AWS::ECR::Repository": ("RepositoryName", {}),
    "AWS::ECS::Cluster": ("ClusterName", {}),
    "AWS::ElastiCache::ReplicationGroup": (
        "ReplicationGroupId",
        {"ReplicationGroupDescription": "d", "CacheNodeType": "cache.t3.micro", "Engine": "redis", "NumCacheClusters": 1},
    ),
    "AWS::Events::Rule": ("Name", {"ScheduleExpression": "rate(1 day)"}),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", {"PolicyDocument": POLICY}),
    "AWS::IAM::Role": ("RoleName", {"AssumeRolePolicyDocument": TRUST}),
    "AWS::Logs::LogGroup": ("LogGroupName", {}),
    "AWS::Logs::ResourcePolicy": ("PolicyName", {"PolicyDocument": json.dumps(POLICY)}),
    "AWS::RDS::DBInstance": ("DBInstanceIdentifier", {**DATABASE, "MasterUserPassword": "of-a-test-only"}),
    "AWS::RDS::DBParameterGroup": ("DBParameterGroupName", {"Description": "d", "Family": "postgres15"}),
    "AWS::SNS::Topic": ("TopicName", {}),
    "AWS::SecretsManager::Secret": ("Name", {}),
    "AWS::WAFv2::WebACL": (
        "Name",
        {
            "Scope": "REGIONAL",
            "DefaultAction": {"Allow": {}},
            "VisibilityConfig": {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"},
        },
    ),
}


@pytest.fixture
def name() -> str:
    return f"n{uuid.uuid4().hex[:12]}"


def aws(cloud: LocalCloud, service: str = "cloudformation") -> Any:
    return client(cloud.endpoint, REGION, service)


def create(cloud: LocalCloud, *, kind: str, properties: Properties, **attributes: object) -> tuple[str, str]:
    """Name and final status of a new stack with one resource."""
    stack = f"stack-{uuid.uuid4().hex[:12]}"
    body = json.dumps({"Resources": {"One": {"Type": kind, "Properties": properties, **attributes}}})
    aws(cloud).create_stack(StackName=stack, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    return stack, status(cloud, stack)


def adopt(cloud: LocalCloud, *, kind: str, properties: Properties, **attributes: object) -> tuple[str, str]:
    """Name and final status of a new stack with one resource, imported if it exists; the change set's status if that fails."""
    stack, cloudformation = f"stack-{uuid.uuid4().hex[:12]}", aws(cloud)
    body = json.dumps({"Resources": {"One": {"Type": kind, "Properties": properties, **attributes}}})
    named = {"StackName": stack, "ChangeSetName": "adopt"}
    options = {"ChangeSetType": "CREATE", "ImportExistingResources": True, "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    cloudformation.create_change_set(**named, TemplateBody=body, **options)
    change_set = cloudformation.describe_change_set(**named)
    if change_set["Status"] == "FAILED":
        return stack, str(change_set["StatusReason"])
    cloudformation.execute_change_set(**named)
    return stack, status(cloud, stack)


def status(cloud: LocalCloud, stack: str) -> str:
    while True:
        found = str(aws(cloud).describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        if not found.endswith("_IN_PROGRESS"):
            return found


def delete(cloud: LocalCloud, stack: str) -> str:
    arn = aws(cloud).describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
    aws(cloud).delete_stack(StackName=stack)
    return status(cloud, arn)


def reasons(cloud: LocalCloud, stack: str, status: str = "CREATE_FAILED") -> str:
    events = aws(cloud).describe_stack_events(StackName=stack)["StackEvents"]
    return "; ".join(event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == status)


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_that_a_stack_has_is_refused_and_stays_with_it(cloud: LocalCloud, name: str, kind: str) -> None:
    fixed, others = NAMED[kind]
    first, created = create(cloud, kind=kind, properties={fixed: name, **others})
    assert created == "CREATE_COMPLETE", reasons(cloud, first)
    second, refused = create(cloud, kind=kind, properties={fixed: name, **others})
    assert refused == "ROLLBACK_COMPLETE"
    assert "exists" in reasons(cloud, second)
    assert delete(cloud, second) == "DELETE_COMPLETE"
    third, still = create(cloud, kind=kind, properties={fixed: name, **others})
    assert still == "ROLLBACK_COMPLETE", "the stack that was refused took the resource with it"
    assert delete(cloud, first) == "DELETE_COMPLETE"
    assert delete(cloud, third) == "DELETE_COMPLETE"
    _, again = create(cloud, kind=kind, properties={fixed: name, **others})
    assert again == "CREATE_COMPLETE"


def test_a_name_that_somebody_gave_outside_of_any_stack_is_refused(cloud: LocalCloud, name: str) -> None:
    aws(cloud, "logs").create_log_group(logGroupName=name)
    stack, refused = create(cloud, kind="AWS::Logs::LogGroup", properties={"LogGroupName": name})
    assert refused == "ROLLBACK_COMPLETE"
    assert f"Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists." in reasons(cloud, stack)


def test_a_secret_in_its_recovery_window_keeps_its_name(cloud: LocalCloud, name: str) -> None:
    secrets = aws(cloud, "secretsmanager")
    secrets.create_secret(Name=name, SecretString=uuid.uuid4().hex)
    secrets.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    stack, refused = create(cloud, kind="AWS::SecretsManager::Secret", properties={"Name": name})
    assert refused == "ROLLBACK_COMPLETE"
    assert "a secret with this name is already scheduled for deletion" in reasons(cloud, stack)
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    _, created = create(cloud, kind="AWS::SecretsManager::Secret", properties={"Name": name})
    assert created == "CREATE_COMPLETE"


@pytest.mark.parametrize("kind", ["AWS::Logs::LogGroup", "AWS::ECR::Repository", "AWS::Backup::BackupVault"])
def test_what_a_stack_left_is_imported_with_what_is_in_it(cloud: LocalCloud, name: str, kind: str) -> None:
    fixed = NAMED[kind][0]
    keeps = {"kind": kind, "properties": {fixed: name}, "DeletionPolicy": "RetainExceptOnCreate"}
    first, _ = create(cloud, **keeps)  # type: ignore[arg-type]  # the types of a test's shorthand
    assert delete(cloud, first) == "DELETE_COMPLETE"
    second, adopted = adopt(cloud, **keeps)  # type: ignore[arg-type]
    assert adopted == "CREATE_COMPLETE", reasons(cloud, second, "IMPORT_FAILED")
    (resource,) = aws(cloud).describe_stack_resources(StackName=second)["StackResources"]
    assert resource["PhysicalResourceId"] == name
    events = [event["ResourceStatus"] for event in aws(cloud).describe_stack_events(StackName=second)["StackEvents"]]
    assert "IMPORT_COMPLETE" in events


def test_what_another_stack_has_or_would_be_deleted_is_not_imported(cloud: LocalCloud, name: str) -> None:
    owner, _ = create(cloud, kind="AWS::Logs::LogGroup", properties={"LogGroupName": name}, DeletionPolicy="Retain")
    _, refused = adopt(cloud, kind="AWS::Logs::LogGroup", properties={"LogGroupName": name}, DeletionPolicy="Retain")
    assert f"{name} already exists in stack arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{owner}/" in refused
    fixed, others = NAMED["AWS::CloudWatch::Alarm"]
    aws(cloud, "cloudwatch").put_metric_alarm(AlarmName=name, **others)
    _, refused = adopt(cloud, kind="AWS::CloudWatch::Alarm", properties={fixed: name, **others})
    assert "must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate'" in refused


def test_a_secret_cannot_be_imported_by_its_name(cloud: LocalCloud, name: str) -> None:
    aws(cloud, "secretsmanager").create_secret(Name=name, SecretString=uuid.uuid4().hex)
    stack, refused = adopt(cloud, kind="AWS::SecretsManager::Secret", properties={"Name": name}, DeletionPolicy="Retain")
    assert refused == "ROLLBACK_COMPLETE"
    assert f"the secret {name} already exists" in reasons(cloud, stack)


def test_a_protected_load_balancer_is_deleted_neither_by_the_api_nor_with_its_stack(cloud: LocalCloud) -> None:
    ec2, elbv2 = aws(cloud, "ec2"), aws(cloud, "elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{third}.0/24")["Subnet"]["SubnetId"] for third in (1, 2)]
    protection = {"Key": "deletion_protection.enabled", "Value": "true"}
    stack, _ = create(
        cloud, kind="AWS::ElasticLoadBalancingV2::LoadBalancer", properties={"Subnets": subnets, "LoadBalancerAttributes": [protection]}
    )
    (resource,) = aws(cloud).describe_stack_resources(StackName=stack)["StackResources"]
    words = "cannot be deleted because deletion protection is enabled"
    with pytest.raises(ClientError, match=words):
        elbv2.delete_load_balancer(LoadBalancerArn=resource["PhysicalResourceId"])
    assert delete(cloud, stack) == "DELETE_FAILED"
    assert words in reasons(cloud, stack, "DELETE_FAILED")
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=resource["PhysicalResourceId"], Attributes=[{"Key": "deletion_protection.enabled", "Value": "false"}]
    )
    assert delete(cloud, stack) == "DELETE_COMPLETE"


def test_a_repository_with_images_a_vault_with_recovery_points_and_a_bucket_with_objects_stay(cloud: LocalCloud, name: str) -> None:
    repository, _ = create(cloud, kind="AWS::ECR::Repository", properties={"RepositoryName": name})
    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []})
    aws(cloud, "ecr").put_image(repositoryName=name, imageManifest=manifest, imageTag="v1")
    assert delete(cloud, repository) == "DELETE_FAILED"
    assert "is not empty" in reasons(cloud, repository, "DELETE_FAILED")
    vault, _ = create(cloud, kind="AWS::Backup::BackupVault", properties={"BackupVaultName": name})
    arn, role = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}", f"arn:aws:iam::{ACCOUNT}:role/backup"
    aws(cloud, "backup").start_backup_job(BackupVaultName=name, ResourceArn=arn, IamRoleArn=role)
    assert delete(cloud, vault) == "DELETE_FAILED"
    assert "contains recovery points" in reasons(cloud, vault, "DELETE_FAILED")
    versions = {"VersioningConfiguration": {"Status": "Enabled"}}
    bucket, _ = create(cloud, kind="AWS::S3::Bucket", properties={"BucketName": name, **versions})
    aws(cloud, "s3").put_object(Bucket=name, Key="log", Body=b"line")
    aws(cloud, "s3").delete_object(Bucket=name, Key="log")
    assert delete(cloud, bucket) == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty" in reasons(cloud, bucket, "DELETE_FAILED")


def test_security_groups_and_subnets_stay_while_something_has_them(cloud: LocalCloud, name: str) -> None:
    ec2, elasticache = aws(cloud, "ec2"), aws(cloud, "elasticache")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    stack, _ = create(cloud, kind="AWS::EC2::SecurityGroup", properties={"VpcId": vpc, "GroupDescription": "of a test"})
    (resource,) = aws(cloud).describe_stack_resources(StackName=stack)["StackResources"]
    group = resource["PhysicalResourceId"]
    elasticache.create_replication_group(
        ReplicationGroupId=name, ReplicationGroupDescription="d", CacheNodeType="cache.t3.micro", SecurityGroupIds=[group]
    )
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    assert delete(cloud, stack) == "DELETE_FAILED"
    assert f"resource {group} has a dependent object" in reasons(cloud, stack, "DELETE_FAILED")
    elasticache.delete_replication_group(ReplicationGroupId=name)
    assert delete(cloud, stack) == "DELETE_COMPLETE"
