"""`secrets status`: the state of every secret, and what to do next."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account import Account, account_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json

if TYPE_CHECKING:
    from tradingbot_infra.operations.secrets.status import SecretStatus

_HEADINGS = ("SECRET", "STATE", "VALUE", "SINCE", "ROTATION", "OUR KMS KEY")
_PROGRAM = "python -m tradingbot_infra secrets"


@account_command
def status(
    account: Account,
    check: Annotated[bool, typer.Option("--check", help="Read the values and check their form. They are never shown.")] = False,
    json: Json = False,
) -> None:
    """Show the state of every secret and what to do next. Read-only.

    Exits 1 if one is missing, scheduled for deletion, or holds a placeholder. Without --check no value is read: a secret
    counts as a placeholder if it was not written since CloudFormation created it.
    """
    from tradingbot_infra.operations.secrets.status import read_secrets

    secrets = tuple(read_secrets(account.session, account.config, check=check))
    ready = all(secret.ready for secret in secrets)
    steps = tuple(account.completed(step) for step in _next_steps(account.config.environment, secrets))
    if json:
        environment, region = account.config.environment, account.session.region
        rows = [_document(secret, check) for secret in secrets]
        print_json({"environment": environment, "region": region, "ready": ready, "secrets": rows, "next_steps": steps})
    else:
        print_rows([_HEADINGS, *map(_row, secrets)])
        for line in (*_malformed(secrets).values(), *steps):
            print_line(line)
    if not ready:
        raise typer.Exit(ExitCode.FAILED)


def _document(secret: "SecretStatus", check: bool) -> dict[str, Any]:
    return {
        "name": secret.name,
        "secret_id": secret.secret_id or None,
        "state": secret.state.name.lower(),
        "value": secret.value.name.lower(),
        "checked": check,
        "wrong": secret.wrong,
        "changed": secret.changed.isoformat() if secret.changed else None,
        "deletion": secret.deletion.isoformat() if secret.deletion else None,
        "rotation": secret.rotation,
        "kms_key": secret.kms_key,
    }


def _row(secret: "SecretStatus") -> tuple[str, ...]:
    return (
        secret.name,
        f"{secret.state}, {secret.deletion:%Y-%m-%d %H:%M %Z}" if secret.deletion else str(secret.state),
        str(secret.value),
        f"{secret.changed:%Y-%m-%d %H:%M %Z}" if secret.changed else "-",
        secret.rotation,
        "-" if secret.kms_key is None else "yes" if secret.kms_key else "no",
    )


def _malformed(secrets: Sequence["SecretStatus"]) -> dict[str, str]:
    """What is wrong with real values, by secret. Placeholders are in the table."""
    from tradingbot_infra.operations.secrets.status import Value

    return {secret.name: secret.wrong for secret in secrets if secret.value is Value.REAL and secret.wrong}


def _next_steps(environment: str, secrets: Sequence["SecretStatus"]) -> Iterator[str]:
    """One line for each kind of thing to do, in the order in which to do it."""
    from tradingbot_infra.design.secrets import APPLICATION_SECRETS
    from tradingbot_infra.operations.secrets.generation import GENERATED
    from tradingbot_infra.operations.secrets.status import State, Value

    missing = [secret.name for secret in secrets if secret.state is State.MISSING]
    scheduled = [secret.name for secret in secrets if secret.state is State.SCHEDULED]
    empty = [secret.name for secret in secrets if secret.state is State.EXISTS and secret.value in (Value.PLACEHOLDER, Value.NONE)]
    malformed = [name for name in _malformed(secrets) if name in APPLICATION_SECRETS]
    if missing:
        yield f"Next: {', '.join(missing)}: `cdk deploy --all -c env={environment}`; or, if deleted by hand, {_reverted(environment)}"
    if scheduled:
        yield f"Next: `{_PROGRAM} restore {' '.join(scheduled)} --env {environment}`"
    if generated := [name for name in empty if name in GENERATED]:
        yield f"Next: `{_PROGRAM} generate --env {environment}` makes {', '.join(generated)}; `push` takes them where they exist already"
    if pushed := [name for name in empty if name in APPLICATION_SECRETS and name not in GENERATED]:
        yield f"Next: `{_PROGRAM} push --env {environment}` for {', '.join(pushed)}"
    if others := [name for name in empty if name not in APPLICATION_SECRETS]:
        yield f"Next: {', '.join(others)}: {_reverted(environment)}"
    if malformed:
        yield f"Next: `{_PROGRAM} push {' '.join(f'--replace {name}' for name in malformed)} --env {environment}`"


def _reverted(environment: str) -> str:
    # A plain deployment compares templates only (CloudFormation User Guide, "Using drift-aware change sets").
    return f"`cdk deploy DataStack --revert-drift -c env={environment}`"
