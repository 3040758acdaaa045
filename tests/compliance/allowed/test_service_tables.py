"""What the tables of the service and of what serves it let through: the design's own values, and nothing else."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Synthesize
from tradingbot_infra.compliance.evaluation import evaluate
from tradingbot_infra.compliance.rules.allowed_properties import allowed, declared
from tradingbot_infra.templates import Assembly

Change = Callable[[dict[str, Any]], object]

TASK, SERVICE, CLUSTER = "AWS::ECS::TaskDefinition", "AWS::ECS::Service", "AWS::ECS::Cluster"
TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"
MACHINE, SCHEDULE = "AWS::StepFunctions::StateMachine", "AWS::Scheduler::Schedule"
REPOSITORY, FUNCTION = "AWS::ECR::Repository", "AWS::Lambda::Function"
TYPES = (TASK, SERVICE, CLUSTER, TARGET, POLICY, MACHINE, SCHEDULE, REPOSITORY, FUNCTION, "Custom::VpcRestrictDefaultSG")


def findings(assembly: Assembly) -> set[str]:
    """Types at which the tables object, or whose number is wrong."""
    found = evaluate(assembly, [allowed, declared])
    against = (each for judgement in found.judgements for each in judgement.observations if each.status != "pass")
    counted = {each.property.removeprefix("Resources[").removesuffix("]") for each in against}
    return {each.type for each in assembly.resources for one in found.findings if one.path == each.path} | (counted & set(TYPES))


def changed(assembly: Assembly, resource_type: str, change: Change) -> set[str]:
    """The findings after a change of the first resource of a type."""
    templates = deepcopy(dict(assembly.templates))
    bodies = (body for template in templates.values() for body in template["Resources"].values())
    change(next(body for body in bodies if body["Type"] == resource_type))
    return findings(replace(assembly, templates=templates))


def container(change: Change) -> Change:
    return lambda body: change(body["Properties"]["ContainerDefinitions"][0])


def properties(**values: object) -> Change:
    return lambda body: body["Properties"].update(values)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"image_tag": "v1"},
        {"container_user": None, "container_health_check": False, "cpu_architecture": "ARM64"},
        {"log_mode": "blocking", "max_tasks": 2},
        {"scale_down_out_of_hours": True, "trading_alarms": False, "ecr_pull_accounts": "111111111111,222222222222"},
    ],
    ids=str,
)
def test_every_setting_of_the_service_is_let_through(synthesize: Synthesize, settings: dict[str, object]) -> None:
    assert findings(synthesize("production", **settings)) & set(TYPES) == set()


FAULTS: dict[str, tuple[str, Change]] = {
    "an image of a stranger's registry, by digest": (
        TASK,
        container(lambda each: each.update(Image=f"docker.io/x/python@sha256:{'a' * 64}")),
    ),
    "a floating tag": (TASK, container(lambda each: each.update(Image="public.ecr.aws/docker/library/python:latest"))),
    "the image of another account": (
        TASK,
        container(lambda each: each.update(Image="222222222222.dkr.ecr.ap-southeast-2.amazonaws.com/x:v1")),
    ),
    "another command": (TASK, container(lambda each: each.update(Command=["sh", "-c", "true"]))),
    "another container beside it": (
        TASK,
        lambda body: body["Properties"]["ContainerDefinitions"].append({**body["Properties"]["ContainerDefinitions"][0], "Name": "other"}),
    ),
    "a file system without TLS": (TASK, properties(Volumes=[{"Name": "x", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}])),
    "a network shared with the host": (TASK, properties(NetworkMode="host")),
    "processes shared with other containers": (TASK, properties(PidMode="task")),
    "added capabilities": (TASK, container(lambda each: each["LinuxParameters"].update(Capabilities={"Add": ["SYS_PTRACE"]}))),
    "a second port": (TASK, container(lambda each: each["PortMappings"].append({"ContainerPort": 22, "Protocol": "tcp"}))),
    "programs in /tmp": (TASK, container(lambda each: each["LinuxParameters"]["Tmpfs"][0].update(MountOptions=["nosuid", "nodev"]))),
    "a log in another region": (TASK, container(lambda each: each["LogConfiguration"]["Options"].update({"awslogs-region": "us-east-1"}))),
    "the role that starts tasks for the application": (
        TASK,
        lambda body: body["Properties"].update(TaskRoleArn=body["Properties"]["ExecutionRoleArn"]),
    ),
    "a longer life after SIGTERM than the settings say, by leaving it out": (TASK, container(lambda each: each.pop("StopTimeout"))),
    "a shell that the settings do not ask for": (SERVICE, properties(EnableExecuteCommand=True)),
    "a service without tasks": (SERVICE, properties(DesiredCount=0)),
    "an old platform": (SERVICE, properties(PlatformVersion="1.3.0")),
    "a subnet of another tier": (
        SERVICE,
        lambda body: body["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"].update(Subnets=["subnet-0123456789abcdef0"]),
    ),
    "half of the tasks in a deployment": (
        SERVICE,
        lambda body: body["Properties"]["DeploymentConfiguration"].update(MinimumHealthyPercent=50),
    ),
    "spot capacity": (CLUSTER, properties(CapacityProviders=["FARGATE_SPOT"])),
    "shells that leave no record": (CLUSTER, properties(Configuration={"ExecuteCommandConfiguration": {"Logging": "NONE"}})),
    "more tasks than the settings": (TARGET, properties(MaxCapacity=1000)),
    "scaling that is suspended": (TARGET, properties(SuspendedState={"DynamicScalingOutSuspended": True})),
    "office hours that nobody set": (TARGET, properties(ScheduledActions=[{"ScheduledActionName": "x", "Schedule": "rate(1 day)"}])),
    "a target that is never reached": (
        POLICY,
        lambda body: body["Properties"]["TargetTrackingScalingPolicyConfiguration"].update(TargetValue=100),
    ),
    "a state machine that stops the service": (
        MACHINE,
        lambda body: body["Properties"]["Definition"]["States"]["ReplaceTasks"]["Arguments"].update(DesiredCount=0),
    ),
    "a state machine that reads another secret": (
        MACHINE,
        lambda body: body["Properties"]["Definition"]["States"]["DescribeSecret"]["Arguments"].update(SecretId="other"),
    ),
    "a schedule that starts something else": (
        SCHEDULE,
        lambda body: body["Properties"]["Target"].update(Arn="arn:aws:lambda:ap-southeast-2:222222222222:function:x"),
    ),
    "a schedule once a year": (SCHEDULE, properties(ScheduleExpression="rate(365 days)")),
    "tags that move, with exceptions": (REPOSITORY, properties(ImageTagMutability="IMMUTABLE_WITH_EXCLUSION")),
    "images that are kept for ever": (REPOSITORY, properties(LifecyclePolicy={"LifecyclePolicyText": '{"rules":[]}'})),
    "images under another key": (REPOSITORY, properties(EncryptionConfiguration={"EncryptionType": "KMS"})),
    "other code in the function": (FUNCTION, properties(Code={"ZipFile": "exports.handler = async () => {}"})),
    "code from a stranger's bucket": (FUNCTION, lambda body: body["Properties"]["Code"].update(S3Bucket="other")),
    "a layer in the function": (FUNCTION, properties(Layers=["arn:aws:lambda:ap-southeast-2:222222222222:layer:x:1"])),
    "another security group to empty": ("Custom::VpcRestrictDefaultSG", properties(DefaultSecurityGroupId="sg-0123456789abcdef0")),
}


@pytest.mark.parametrize(("resource_type", "change"), FAULTS.values(), ids=FAULTS.keys())
def test_what_the_design_does_not_have_is_stopped(production: Assembly, resource_type: str, change: Change) -> None:
    assert resource_type in changed(production, resource_type, change)


@pytest.mark.parametrize("resource_type", [TASK, SERVICE, CLUSTER, MACHINE, REPOSITORY, FUNCTION])
def test_a_second_one_is_stopped(production: Assembly, resource_type: str) -> None:
    templates = deepcopy(dict(production.templates))
    resources = next(
        template["Resources"]
        for template in templates.values()
        if any(body["Type"] == resource_type for body in template["Resources"].values())
    )
    resources["Second"] = deepcopy(next(body for body in resources.values() if body["Type"] == resource_type))
    assert resource_type in findings(replace(production, templates=templates))


@pytest.mark.parametrize("name", ["RegistryPolicy", "ReplicationConfiguration", "PullThroughCacheRule", "PublicRepository"])
def test_other_doors_of_the_registry_are_stopped(production: Assembly, name: str) -> None:
    templates = deepcopy(dict(production.templates))
    templates["DataStack"]["Resources"]["Door"] = {"Type": f"AWS::ECR::{name}"}
    assert f"AWS::ECR::{name}" in findings(replace(production, templates=templates))
