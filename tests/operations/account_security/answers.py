"""An account whose answers a test writes, service by service."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.stub import Stubber

from tests.operations.stubs import REGION, boto3_client, session_over
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.account_security.facts import AccountFacts

ACCOUNT = "111111111111"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
STACK = "tradingbot-ai-account-security"

Answer = tuple[str, Any]
"""An operation, and its answer as a mapping, or the code of the error that it is refused with."""


@contextmanager
def answering(answers: Mapping[str, Sequence[Answer]], held: Mapping[str, str] | None = None, **settings: str) -> Iterator[AccountFacts]:
    """An account that gives these answers, by service, in their order. `held` are resources of the account's stack, type by id."""
    summaries = [_summary(*one) for one in (held or {}).items()]
    of_stack: list[Answer] = [] if held is None else [("list_stack_resources", {"StackResourceSummaries": summaries})]
    of_sts: list[Answer] = [("get_caller_identity", {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/somebody"})] * 5
    with ExitStack() as stack:
        clients = {}
        given: Sequence[Answer]
        for service, given in {"sts": of_sts, "cloudformation": of_stack, **answers}.items():
            client, stubber = stack.enter_context(boto3_client(service)) if service != "sts" else _unasked(stack)
            for operation, answer in given:
                _give(stubber, operation, answer)
            clients[service.replace("-", "_")] = client
        config = load_config("production", {"account_security": "ours", **settings})
        yield AccountFacts(session_over(**clients), config, NOW)


def _unasked(stack: ExitStack) -> Any:
    """STS, which may be left unasked."""
    keys = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "made-up")
    made: Any = boto3.Session(region_name=REGION)
    client = made.client("sts", **keys)
    return client, stack.enter_context(Stubber(client))


def _give(stubber: Any, operation: str, answer: Mapping[str, Any] | str) -> None:
    if isinstance(answer, str):
        stubber.add_client_error(operation, service_error_code=answer, service_message=answer)
    else:
        stubber.add_response(operation, dict(answer))


def _summary(physical_id: str, kind: str) -> dict[str, object]:
    return {
        "LogicalResourceId": physical_id.replace("-", ""),
        "PhysicalResourceId": physical_id,
        "ResourceType": kind,
        "LastUpdatedTimestamp": NOW,
        "ResourceStatus": "CREATE_COMPLETE",
    }
