"""Checks: sensitive values are in Secrets Manager only."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.operations.live.containers import Variables
from tradingbot_infra.operations.printed_commands import OwnCommand, Step, revert
from tradingbot_infra.operations.secrets.status import SecretStatus, State
from tradingbot_infra.operations.verdict import Finding, failed, passed
from tradingbot_infra.operations.verification.check import Look


def filled(secrets: Sequence[SecretStatus]) -> Iterator[Finding]:
    """Whether every secret exists and holds a value that somebody put there."""
    missing = [each.name for each in secrets if each.state is State.MISSING]
    going = [each.name for each in secrets if each.state is State.SCHEDULED]
    unfilled = [each.name for each in secrets if each.state is State.EXISTS and not each.ready]
    own = [name for name in unfilled if name in APPLICATION_SECRETS]
    if missing:
        yield failed(f"do not exist: {', '.join(missing)}", revert("data"))
    if going:
        yield failed(f"are scheduled for deletion: {', '.join(going)}", OwnCommand(f"secrets restore {' '.join(going)}"))
    if unfilled:
        step: Step = OwnCommand("secrets push --from FILE") if own else revert("data")
        yield failed(f"hold no value of their own yet: {', '.join(unfilled)}", step)
    if not missing and not going and not unfilled:
        yield passed(f"{len(secrets)} secrets hold values of their own")


def from_secrets_manager(variables: Variables) -> Finding:
    """Whether no variable of the container holds in plain what its name or its form says is secret."""
    if variables.exposed:
        return failed(f"plain variables of the container hold secrets: {', '.join(variables.exposed)}", revert("service"))
    if not variables.secrets:
        return failed("no variable of the container comes from Secrets Manager", revert("service"))
    return passed(f"variables from Secrets Manager: {len(variables.secrets)}; plain ones: {len(variables.plain)}, none of them a secret")


LOOKS = (
    Look("Secrets Manager, every secret", lambda facts: filled(facts.secrets)),
    Look("ECS, names of the container's variables", lambda facts: (from_secrets_manager(facts.variables),)),
)
