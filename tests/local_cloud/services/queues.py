"""A queue that a rule of EventBridge writes to, in ministack's services in this process."""

import json
from collections.abc import Mapping
from typing import Any

from tradingbot_infra.local_cloud.in_process import call


def queue_of_events(name: str, pattern: Mapping[str, Any]) -> str:
    """The URL of a new queue that gets what matches the pattern."""
    url: str = call("sqs", "CreateQueue", QueueName=name)["QueueUrl"]
    arn = call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    call("events", "PutRule", Name=name, EventPattern=json.dumps(pattern))
    call("events", "PutTargets", Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    return url


def messages(queue: str) -> list[str]:
    """The bodies of the messages in a queue."""
    found = call("sqs", "ReceiveMessage", QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in found]
