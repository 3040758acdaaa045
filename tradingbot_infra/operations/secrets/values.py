"""Reads and writes the values. Between a person and Secrets Manager they are always a SecretStr."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tradingbot_infra.design.names import Names
from tradingbot_infra.errors import NotAnswered, UserError
from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.missing import Missing, not_deployed
from tradingbot_infra.operations.printed_commands import revert
from tradingbot_infra.operations.secrets.formats import is_placeholder, problem
from tradingbot_infra.operations.secrets.shielding import shielded
from tradingbot_infra.operations.session import Session

if TYPE_CHECKING:
    from types_boto3_secretsmanager.type_defs import SecretVersionsListEntryTypeDef

NO_VALUE = SecretStr("")
"""The value of a secret without a version, or with bytes that are no text."""


@dataclass(frozen=True)
class Held:
    """What a secret holds, and whether that is only the placeholder it was created with."""

    value: SecretStr
    placeholder: bool


def all_held(session: Session, names: Names, secrets: Iterable[str]) -> dict[str, Held]:
    """What each secret holds now.

    Raises UserError with a line for each secret that does not exist or is scheduled for deletion, NotAnswered where none exists.
    """
    found: dict[str, Held] = {}
    wrong: list[UserError] = []
    for secret in secrets:
        try:
            _check_reachable(session, names, secret)
            found[secret] = held(session, secret, names.secret(secret))
        except UserError as error:
            if isinstance(error, NotAnswered) and not isinstance(error, Missing):
                raise  # it would be said of every secret
            wrong.append(error)
    if wrong and not found and all(isinstance(error, Missing) for error in wrong):
        raise _no_secret(session, names, f"No secret of {names.environment} exists")
    if wrong:
        raise UserError("\n".join(str(error) for error in wrong))
    return found


def current_value(session: Session, secret_id: str) -> SecretStr:
    """The value of the version that is AWSCURRENT; NO_VALUE where there is none."""
    with shielded():
        try:
            answer = session.secretsmanager.get_secret_value(SecretId=secret_id)
        except Exception as error:
            if not is_missing(error):
                raise
            return NO_VALUE
    return SecretStr(answer.get("SecretString", ""))


def held(session: Session, secret: str, secret_id: str) -> Held:
    """What an application secret holds.

    A secret is created with its first version. As long as that is the only one, and does not have the right form, nobody has
    put a value in.
    """
    value = current_value(session, secret_id)
    right = problem(secret, value) is None
    return Held(value, placeholder=not right and (is_placeholder(value) or len(version_list(session, secret_id)) <= 1))


def version_list(session: Session, secret_id: str) -> "list[SecretVersionsListEntryTypeDef]":
    """Every version that Secrets Manager still has, those without a label too: it keeps the last hundred (PutSecretValue)."""
    client = session.secretsmanager
    answer = client.list_secret_version_ids(SecretId=secret_id, IncludeDeprecated=True)
    versions = list(answer["Versions"])
    while answer.get("NextToken"):
        answer = client.list_secret_version_ids(SecretId=secret_id, IncludeDeprecated=True, NextToken=answer["NextToken"])
        versions += answer["Versions"]
    return versions


def put(session: Session, names: Names, values: Mapping[str, SecretStr]) -> Iterator[str]:
    """Writes each value as a new version that is current at once, one secret after the other; yields the name after each.

    The version before keeps the label AWSPREVIOUS. A retry of boto3's writes nothing twice: it repeats the request's token.
    """
    for secret, value in values.items():
        with shielded(value):
            session.secretsmanager.put_secret_value(SecretId=names.secret(secret), SecretString=value.get_secret_value())
        yield secret


def _check_reachable(session: Session, names: Names, secret: str) -> None:
    """Raises Missing for a secret that does not exist, UserError for one that is scheduled for deletion."""
    try:
        found = session.secretsmanager.describe_secret(SecretId=names.secret(secret))
    except Exception as error:
        if not is_missing(error):
            raise
        raise _no_secret(session, names, f"{secret}: there is no secret {names.secret(secret)}") from None
    if found.get("DeletedDate"):
        raise UserError(f"{secret}: is scheduled for deletion: `secrets restore {secret}` first")


def _no_secret(session: Session, names: Names, found: str) -> Missing:
    return not_deployed(
        found, fix=revert("data"), account=session.account, region=session.region, environment=names.environment, local=session.local
    )
