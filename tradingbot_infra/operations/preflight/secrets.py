"""Checks: the application finds real values in its secrets."""

from collections.abc import Iterator, Sequence

from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import OwnCommand, Step, revert, sentence
from tradingbot_infra.operations.secrets.generation import GENERATED
from tradingbot_infra.operations.secrets.status import SecretStatus, State, read_secrets
from tradingbot_infra.operations.verdict import Finding, failed, passed


def filled(plan: Plan) -> Iterator[Finding]:
    """Whether every secret that a person fills was written since CloudFormation created it; no value is read.

    The placeholder reads none of them, so without an image there is nothing to check.
    """
    if plan.tag is None:
        yield passed("the placeholder reads no secret")
        return
    found = [one for one in read_secrets(plan.session, plan.config, check=False) if one.name in APPLICATION_SECRETS]
    yield from judged_secrets([one for one in found if not one.ready], len(found))


def judged_secrets(lacking: Sequence[SecretStatus], count: int) -> Iterator[Finding]:
    """A finding for each way of not being ready. `count` is how many secrets there are."""
    scheduled = _named(lacking, State.SCHEDULED)
    missing = _named(lacking, State.MISSING)
    empty = _named(lacking, State.EXISTS)
    if scheduled:
        yield failed(f"scheduled for deletion: {', '.join(scheduled)}", OwnCommand(f"secrets restore {' '.join(scheduled)}"))
    if missing:
        yield failed(f"missing: {', '.join(missing)}", revert("data"))
    if empty:
        yield failed(f"still placeholders, which the application cannot use: {', '.join(empty)}", _filling(empty))
    if not lacking:
        yield passed(f"{count} of {count} were written")


def _filling(names: Sequence[str]) -> Step:
    push = OwnCommand("secrets push --from FILE")
    generated = [name for name in names if name in GENERATED]
    if not generated:
        return push
    generate = sentence(OwnCommand("secrets generate"), f" for {', '.join(generated)}")
    return generate if len(generated) == len(names) else sentence(push, "; or ", *generate.parts)


def _named(secrets: Sequence[SecretStatus], state: State) -> list[str]:
    return [one.name for one in secrets if one.state is state]
