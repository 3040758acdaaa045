"""`secrets push` and `secrets generate`: real values take the place of the generated ones."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from tradingbot_infra.commands.account import Account, on_account
from tradingbot_infra.commands.console import Json, progress
from tradingbot_infra.commands.secrets import terminal
from tradingbot_infra.commands.secrets.writing import Manner, write
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.secrets.sources import Given
    from tradingbot_infra.operations.secrets.values import Held

Replace = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Replace the real value that this secret holds; may be repeated.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be written.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")]
Roll = Annotated[bool, typer.Option("--roll", help="Then replace the running tasks by new ones, which read the new values.")]


@on_account
def push(
    account: Account,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="A dotenv file with SECRET_KEY=... and so on.")] = None,
    from_environment: Annotated[bool, typer.Option("--from-environment", help="Take SECRET_KEY and so on from the environment.")] = False,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this secret; may be repeated.")] = None,
    replace: Replace = None,
    replace_all: Annotated[bool, typer.Option("--replace-all", help="Replace whatever real values are there.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    roll: Roll = False,
    json: Json = False,
) -> None:
    """Write your values into the secrets.

    They come from a dotenv file, from environment variables, or are typed without an echo. Every value's form is checked
    before any is written. What holds a real value already is left alone, unless --replace names it. On a terminal, and
    without a source, it asks for the values of the secrets that still hold placeholders. Names are binance-api-key or
    BINANCE_API_KEY.
    """
    from tradingbot_infra.operations.secrets.names import all_named
    from tradingbot_infra.operations.secrets.values import all_held

    secrets = all_named(only or ()) or APPLICATION_SECRETS
    replaceable = secrets if replace_all else all_named(replace or (), secrets)
    given = _given(source, from_environment)
    if given is None:
        current = all_held(account.session, account.config.names, secrets)
        values = _typed(current, replaceable)
    else:
        values = _accepted(given.only(secrets), () if replace_all else replaceable)
        current = all_held(account.session, account.config.names, values)
    write(account, values, current, Manner(replaceable, dry_run, yes, roll, json))


@on_account
def generate(
    account: Account,
    replace: Replace = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    roll: Roll = False,
    json: Json = False,
) -> None:
    """Write new random values into three of the secrets.

    These are secret-key, webhook-secret and encryption-key, where they still hold placeholders. Nobody sees the values:
    they go from the operating system's random source to Secrets Manager.
    """
    from tradingbot_infra.operations.secrets.generation import GENERATED, generated
    from tradingbot_infra.operations.secrets.names import all_named
    from tradingbot_infra.operations.secrets.values import all_held

    replaceable = all_named(replace or (), GENERATED)
    current = all_held(account.session, account.config.names, GENERATED)
    write(account, {secret: generated(secret) for secret in GENERATED}, current, Manner(replaceable, dry_run, yes, roll, json))


def _given(source: Path | None, from_environment: bool) -> "Given | None":
    """What file or environment give; None where a person is to be asked."""
    if source and from_environment:
        raise UserError("--from and --from-environment: one or the other")
    if source:
        from tradingbot_infra.operations.secrets.dotenv_file import read

        return read(source)
    if from_environment:
        from tradingbot_infra.operations.secrets.sources import of_environment

        return of_environment(os.environ)
    if not terminal.present():
        raise UserError("Nobody is at a terminal to type values: --from FILE, or --from-environment")
    return None


def _accepted(given: "Given", needed: Sequence[str]) -> Mapping[str, SecretStr]:
    """The values, once source and values are without fault and none that `needed` names is missing."""
    from tradingbot_infra.operations.secrets.formats import problems

    for note in given.notes:
        progress.print(note, markup=False, style="yellow")
    unfilled = [f"{secret}: --replace names it, but no value is given" for secret in needed if secret not in given.values]
    wrong = [*given.problems, *problems(given.values), *unfilled]
    if wrong:
        raise UserError("\n".join(wrong))
    if not given.values:
        raise UserError("No value is given for any of the secrets; nothing was written")
    return given.values


def _typed(current: Mapping[str, "Held"], replaceable: Sequence[str]) -> Mapping[str, SecretStr]:
    """Values of a person, for the secrets that hold placeholders and those that may be replaced."""
    from tradingbot_infra.operations.secrets.formats import FORMATS, problems

    values: dict[str, SecretStr] = {}
    for secret in (secret for secret, held in current.items() if secret in replaceable or held.placeholder):
        progress.print(f"{secret}: {FORMATS[secret].allowed}; Enter alone leaves it as it is", markup=False)
        while (value := terminal.hidden(secret)).get_secret_value():
            wrong = list(problems({**values, secret: value}))
            if not wrong:
                values[secret] = value
                break
            progress.print("\n".join(wrong), markup=False, style="red")
    return values
