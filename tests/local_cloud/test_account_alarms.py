"""The alarms of the account's stack ring on what its trail records, in the real template, and on nothing else.

The tests build on each other in order: the last one deletes the trail. There is no console to sign in to, so a test writes such an
event into the log group itself, as CloudTrail would.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Synthesize
from tests.local_cloud.account_stack import STACK, AccountStack, until
from tradingbot_infra.design.account_alarms import ACCOUNT_ALARMS
from tradingbot_infra.local_cloud.server import ACCOUNT, running

pytestmark = pytest.mark.local_cloud

ROOT = {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT}


@dataclass
class Audited:
    """A local cloud with the account's stack, and a queue that hears its topic."""

    stack: AccountStack
    queue: str

    def aws(self, service: str) -> Any:
        return self.stack.aws(service)

    def heard(self) -> list[dict[str, str]]:
        """The messages of alarms since the last time."""
        found = self.aws("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for one in found:
            self.aws("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
        return [json.loads(json.loads(one["Body"])["Message"]) for one in found]

    def ringing(self) -> set[str]:
        """The controls of the alarms that ring."""
        alarms = self.aws("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
        return {row.control for row in ACCOUNT_ALARMS for alarm in alarms if alarm["MetricName"] == row.metric}

    @property
    def log_group(self) -> str:
        """The name of the trail's log group."""
        (trail,) = self.aws("cloudtrail").describe_trails()["trailList"]
        return str(trail["CloudWatchLogsLogGroupArn"].split(":")[6])

    def delivered(self, group: str, event: str) -> bool:
        """Whether an event of this name is in the log group."""
        found = self.aws("logs").filter_log_events(logGroupName=group, filterPattern=f'{{ $.eventName = "{event}" }}')["events"]
        return len(found) > 0


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory, synthesize: Synthesize) -> Iterator[Audited]:
    """The account's stack of production, deployed; a trail delivers after a second."""
    template = synthesize("production", account_security="ours").templates[STACK]
    with running(tmp_path_factory.mktemp("local-cloud"), time_scale=300) as cloud:
        stack = AccountStack(cloud, template)
        stack.aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")
        stack.upload()
        assert stack.deploy() == "CREATE_COMPLETE", stack.failures()
        queue = stack.aws("sqs").create_queue(QueueName="heard")["QueueUrl"]
        arn = stack.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        stack.aws("sns").subscribe(TopicArn=stack.outputs["SecurityTopicArn"], Protocol="sqs", Endpoint=arn)
        yield Audited(stack, queue)


def test_quiet_traffic_rings_none(audited: Audited) -> None:
    group = audited.log_group
    audited.aws("s3").list_buckets()
    audited.aws("ec2").describe_security_groups()
    audited.aws("iam").create_user(UserName="quiet")
    audited.aws("sns").list_topics()
    until(lambda: audited.delivered(group, "ListTopics"))
    assert (audited.ringing(), audited.heard()) == (set(), [])


@pytest.mark.parametrize(
    ("event", "control"),
    [
        ({"userIdentity": ROOT, "additionalEventData": {"MFAUsed": "Yes"}, "responseElements": {"ConsoleLogin": "Success"}}, "4.3"),
        (
            {
                "userIdentity": {"type": "IAMUser", "userName": "quiet"},
                "additionalEventData": {"MFAUsed": "No"},
                "responseElements": {"ConsoleLogin": "Success"},
            },
            "4.2",
        ),
        ({"userIdentity": {"type": "IAMUser", "userName": "quiet"}, "errorMessage": "Failed authentication"}, "4.6"),
    ],
    ids=["root", "without-mfa", "failed"],
)
def test_a_sign_in_to_the_console_rings_its_alarm_and_the_topic_tells_it(audited: Audited, event: dict[str, Any], control: str) -> None:
    before, logs, group = audited.ringing(), audited.aws("logs"), audited.log_group
    stream = f"console-{control}"
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    record = {"eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "eventType": "AwsConsoleSignIn", **event}
    line = {"timestamp": int(time.time() * 1000), "message": json.dumps(record)}
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[line])
    assert audited.ringing() - before == {control}
    (message,) = audited.heard()
    assert (message["NewStateValue"], f"(CIS {control})" in message["AlarmDescription"]) == ("ALARM", True)


def rings_only(audited: Audited, event: str, control: str, group: str) -> None:
    """The event is delivered, and the topic tells of its alarm and of no other."""
    until(lambda: audited.delivered(group, event))
    until(lambda: control in audited.ringing())
    (message,) = audited.heard()
    assert (message["NewStateValue"], f"(CIS {control})" in message["AlarmDescription"]) == ("ALARM", True)


def test_a_changed_security_group_rings_its_alarm_only(audited: Audited) -> None:
    group, ec2 = audited.log_group, audited.aws("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"]
    (of_vpc,) = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["SecurityGroups"]
    permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=of_vpc["GroupId"], IpPermissions=[permission])
    rings_only(audited, "AuthorizeSecurityGroupIngress", "4.10", group)


def test_a_deleted_trail_rings_its_alarm_only(audited: Audited) -> None:
    group, cloudtrail = audited.log_group, audited.aws("cloudtrail")
    (trail,) = cloudtrail.describe_trails()["trailList"]
    cloudtrail.delete_trail(Name=trail["Name"])
    rings_only(audited, "DeleteTrail", "4.5", group)
