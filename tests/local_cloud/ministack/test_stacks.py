"""Fn::GetStackOutput over HTTP, as boto3 sees it."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from tradingbot_infra.local_cloud.server import ACCOUNT, LocalCloud, client

pytestmark = pytest.mark.local_cloud

HERE, ELSEWHERE = "ap-southeast-2", "us-east-1"


def create(cloud: LocalCloud, region: str, topic_display_name: object, outputs: dict[str, object] | None = None) -> tuple[str, str]:
    """The name and final status of a new stack with one topic of this display name."""
    cloudformation = client(cloud.endpoint, region, "cloudformation")
    name = f"stack-{uuid.uuid4().hex}"
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name, "DisplayName": topic_display_name}}
    template = {"Resources": {"Topic": topic}, "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()}}
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    return name, finished(cloud, region, name)


def finished(cloud: LocalCloud, region: str, name: str) -> str:
    """The status of a stack once nothing is in progress."""
    cloudformation = client(cloud.endpoint, region, "cloudformation")
    while True:
        status = str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            return status


def display_name(cloud: LocalCloud, region: str, name: str) -> str:
    attributes = client(cloud.endpoint, region, "sns").get_topic_attributes(TopicArn=f"arn:aws:sns:{region}:{ACCOUNT}:{name}")
    return str(attributes["Attributes"]["DisplayName"])


def failures(cloud: LocalCloud, name: str) -> list[str]:
    """Why a stack failed."""
    events = client(cloud.endpoint, HERE, "cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    return [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]


def output_of(stack: str, output: str, **where: object) -> dict[str, object]:
    return {"Fn::GetStackOutput": {"StackName": stack, "OutputName": output, **where}}


@pytest.mark.parametrize(
    "where",
    [
        {"Region": ELSEWHERE},
        {"Region": {"Fn::Join": ["-", ["us", "east", "1"]]}},
        {"Region": ELSEWHERE, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/reader"},
    ],
    ids=["region", "region-from-a-function", "role-of-the-same-account"],
)
def test_an_output_of_a_stack_in_another_region_is_read(cloud: LocalCloud, where: dict[str, object]) -> None:
    producer, _ = create(cloud, ELSEWHERE, "far", {"Name": "from elsewhere", "Arn": {"Ref": "Topic"}})
    consumer, status = create(cloud, HERE, output_of(producer, "Name", **where), {"Arn": output_of(producer, "Arn", **where)})
    assert status == "CREATE_COMPLETE", failures(cloud, consumer)
    assert display_name(cloud, HERE, consumer) == "from elsewhere"
    (stack,) = client(cloud.endpoint, HERE, "cloudformation").describe_stacks(StackName=consumer)["Stacks"]
    assert stack["Outputs"][0]["OutputValue"] == f"arn:aws:sns:{ELSEWHERE}:{ACCOUNT}:{producer}"


def test_without_a_region_the_stack_is_looked_for_in_the_same_one(cloud: LocalCloud) -> None:
    producer, _ = create(cloud, HERE, "near", {"Name": "from here"})
    consumer, status = create(cloud, HERE, {"Fn::Join": ["", [output_of(producer, "Name")]]})
    assert status == "CREATE_COMPLETE", failures(cloud, consumer)
    assert display_name(cloud, HERE, consumer) == "from here"


@pytest.mark.parametrize(
    "where",
    [{"Region": "eu-west-1"}, {}, {"Region": ELSEWHERE, "RoleArn": "arn:aws:iam::111111111111:role/reader"}],
    ids=["another-region", "own-region", "another-account"],
)
def test_a_stack_that_does_not_exist_there_fails_the_one_that_reads_it(cloud: LocalCloud, where: dict[str, object]) -> None:
    producer, _ = create(cloud, ELSEWHERE, "far", {"Name": "from elsewhere"})
    consumer, status = create(cloud, HERE, output_of(producer, "Name", **where))
    assert status == "ROLLBACK_COMPLETE"
    region = where.get("Region", HERE)
    assert f"Fn::GetStackOutput: Stack with id {producer} does not exist in {region}" in failures(cloud, consumer)


def test_an_output_that_does_not_exist_fails_the_stack_that_reads_it(cloud: LocalCloud) -> None:
    producer, _ = create(cloud, ELSEWHERE, "far", {"Name": "from elsewhere"})
    consumer, status = create(cloud, HERE, output_of(producer, "Other", Region=ELSEWHERE))
    assert status == "ROLLBACK_COMPLETE"
    assert f"Fn::GetStackOutput: Stack {producer} in {ELSEWHERE} has no output Other" in failures(cloud, consumer)


def test_a_deleted_stack_has_no_outputs(cloud: LocalCloud) -> None:
    producer, _ = create(cloud, ELSEWHERE, "far", {"Name": "from elsewhere"})
    elsewhere = client(cloud.endpoint, ELSEWHERE, "cloudformation")
    elsewhere.delete_stack(StackName=producer)
    elsewhere.get_waiter("stack_delete_complete").wait(StackName=producer, WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError, match="does not exist"):
        elsewhere.describe_stacks(StackName=producer)
    _, status = create(cloud, HERE, output_of(producer, "Name", Region=ELSEWHERE))
    assert status == "ROLLBACK_COMPLETE"
