"""Our operations as boto3 sees them: one server, the real clients, a small stack."""

import json
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tradingbot_infra.local_cloud.server import LocalCloud, client

pytestmark = pytest.mark.local_cloud

REGION = "ap-southeast-2"


def aws(cloud: LocalCloud, service: str) -> Any:
    """A boto3 client."""
    return client(cloud.endpoint, REGION, service)


def stack_of(name: str, **target: object) -> str:
    """A template with an ECS service, its scalable target and a policy."""
    resource = {"Fn::Sub": "service/${Cluster}/${Service.Name}"}
    identity = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount", "ResourceId": resource}
    tracking = {"TargetValue": 70, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
    task = {"Family": name, "ContainerDefinitions": [{"Name": "app", "Image": "app"}]}
    resources = {
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": {"ClusterName": name}},
        "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": task},
        "Service": {
            "Type": "AWS::ECS::Service",
            # On container instances, of which there are none: no task of it starts, and with none wanted it is steady at once.
            "Properties": {"ServiceName": "api", "Cluster": {"Ref": "Cluster"}, "TaskDefinition": {"Ref": "Task"}, "DesiredCount": 0},
        },
        "Target": {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties": {**identity, **target}},
        "Policy": {
            "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
            "Properties": {
                "PolicyName": "cpu",
                "PolicyType": "TargetTrackingScaling",
                "ScalingTargetId": {"Ref": "Target"},
                "TargetTrackingScalingPolicyConfiguration": tracking,
            },
        },
    }
    return json.dumps({"Resources": resources})


def test_a_stack_scales_its_service_and_deletes_everything_with_itself(cloud: LocalCloud) -> None:
    cloudformation, ecs, scaling = aws(cloud, "cloudformation"), aws(cloud, "ecs"), aws(cloud, "application-autoscaling")
    name = uuid.uuid4().hex
    night = [
        {"ScheduledActionName": "night", "Schedule": "cron(0 18 * * ? *)", "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 0}}
    ]

    def desired_count() -> int:
        (found,) = ecs.describe_services(cluster=name, services=["api"])["services"]
        return int(found["desiredCount"])

    cloudformation.create_stack(StackName="scaled", TemplateBody=stack_of(name, MinCapacity=2, MaxCapacity=10))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="scaled", WaiterConfig={"Delay": 1})
    assert desired_count() == 2
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    physical = cloudformation.describe_stack_resource(StackName="scaled", LogicalResourceId="Policy")["StackResourceDetail"]
    assert physical["PhysicalResourceId"] == policy["PolicyARN"]

    cloudformation.update_stack(StackName="scaled", TemplateBody=stack_of(name, MinCapacity=3, MaxCapacity=10, ScheduledActions=night))
    cloudformation.get_waiter("stack_update_complete").wait(StackName="scaled", WaiterConfig={"Delay": 1})
    assert desired_count() == 3
    assert [one["ScheduledActionName"] for one in scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]] == [
        "night"
    ]
    causes = [one["Cause"] for one in scaling.describe_scaling_activities(ServiceNamespace="ecs")["ScalingActivities"]]
    assert causes == ["minimum capacity was set to 3", "minimum capacity was set to 2"]

    cloudformation.delete_stack(StackName="scaled")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="scaled", WaiterConfig={"Delay": 1})
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []
    assert scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []


def test_scaling_by_hand_pages_and_refuses_as_on_aws(cloud: LocalCloud) -> None:
    ecs, scaling = aws(cloud, "ecs"), aws(cloud, "application-autoscaling")
    cluster = uuid.uuid4().hex
    ecs.create_cluster(clusterName=cluster)
    identity = {"ServiceNamespace": "ecs", "ResourceId": f"service/{cluster}/api", "ScalableDimension": "ecs:service:DesiredCount"}
    with pytest.raises(scaling.exceptions.ValidationException, match="ECS service doesn't exist"):
        scaling.register_scalable_target(**identity, MinCapacity=1, MaxCapacity=2)
    ecs.register_task_definition(family=cluster, containerDefinitions=[{"name": "app", "image": "app"}])
    ecs.create_service(cluster=cluster, serviceName="api", taskDefinition=cluster, desiredCount=5)
    scaling.register_scalable_target(**identity, MinCapacity=1, MaxCapacity=2)
    assert ecs.describe_services(cluster=cluster, services=["api"])["services"][0]["desiredCount"] == 2
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}
    for name in ("a", "b", "c"):
        scaling.put_scaling_policy(**identity, PolicyName=name, StepScalingPolicyConfiguration=steps)
    pages = scaling.get_paginator("describe_scaling_policies").paginate(
        ServiceNamespace="ecs", ResourceId=identity["ResourceId"], PaginationConfig={"PageSize": 2}
    )
    assert [[policy["PolicyName"] for policy in page["ScalingPolicies"]] for page in pages] == [["a", "b"], ["c"]]
    scaling.deregister_scalable_target(**identity)
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**identity)


class Answer(BaseHTTPRequestHandler):
    """Answers 204."""

    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Says nothing."""


def test_targets_are_really_checked_even_the_local_cloud_itself(cloud: LocalCloud) -> None:
    ec2, elbv2 = aws(cloud, "ec2"), aws(cloud, "elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    name = uuid.uuid4().hex
    group = elbv2.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=80,
        TargetType="ip",
        VpcId=vpc,
        HealthCheckPath="/_ministack/health",
        HealthCheckIntervalSeconds=5,
        Matcher={"HttpCode": "200"},
    )["TargetGroups"][0]["TargetGroupArn"]
    balancer = elbv2.create_load_balancer(Name=name, Subnets=[subnet])["LoadBalancers"][0]["LoadBalancerArn"]
    elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        targets = [{"Id": "127.0.0.1", "Port": cloud.port}, {"Id": "127.0.0.1", "Port": server.server_port}, {"Id": "10.0.1.5", "Port": 80}]
        elbv2.register_targets(TargetGroupArn=group, Targets=targets)
        while True:
            found = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
            if all(one["TargetHealth"]["State"] != "initial" for one in found):
                break
            time.sleep(0.05)
        server.shutdown()
    healths = {one["Target"]["Port"]: one["TargetHealth"] for one in found}
    assert healths[cloud.port] == {"State": "healthy"}
    assert healths[server.server_port]["Description"] == "Health checks failed with these codes: [204]"
    assert healths[80]["Reason"] == "Target.FailedHealthChecks"


def test_a_role_is_simulated_with_its_context(cloud: LocalCloud) -> None:
    iam = aws(cloud, "iam")
    role = iam.create_role(RoleName="execution", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
    statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": via}
    iam.put_role_policy(RoleName="execution", PolicyName="p", PolicyDocument=json.dumps({"Statement": [statement]}))
    decisions = {}
    for service in ("secretsmanager", "s3"):
        context = {
            "ContextKeyName": "kms:ViaService",
            "ContextKeyValues": [f"{service}.{REGION}.amazonaws.com"],
            "ContextKeyType": "string",
        }
        answer = iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=["kms:Decrypt"], ResourceArns=["arn:one", "arn:two"], ContextEntries=[context]
        )
        (result,) = answer["EvaluationResults"]
        decisions[service] = [one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]]
    assert decisions == {"secretsmanager": ["allowed", "allowed"], "s3": ["implicitDeny", "implicitDeny"]}


def test_the_path_of_a_packet_can_be_read(cloud: LocalCloud) -> None:
    ec2 = aws(cloud, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    of_subnet = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (acl,) = ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"]
    assert acl["IsDefault"] is True
    ports = {"From": 5432, "To": 5432}
    rule = {"NetworkAclId": acl["NetworkAclId"], "Protocol": "6", "CidrBlock": "10.0.0.0/16", "Egress": False, "PortRange": ports}
    ec2.create_network_acl_entry(**rule, RuleNumber=90, RuleAction="deny")
    (acl,) = ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"]
    assert [entry["PortRange"] for entry in acl["Entries"] if entry["RuleNumber"] == 90] == [ports]
    group = ec2.create_security_group(VpcId=vpc, GroupName="g", Description="g")["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-0123456789abcdef0"}]}
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[permission])
    with pytest.raises(ClientError, match=r"InvalidPermission\.Duplicate"):
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[permission])
    of_group = [{"Name": "group-id", "Values": [group]}]
    lists = [rule.get("PrefixListId") for rule in ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]]
    assert lists == [None, "pl-0123456789abcdef0"]


def test_what_does_not_exist_is_refused_by_name(cloud: LocalCloud) -> None:
    ecr = aws(cloud, "ecr")
    ecr.create_repository(repositoryName="app")
    with pytest.raises(ecr.exceptions.ImageNotFoundException):
        ecr.describe_images(repositoryName="app", imageIds=[{"imageTag": "v1"}])
    with pytest.raises(ClientError, match=r"UnknownOperationException.*The local cloud's ce has no GetCostAndUsage"):
        aws(cloud, "ce").get_cost_and_usage(
            TimePeriod={"Start": "2026-01-01", "End": "2026-02-01"}, Granularity="MONTHLY", Metrics=["UnblendedCost"]
        )


def test_log_events_come_page_by_page(cloud: LocalCloud) -> None:
    logs = aws(cloud, "logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="s")
    start = 1_800_000_000_000
    logs.put_log_events(logGroupName="/app", logStreamName="s", logEvents=[{"timestamp": start + n, "message": str(n)} for n in range(5)])
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/app", startTime=start + 1, PaginationConfig={"PageSize": 3})
    assert [[event["message"] for event in page["events"]] for page in pages] == [["1", "2", "3"], ["4"]]


def test_an_email_subscription_waits_for_its_confirmation(cloud: LocalCloud) -> None:
    sns = aws(cloud, "sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    arn = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com", ReturnSubscriptionArn=True)["SubscriptionArn"]
    (waiting,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert waiting["SubscriptionArn"] == "PendingConfirmation"
    sns.confirm_subscription(TopicArn=topic, Token=arn.rpartition(":")[2])
    (confirmed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert confirmed["SubscriptionArn"] == arn


def test_a_named_stack_is_described_once_its_change_has_ended(cloud: LocalCloud) -> None:
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    signal = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1"}}
    cloudformation = aws(cloud, "cloudformation")
    cloudformation.create_stack(StackName="waits", TemplateBody=json.dumps({"Resources": {"Handle": handle, "Signal": signal}}))
    assert {stack["StackName"]: stack["StackStatus"] for stack in cloudformation.describe_stacks()["Stacks"]}[
        "waits"
    ] == "CREATE_IN_PROGRESS"
    assert cloudformation.describe_stacks(StackName="waits")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"


def test_metrics_that_are_put_can_be_read(cloud: LocalCloud) -> None:
    cloudwatch = aws(cloud, "cloudwatch")
    end = datetime.now(UTC)
    metric = {"Namespace": "AWS/NATGateway", "MetricName": "BytesOutToDestination"}
    dimensions = [{"Name": "NatGatewayId", "Value": "nat-0123456789abcdef0"}]
    data = [
        {
            "MetricName": metric["MetricName"],
            "Dimensions": dimensions,
            "Timestamp": end - timedelta(days=days),
            "Value": 1e9,
            "Unit": "Bytes",
        }
        for days in (1, 3)
    ]
    cloudwatch.put_metric_data(Namespace=metric["Namespace"], MetricData=data)
    span = {"StartTime": end - timedelta(days=7), "EndTime": end}
    daily = cloudwatch.get_metric_statistics(**metric, Dimensions=dimensions, **span, Period=86400, Statistics=["Sum"])
    assert [point["Sum"] for point in daily["Datapoints"]] == [1e9, 1e9]
    query = {"Id": "nat", "MetricStat": {"Metric": {**metric, "Dimensions": dimensions}, "Period": 604800, "Stat": "Sum"}}
    (weekly,) = cloudwatch.get_metric_data(MetricDataQueries=[query], **span)["MetricDataResults"]
    assert sum(weekly["Values"]) == 2e9
