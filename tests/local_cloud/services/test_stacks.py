"""How long DescribeStacks waits."""

import asyncio
from typing import Any

import pytest

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.services import stacks
from tradingbot_infra.local_cloud.services.operation import Call


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "REVIEW_IN_PROGRESS", "UPDATE_IN_PROGRESS"])
def test_a_change_that_does_not_end_is_described_after_a_while_and_one_that_waits_for_a_person_at_once(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    monkeypatch.setattr(stacks, "LONGEST_SECONDS", 0.1)
    asked = 0

    async def ministack(**_parameters: object) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"Stacks": [{"StackStatus": status}]}

    answer = asyncio.run(stacks.describe(Call({"StackName": "app"}, ministack, gateway.ask)))
    assert answer == {"Stacks": [{"StackStatus": status}]}
    assert (asked > 1) == (status == "UPDATE_IN_PROGRESS")
