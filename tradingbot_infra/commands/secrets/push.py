"""`secrets push`: writes a user's values into the secrets."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from tradingbot_infra.commands import terminal
from tradingbot_infra.commands.account_options import Account, account_command
from tradingbot_infra.commands.console import print_warning, stderr
from tradingbot_infra.commands.options import Json
from tradingbot_infra.commands.secrets.options import NAMES_HELP, DryRun, Replace, Roll, Yes, complete_secret
from tradingbot_infra.commands.secrets.write import WriteOptions, write
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, environment_variable
from tradingbot_infra.errors import UserError

if TYPE_CHECKING:
    from tradingbot_infra.operations.secrets.sources import Given
    from tradingbot_infra.operations.secrets.values import Held

_VARIABLE = environment_variable(APPLICATION_SECRETS[0])
From = Annotated[Path | None, typer.Option("--from", metavar="FILE", help=f"Read a dotenv file with {_VARIABLE}=... and so on.")]
FromEnvironment = Annotated[bool, typer.Option("--from-environment", help=f"Read environment variables {_VARIABLE} and so on.")]
Only = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help=f"Only this secret, such as {NAMES_HELP}; may be repeated.", autocompletion=complete_secret),
]
ReplaceAll = Annotated[bool, typer.Option("--replace-all", help="Replace every real value.")]
AcceptForm = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-form", metavar="NAME", help="Take a value of any form for this secret; may be repeated.", autocompletion=complete_secret
    ),
]


@account_command
def push(
    account: Account,
    source: From = None,
    from_environment: FromEnvironment = False,
    only: Only = None,
    replace: Replace = None,
    replace_all: ReplaceAll = False,
    accept_form: AcceptForm = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    roll: Roll = False,
    json: Json = False,
) -> None:
    """Write your values into the secrets. Asks before writing.

    Values come from a dotenv file, from environment variables, or from a prompt that does not show them. Without a source,
    the prompt asks for each secret that still holds a placeholder. The form of every value is checked before any is
    written; --accept-form takes one that the provider issued in a new form. Real values are kept unless --replace names their
    secret.
    """
    from tradingbot_infra.operations.secrets.names import all_named
    from tradingbot_infra.operations.secrets.values import all_held

    secrets = all_named(only or ()) or APPLICATION_SECRETS
    replaceable = secrets if replace_all else all_named(replace or (), secrets)
    any_form = all_named(accept_form or (), secrets)
    given = _read_source(source, from_environment)
    if given is None:
        current = all_held(account.session, account.config.names, secrets)
        values = _prompt_for_values(current, replaceable, any_form)
    else:
        values = _checked(given.only(secrets), () if replace_all else replaceable, any_form)
        current = all_held(account.session, account.config.names, values)
    write(account, values, current, WriteOptions(replaceable, dry_run, yes, roll, json))


def _read_source(source: Path | None, from_environment: bool) -> "Given | None":
    """The values of the file or the environment; None if the user is to be asked.

    Raises UserError for two sources, and for none without a terminal.
    """
    if source and from_environment:
        raise UserError("--from and --from-environment: one or the other")
    if source:
        from tradingbot_infra.operations.secrets.dotenv_file import read

        return read(source)
    if from_environment:
        from tradingbot_infra.operations.secrets.sources import of_environment

        return of_environment(os.environ)
    if not terminal.is_interactive():
        raise UserError("There is no terminal to type values at: use --from FILE, or --from-environment")
    return None


def _checked(given: "Given", required: Sequence[str], any_form: Sequence[str]) -> Mapping[str, SecretStr]:
    """The values of a source; what is said against those of `any_form` is a warning.

    Raises UserError if any is malformed, none is given, or one is missing for a secret of `required`.
    """
    from tradingbot_infra.operations.secrets.formats import problems

    for note in given.notes:
        print_warning(note)
    missing = [f"{secret}: --replace names it, but no value is given" for secret in required if secret not in given.values]
    wrong = [*given.problems, *problems(given.values, any_form=any_form), *missing]
    if wrong:
        raise UserError("\n".join(wrong))
    for line in problems({secret: value for secret, value in given.values.items() if secret in any_form}):
        print_warning(f"Warning: {line}; taken, because --accept-form names it")
    if not given.values:
        raise UserError("No value is given for any of the secrets; nothing was written")
    return given.values


def _prompt_for_values(current: Mapping[str, "Held"], replaceable: Sequence[str], any_form: Sequence[str]) -> Mapping[str, SecretStr]:
    """What the user types for the secrets that hold placeholders, and for those that may be replaced."""
    from tradingbot_infra.operations.secrets.formats import FORMATS, problems

    values: dict[str, SecretStr] = {}
    for secret in (secret for secret, held in current.items() if secret in replaceable or held.placeholder):
        stderr.print(f"{secret}: {FORMATS[secret].allowed}; press Enter to keep it as it is", markup=False)
        while (value := terminal.ask_hidden(secret)).get_secret_value():
            wrong = list(problems({**values, secret: value}, any_form=any_form))
            if not wrong:
                values[secret] = value
                break
            stderr.print("\n".join(wrong), markup=False, style="red")
    return values
