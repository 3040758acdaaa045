"""`secrets status`: the state of every secret, and what to do next."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tradingbot_infra.commands.account_options import Account, reading_command
from tradingbot_infra.commands.console import print_json, print_line, print_rows
from tradingbot_infra.commands.exit_codes import ExitCode
from tradingbot_infra.commands.options import Json
from tradingbot_infra.operations.printed_commands import CdkDeploy, OwnCommand, Step, revert, sentence

if TYPE_CHECKING:
    from tradingbot_infra.operations.secrets.status import SecretStatus

_HEADINGS = ("SECRET", "STATE", "VALUE", "SINCE", "ROTATION", "OUR KMS KEY")


@reading_command
def status(
    account: Account,
    check: Annotated[bool, typer.Option("--check", help="Read the values and check their form. They are never shown.")] = False,
    json: Json = False,
) -> None:
    """Show the state of every secret and what to do next. Read-only.

    Exits 1 if one is missing, scheduled for deletion, or holds a placeholder. Without --check no value is read: a secret
    counts as a placeholder if it was not written since CloudFormation created it.
    """
    from tradingbot_infra.operations.live.stacks import check_deployed
    from tradingbot_infra.operations.secrets.status import State, read_secrets

    secrets = tuple(read_secrets(account.session, account.config, check=check))
    if all(secret.state is State.MISSING for secret in secrets):
        check_deployed(account.session, account.config)
    ready = all(secret.ready for secret in secrets)
    steps = tuple(account.rendered(step) for step in _next_steps(secrets))
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


def _next_steps(secrets: Sequence["SecretStatus"]) -> Iterator[Step]:
    """One line for each kind of step, in the order in which to take them."""
    from tradingbot_infra.design.secrets import APPLICATION_SECRETS
    from tradingbot_infra.operations.secrets.generation import GENERATED
    from tradingbot_infra.operations.secrets.status import State, Value

    missing = [secret.name for secret in secrets if secret.state is State.MISSING]
    scheduled = [secret.name for secret in secrets if secret.state is State.SCHEDULED]
    empty = [secret.name for secret in secrets if secret.state is State.EXISTS and secret.value in (Value.PLACEHOLDER, Value.NONE)]
    malformed = [name for name in _malformed(secrets) if name in APPLICATION_SECRETS]
    if missing:
        yield sentence(f"Next: {', '.join(missing)}: ", CdkDeploy(), "; or, if deleted by hand, ", revert("data"))
    if scheduled:
        yield sentence("Next: ", OwnCommand(f"secrets restore {' '.join(scheduled)}"))
    if generated := [name for name in empty if name in GENERATED]:
        names = ", ".join(generated)
        yield sentence("Next: ", OwnCommand("secrets generate"), f" for {names}; if you have values, ", OwnCommand("secrets push"))
    if pushed := [name for name in empty if name in APPLICATION_SECRETS and name not in GENERATED]:
        yield sentence("Next: ", OwnCommand("secrets push"), f" for {', '.join(pushed)}")
    if others := [name for name in empty if name not in APPLICATION_SECRETS]:
        yield sentence(f"Next: {', '.join(others)}: ", revert("data"))
    if malformed:
        yield sentence("Next: ", OwnCommand(f"secrets push {' '.join(f'--replace {name}' for name in malformed)}"))
