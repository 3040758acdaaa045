"""Input transformers that read items of lists."""

import json
import uuid

import pytest
from ministack.services import eventbridge

from tests.local_cloud.services.queues import messages
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.local_cloud.ministack import event_bus, input_paths

PATHS = {
    "title": "$.detail.findings[0].Title",
    "second": "$.detail.findings[1].Title",
    "label": "$.detail.findings[0].Severity.Label",
    "account": "$.account",
}
TEMPLATE = '"<label>: <title>, <second>, in <account>"'
DETAIL = {"findings": [{"Title": "open", "Severity": {"Label": "HIGH"}}]}


@pytest.fixture
def queue(account: str) -> str:
    """The URL of a queue that hears what the transformer makes of an event, in an account of its own."""
    name = uuid.uuid4().hex
    url: str = call("sqs", "CreateQueue", QueueName=name)["QueueUrl"]
    arn = call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    call("events", "PutRule", Name=name, EventPattern=json.dumps({"source": ["aws.securityhub"]}))
    target = {"Id": "queue", "Arn": arn, "InputTransformer": {"InputPathsMap": PATHS, "InputTemplate": TEMPLATE}}
    call("events", "PutTargets", Rule=name, Targets=[target])
    return url


@pytest.fixture
def _reading_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the server's process does, until the test ends."""
    monkeypatch.setattr(eventbridge, "_apply_input_transformer", eventbridge.__dict__["_apply_input_transformer"])
    input_paths.read_lists()


@pytest.mark.usefixtures("_reading_lists")
def test_an_item_of_a_list_is_read_and_one_that_is_not_there_is_empty(queue: str, account: str) -> None:
    event_bus.put("aws.securityhub", "Security Hub Findings - Imported", DETAIL, [])
    assert messages(queue) == [f'"HIGH: open, , in {account}"']


def test_ministack_still_reads_none(queue: str, account: str) -> None:
    event_bus.put("aws.securityhub", "Security Hub Findings - Imported", DETAIL, [])
    assert messages(queue) == [f'": , , in {account}"']
