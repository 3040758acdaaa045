"""The log driver: everything that a container writes arrives as events, also what it writes while it dies."""

import asyncio
from typing import Any

import pytest

from tests.local_cloud.fargate.task import (
    awslogs,
    container,
    in_background,
    log_group,
    messages,
    output,
    python,
    refused,
    role,
    run,
    spec,
)
from tradingbot_infra.local_cloud import background, gateway
from tradingbot_infra.local_cloud.fargate.container import Container
from tradingbot_infra.local_cloud.in_process import call
from tradingbot_infra.operations.live.ecs_messages import EcsMessage, Trouble

pytestmark = pytest.mark.local_cloud

_WRITES_AND_DIES = """
import os, sys
for number in range(20_000):
    sys.stdout.write(f"line {number}\\n")
sys.stdout.write("half a line")
sys.stdout.flush()
os.kill(os.getpid(), 9)
"""
_PULL = {"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}
_LOGS = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


def trouble(reason: str) -> Trouble | None:
    return EcsMessage(None, "task", reason, "arn").trouble


def test_everything_that_a_dying_process_wrote_arrives_in_order() -> None:
    assert output(*python(_WRITES_AND_DIES)) == [*(f"line {number}" for number in range(20_000)), "half a line"]


def test_both_outputs_arrive_and_bytes_that_are_no_text_are_replaced() -> None:
    source = "import os; os.write(1, b'out\\xff\\n\\n'); os.write(2, b'err')"
    assert sorted(output(*python(source))) == ["err", "out\ufffd"]


def test_lines_arrive_while_the_container_runs() -> None:
    group = log_group()
    described = spec(*python("import time; print('ready', flush=True); time.sleep(600)"), logConfiguration=awslogs(group))

    async def whole() -> None:
        one = container(described)
        await one.start()
        while not messages(described, group):
            await asyncio.sleep(0.05)
        await one.stop()

    in_background(whole())
    assert messages(described, group) == ["ready"]


def test_more_than_a_batch_takes_arrives_whole() -> None:
    source = "import sys\nfor n in range(50): sys.stdout.write(f'{n:06d}' * 17_000 + '\\n')"
    found = output(*python(source))
    assert [int(message[:6]) for message in found] == list(range(50))
    assert {len(message) for message in found} == {102_000}


def test_a_full_buffer_loses_lines_only_when_it_may_not_block() -> None:
    source = "for n in range(3_000): print('x' * 100)"

    def kept(mode: str) -> int:
        group = log_group()
        described = spec(*python(source), logConfiguration=awslogs(group, mode=mode, **{"max-buffer-size": "1k"}))
        run(described)
        return len(messages(described, group))

    assert kept("blocking") == 3_000
    assert 10 <= kept("non-blocking") < 3_000


def test_the_default_mode_may_lose_lines_as_on_aws() -> None:
    group = log_group()
    configuration = awslogs(group, **{"max-buffer-size": "1k"})
    del configuration["options"]["mode"]
    described = spec(*python("for n in range(3_000): print('x' * 100)"), logConfiguration=configuration)
    run(described)
    assert len(messages(described, group)) < 3_000


def test_a_log_group_that_is_missing_stops_the_task() -> None:
    reason = refused(spec(*python("pass"), logConfiguration=awslogs("/no/such")))
    assert reason == (
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create"
        " Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.: exit status 1"
    )
    assert trouble(reason) is Trouble.LOG_GROUP


def test_a_log_group_is_created_where_the_option_asks_for_it() -> None:
    name = log_group()
    call("logs", "DeleteLogGroup", logGroupName=name)
    described = spec(*python("print(1)"), logConfiguration=awslogs(name, **{"awslogs-create-group": "true"}))
    run(described)
    assert messages(described, name) == ["1"]


def test_a_role_that_may_not_create_the_stream_stops_the_task() -> None:
    reason = refused(spec(*python("pass"), execution_role=role(_PULL), logConfiguration=awslogs(log_group())))
    assert "is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:us-east-1:000000000000:log-group:/ecs/" in reason


def test_the_statement_of_the_templates_is_enough() -> None:
    group = log_group()
    statement = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*",
    }
    described = spec(*python("print(1)"), execution_role=role(statement), logConfiguration=awslogs(group))
    run(described)
    assert messages(described, group) == ["1"]


def test_a_role_that_may_not_write_starts_a_container_whose_lines_nobody_sees() -> None:
    group = log_group()
    deny = {"Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": "*"}
    described = spec(*python("print(1)"), execution_role=role(_LOGS, deny), logConfiguration=awslogs(group))
    assert run(described).code == 0
    assert messages(described, group) == []


def test_a_container_survives_the_end_of_its_log_group() -> None:
    group = log_group()
    described = spec(*python("import time; print(1, flush=True); time.sleep(600)"), logConfiguration=awslogs(group))

    async def whole() -> int | None:
        one = container(described)
        await one.start()
        call("logs", "DeleteLogGroup", logGroupName=group)
        await asyncio.sleep(0.5)
        await one.stop()
        return (await one.ended()).code

    assert in_background(whole()) == 143


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"logDriver": "splunk"}, "no log driver splunk"),
        ({"logDriver": "awslogs", "options": {"awslogs-group": "g"}}, "awslogs-stream-prefix is required"),
        (awslogs("g", **{"awslogs-datetime-format": "%H"}), "does not support awslogs-datetime-format"),
        (awslogs("g", **{"mode": "non-blocking", "max-buffer-size": "much"}), "invalid max-buffer-size much"),
    ],
)
def test_what_the_driver_cannot_do_stops_the_task(configuration: dict[str, Any], words: str) -> None:
    reason = refused(spec(*python("pass"), logConfiguration=configuration))
    assert reason.startswith("ResourceInitializationError: failed to validate logger args: ")
    assert words in reason


def test_no_batch_is_larger_than_cloudwatch_logs_takes() -> None:
    batches: list[list[dict[str, Any]]] = []
    ask = background.from_here(gateway.ask)

    async def recording(service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        if operation == "PutLogEvents":
            batches.append(parameters["logEvents"])
        return await ask(service, operation, **parameters)

    async def whole() -> None:
        source = "import sys; sys.stdout.write('a\\n' * 25_000); sys.stdout.write(('b' * 200_000 + '\\n') * 20)"
        one = Container(spec(*python(source), logConfiguration=awslogs(log_group())), recording)
        await one.start()
        await one.ended()

    in_background(whole())
    assert sum(len(batch) for batch in batches) == 25_020
    assert max(len(batch) for batch in batches) <= 10_000
    assert max(sum(len(event["message"]) + 26 for event in batch) for batch in batches) <= 1_048_576
    for batch in batches:
        assert [event["timestamp"] for event in batch] == sorted(event["timestamp"] for event in batch)
