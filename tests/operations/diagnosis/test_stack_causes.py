"""Stacks that do not stand, or whose last operation failed."""

from dataclasses import replace

import pytest

from tests.operations.diagnosis.planted import cause, facts
from tests.operations.live.sample import live_stacks
from tests.operations.rendering import plain_fix
from tradingbot_infra.operations.diagnosis import stack_causes
from tradingbot_infra.operations.diagnosis.finding import Certainty
from tradingbot_infra.operations.diagnosis.stack_causes import deployed
from tradingbot_infra.operations.diagnosis.symptoms import SYMPTOMS
from tradingbot_infra.operations.diagnosis.tree import diagnose
from tradingbot_infra.operations.live.stacks import LiveStack

NAME = "tradingbot-ai-production-service"


def stack(status: str, reason: str = "") -> tuple[LiveStack, ...]:
    return tuple(replace(each, status=status, reason=reason) for each in live_stacks() if each.name == NAME)


@pytest.fixture(autouse=True)
def failed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What made the stack's last operation fail, as a test writes it."""
    reasons: list[str] = []
    monkeypatch.setattr(stack_causes, "failed_resources", lambda _, __: tuple(reasons))
    return reasons


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"])
def test_a_stack_that_stands_is_no_cause(status: str) -> None:
    assert deployed("service")(facts(stacks=stack(status))) is None


@pytest.mark.parametrize(
    ("status", "certainty", "fix"),
    [
        ("ROLLBACK_COMPLETE", Certainty.CERTAIN, "describe-stack-events"),
        ("ROLLBACK_FAILED", Certainty.CERTAIN, "tradingbot repair --env production"),
        ("UPDATE_ROLLBACK_FAILED", Certainty.CERTAIN, "continue-update-rollback"),
        ("UPDATE_ROLLBACK_COMPLETE", Certainty.POSSIBLE, "cdk deploy ServiceStack -c env=production"),
        ("UPDATE_IN_PROGRESS", Certainty.POSSIBLE, "Wait"),
    ],
)
def test_a_stack_that_went_wrong_is_told_with_its_reason_and_the_next_step(status: str, certainty: Certainty, fix: str) -> None:
    found = cause(deployed("service")(facts(stacks=stack(status, "Resource creation cancelled"))))
    assert (found.id, found.certainty) == ("stack-incomplete", certainty)
    assert found.evidence == (f"{NAME}: {status} Resource creation cancelled",)
    assert fix in "\n".join(plain_fix(found))


def test_the_resources_that_failed_are_the_evidence(failed: list[str]) -> None:
    failed += ["Database: no such class", "Redis: no such node", "Vault: exists", "Plan: exists"]
    found = cause(deployed("service")(facts(stacks=stack("UPDATE_ROLLBACK_COMPLETE"))))
    assert found.evidence[1:] == ("Database: no such class", "Redis: no such node", "Vault: exists")
    assert plain_fix(found) == ["Fix what failed, then `cdk deploy ServiceStack -c env=production`"]


@pytest.mark.parametrize(
    "reason",
    [
        "FreeTierRestrictionError: The specified backup retention period exceeds the maximum available to free tier customers.",
        "The specified backup retention period exceeds the maximum available to free tier customers. (Service: Rds, Status Code: 400)",
        "This instance size isn't available with free plan accounts.",
    ],
)
def test_the_free_plan_is_named_as_the_reason(failed: list[str], reason: str) -> None:
    failed.append(f"Database: {reason}")
    found = cause(deployed("service")(facts(stacks=stack("ROLLBACK_COMPLETE"))))
    assert plain_fix(found)[0].startswith("The account is on AWS's free plan: upgrade it in the billing console")


def test_a_stack_that_was_never_deployed_is_named() -> None:
    found = cause(deployed("data")(facts(stacks=stack("CREATE_COMPLETE"))))
    assert (found.id, found.certainty) == ("stack-missing", Certainty.CERTAIN)
    assert plain_fix(found) == ["cdk deploy DataStack -c env=production"]


@pytest.mark.parametrize("symptom", ["tasks-pending", "api-502", "alb-503", "database"])
def test_a_missing_stack_is_looked_for_in_every_tree_that_needs_it(symptom: str) -> None:
    (tree,) = [each for name, each in SYMPTOMS.items() if name == symptom]
    first = type(tree)(tree.name, tree.checks[:1])
    assert [each.id for each in diagnose(first, facts(stacks=())).causes] == ["stack-missing"]
