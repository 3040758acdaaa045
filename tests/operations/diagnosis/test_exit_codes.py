"""With which code containers ended, by botocore's Stubber: on the local cloud none runs."""

import pytest

from tests.operations.stubs import boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.diagnosis.exit_codes import meaning, read_exit_codes

NAMES = load_config("production").names


def test_a_hundred_tasks_are_asked_for_at_a_time_and_one_that_never_started_has_no_code() -> None:
    arns = [f"arn:{number}" for number in range(101)]
    with boto3_client("ecs") as (client, stubber):
        tasks = [{"taskArn": "arn:0", "containers": [{"exitCode": 137}]}, {"taskArn": "arn:1", "containers": [{"reason": "CannotPull"}]}]
        stubber.add_response("describe_tasks", {"tasks": tasks}, {"cluster": NAMES.cluster, "tasks": arns[:100]})
        last = [{"taskArn": "arn:100", "containers": [{"exitCode": 0}]}]
        stubber.add_response("describe_tasks", {"tasks": last}, {"cluster": NAMES.cluster, "tasks": arns[100:]})
        assert read_exit_codes(session_over(ecs=client), NAMES, arns) == {"arn:0": 137, "arn:100": 0}


@pytest.mark.parametrize(("code", "words"), [(137, "exit code 137: it was killed (SIGKILL)"), (42, "exit code 42")])
def test_a_code_is_told_in_words_where_they_are_known(code: int, words: str) -> None:
    assert meaning(code).startswith(words)
