"""Checks: what is sensitive lives in Secrets Manager, and nowhere in plain."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.operations.live.containers import Variables, read_variables
from tradingbot_infra.operations.secrets.status import SecretStatus, State
from tradingbot_infra.operations.verification.check import Finding, Look, failed, passed
from tradingbot_infra.operations.verification.facts import Facts
from tradingbot_infra.operations.verification.next_steps import NextSteps
from tradingbot_infra.operations.verification.tasks import absent


def filled(secrets: Sequence[SecretStatus], steps: NextSteps) -> Iterator[Finding]:
    """Whether every secret exists and holds a value that somebody put there."""
    missing = [each.name for each in secrets if each.state is State.MISSING]
    going = [each.name for each in secrets if each.state is State.SCHEDULED]
    unfilled = [each.name for each in secrets if each.state is State.EXISTS and not each.ready]
    own = [name for name in unfilled if name in APPLICATION_SECRETS]
    if missing:
        yield failed(f"do not exist: {', '.join(missing)}", steps.revert("data"))
    if going:
        yield failed(f"are scheduled for deletion: {', '.join(going)}", steps.verb(f"secrets restore {' '.join(going)}"))
    if unfilled:
        step = steps.verb("secrets push --from FILE") if own else steps.revert("data")
        yield failed(f"hold no value of their own yet: {', '.join(unfilled)}", step)
    if not missing and not going and not unfilled:
        yield passed(f"{len(secrets)} secrets hold values of their own")


def from_secrets_manager(variables: Variables, steps: NextSteps) -> Finding:
    """Whether no variable of the container holds in plain what its name or its form says is secret."""
    if variables.exposed:
        return failed(f"plain variables of the container hold secrets: {', '.join(variables.exposed)}", steps.revert("service"))
    if not variables.secrets:
        return failed("no variable of the container comes from Secrets Manager", steps.revert("service"))
    return passed(f"variables from Secrets Manager: {len(variables.secrets)}; plain ones: {len(variables.plain)}, none of them a secret")


def _filled(facts: Facts) -> Iterator[Finding]:
    return filled(facts.secrets, facts.steps)


def _from_secrets_manager(facts: Facts) -> Iterator[Finding]:
    if facts.service is None:
        yield absent(facts)
    else:
        yield from_secrets_manager(read_variables(facts.session, facts.service.task_definition.arn), facts.steps)


LOOKS = (Look("Secrets Manager, every secret", _filled), Look("ECS, names of the container's variables", _from_secrets_manager))
