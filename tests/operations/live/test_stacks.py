"""Stacks are found by the rows of design/stacks.py, each in its own region."""

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.operations.stubs import boto3_client
from tests.scopes.rows import ROWS
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.design import stacks
from tradingbot_infra.operations.live.stacks import read_stacks
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verification.stacks import complete

DEPLOYED = {
    "ap-southeast-2": ("tradingbot-ai-production-network", "tradingbot-ai-account-audit"),
    "us-east-1": ("tradingbot-ai-production-edge",),
    "ap-southeast-4": ("tradingbot-ai-production-network",),
}


def described(name: str) -> dict[str, Any]:
    """A stack as CloudFormation describes it."""
    return {"StackName": name, "StackStatus": "CREATE_COMPLETE", "CreationTime": datetime(2026, 11, 24, tzinfo=UTC)}


def test_a_stack_of_another_region_or_of_the_account_needs_its_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "STACKS", (*stacks.STACKS, *ROWS))
    config = load_config("production")
    with ExitStack() as entered:
        clients = {}
        for region, names in DEPLOYED.items():
            clients[region], stubber = entered.enter_context(boto3_client("cloudformation"))
            stubber.add_response("describe_stacks", {"Stacks": [described(name) for name in names]})
        found = read_stacks(Session(lambda _, region: clients[region], region="ap-southeast-2"), config)
    assert [(stack.id, stack.region) for stack in found] == [
        ("NetworkStack", "ap-southeast-2"),
        ("AuditStack", "ap-southeast-2"),
        ("EdgeStack", "us-east-1"),
    ]
    missing = [finding.found for finding in complete(found, config.stacks)]
    deployed = {name for names in DEPLOYED.values() for name in names}
    assert missing == [f"{place.name} does not exist" for place in config.stacks if place.name not in deployed]
    assert "tradingbot-ai-production-recovery does not exist" in missing
