"""Every stack stands, and its last deployment did what it should."""

from dataclasses import replace

import pytest

from tests.operations.live.sample import live_stacks
from tests.operations.rendering import plain
from tradingbot_infra.config.settings import load_config
from tradingbot_infra.operations.verdict import Outcome
from tradingbot_infra.operations.verification.stacks import complete

WANTED = load_config("production").stacks
STACKS = live_stacks()


def test_complete_stacks_pass() -> None:
    (finding,) = complete(STACKS, WANTED)
    assert (finding.outcome, plain(finding.next_step)) == (Outcome.PASS, "")
    assert all(stack.part in finding.found for stack in WANTED)


def test_a_missing_stack_fails_by_name() -> None:
    (finding,) = complete([stack for stack in STACKS if stack.part != "monitoring"], WANTED)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "tradingbot-ai-production-monitoring does not exist")
    assert plain(finding.next_step) == "cdk deploy --all -c env=production"


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("UPDATE_ROLLBACK_COMPLETE", "cdk deploy --all -c env=production"),
        ("CREATE_FAILED", "cdk deploy --all -c env=production"),
        ("UPDATE_IN_PROGRESS", "wait until it ends, then `tradingbot verify --env production`"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait until it ends, then `tradingbot verify --env production`"),
    ],
)
def test_a_stack_that_is_not_complete_fails_with_its_reason(status: str, step: str) -> None:
    spoiled = [replace(STACKS[0], status=status, reason="resource x failed"), *STACKS[1:]]
    (finding,) = complete(spoiled, WANTED)
    assert (finding.outcome, plain(finding.next_step)) == (Outcome.FAIL, step)
    assert finding.found == f"tradingbot-ai-production-network is {status}: resource x failed"
