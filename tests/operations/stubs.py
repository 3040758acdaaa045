"""boto3 clients whose answers a test writes, for what the local cloud lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.session
from botocore.stub import Stubber

from tradingbot_infra.endpoints import know_promql
from tradingbot_infra.operations.session import Session

REGION = "ap-southeast-2"


@contextmanager
def boto3_client(service: str) -> Iterator[tuple[Any, Stubber]]:
    """A client and its stubber, which must have been asked everything that it was given answers for."""
    keys = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "made-up")
    core = botocore.session.Session()
    know_promql(core)
    made: Any = boto3.Session(botocore_session=core, region_name=REGION)
    client = made.client(service, **keys)
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def session_over(**clients: Any) -> Session:
    """A session that has these clients and no others."""
    return Session(lambda service, _region: clients[service.replace("-", "_")], region=REGION)
