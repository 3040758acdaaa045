"""Every stack stands, and its last deployment did what it should."""

from dataclasses import replace

import pytest

from tests.operations.verification.standing import STEPS
from tradingbot_infra.design.naming import Names
from tradingbot_infra.operations.live.stacks import PARTS, StandingStack
from tradingbot_infra.operations.verification.check import Outcome
from tradingbot_infra.operations.verification.stacks import complete

NAMES = Names(project="tradingbot-ai", environment="production")
STACKS = [StandingStack(part, NAMES.stack(part), "UPDATE_COMPLETE", "", {}) for part in PARTS]


def test_four_complete_stacks_pass() -> None:
    (finding,) = complete(STACKS, NAMES, STEPS)
    assert (finding.outcome, finding.next_step) == (Outcome.PASS, "")
    assert all(part in finding.found for part in PARTS)


def test_a_missing_stack_fails_by_name() -> None:
    (finding,) = complete(STACKS[:3], NAMES, STEPS)
    assert (finding.outcome, finding.found) == (Outcome.FAIL, "tradingbot-ai-production-monitoring does not stand")
    assert finding.next_step == "cdk deploy --all -c env=production"


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("UPDATE_ROLLBACK_COMPLETE", "cdk deploy --all -c env=production"),
        ("CREATE_FAILED", "cdk deploy --all -c env=production"),
        ("UPDATE_IN_PROGRESS", "wait until it ends, then python -m tradingbot_infra verify --env production"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait until it ends, then python -m tradingbot_infra verify --env production"),
    ],
)
def test_a_stack_that_is_not_complete_fails_with_its_reason(status: str, step: str) -> None:
    spoiled = [replace(STACKS[0], status=status, reason="resource x failed"), *STACKS[1:]]
    (finding,) = complete(spoiled, NAMES, STEPS)
    assert (finding.outcome, finding.next_step) == (Outcome.FAIL, step)
    assert finding.found == f"tradingbot-ai-production-network is {status}: resource x failed"
