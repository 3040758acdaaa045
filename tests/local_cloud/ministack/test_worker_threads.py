"""CloudFormation handlers that may wait, in ministack's CloudFormation in this process."""

import asyncio
import json
import threading
from typing import Any

import pytest
from ministack.services.cloudformation import stacks

from tradingbot_infra.local_cloud import gateway
from tradingbot_infra.local_cloud.ministack.registries import resource_handlers
from tradingbot_infra.local_cloud.ministack.stacks import provision_on_worker_threads

WAITS, HURRIES = "Test::Waits::ForALook", "Test::Hurries::Through"


async def looked_at_while_it_is_made(resource_type: str) -> bool:
    """Whether an API answers while the handler of this type, in a new stack, still waits for the answer."""
    answered, made = threading.Event(), threading.Event()
    seen: list[bool] = []

    def create(logical_id: str, _properties: Any, _stack: str) -> tuple[str, dict[str, Any]]:
        seen.append(answered.wait(5 if resource_type == WAITS else 0.1))
        made.set()
        return logical_id, {}

    resource_handlers()[resource_type] = {"create": create, "delete": lambda *_: None}
    template = json.dumps({"Resources": {"One": {"Type": resource_type}}})
    await gateway.ask("cloudformation", "CreateStack", StackName=resource_type.replace("::", "-"), TemplateBody=template)
    await asyncio.sleep(0.05)
    await gateway.ask("secretsmanager", "ListSecrets")
    answered.set()
    while not made.is_set():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    return seen == [True]


def test_apis_answer_while_a_named_type_is_made_and_not_while_another_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "_runs_on_worker_thread", stacks._runs_on_worker_thread)  # noqa: SLF001 - to be put back
    registry = resource_handlers()
    provision_on_worker_threads({WAITS})
    try:
        assert asyncio.run(looked_at_while_it_is_made(WAITS))
        assert not asyncio.run(looked_at_while_it_is_made(HURRIES))
    finally:
        registry.pop(WAITS, None)
        registry.pop(HURRIES, None)


def test_what_ministack_makes_on_worker_threads_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "_runs_on_worker_thread", stacks._runs_on_worker_thread)  # noqa: SLF001 - to be put back
    provision_on_worker_threads({WAITS})
    assert stacks._runs_on_worker_thread("AWS::ElastiCache::ReplicationGroup")  # noqa: SLF001
