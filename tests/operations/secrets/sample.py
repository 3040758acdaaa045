"""Values of the right form, made anew each time so that no file holds one, and secrets as CloudFormation leaves them."""

import base64
import re
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tradingbot_infra.design.names import Names
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET, SECRETS
from tradingbot_infra.operations.session import Session

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
URL_SAFE = LETTERS_AND_DIGITS + "-_"
EVERY_SECRET = (*APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET)


def some(alphabet: str, length: int) -> str:
    """Random characters of an alphabet."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def value_of(secret: str) -> str:
    """A new value of the form that this secret has."""
    return made_by(next(row.form for row in SECRETS if row.name == secret))


def made_by(form: str) -> str:
    """A random value of a form of letters and `[classes]{counts}`: of its first alternative, as short as it may be."""
    return "".join(
        some(_characters(part["members"]), int(part["fewest"])) if part["members"] else part["letters"]
        for part in re.finditer(r"\(\?!.*?\)|\[(?P<members>[^\]]+)\]\{(?P<fewest>\d+)[\d,]*\}|(?P<letters>[\w:=-])", form.partition("|")[0])
        if part["members"] or part["letters"]
    )


def _characters(members: str) -> str:
    """Every character of a class, such as `A-Za-z0-9_-`."""
    ranges = re.findall(r"(\w)-(\w)", members)
    single = re.sub(r"\w-\w", "", members)
    return single + "".join(chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1))


def values() -> dict[str, str]:
    """A new value for each secret of the application."""
    return {secret: value_of(secret) for secret in APPLICATION_SECRETS}


def private_key() -> str:
    """What a private key in PEM looks like; no key is in it."""
    body = base64.b64encode(secrets.token_bytes(120)).decode()
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join(("-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""))


@contextmanager
def as_deployed(session: Session, names: Names) -> Iterator[None]:
    """The secrets of an environment as its first deployment leaves them: each with one generated version, under a KMS key."""
    client = session.secretsmanager
    key = session.kms.create_key()["KeyMetadata"]["KeyId"]
    for secret in EVERY_SECRET:
        generated = client.get_random_password(PasswordLength=32, ExcludePunctuation=True)["RandomPassword"]
        client.create_secret(Name=names.secret(secret), SecretString=generated, KmsKeyId=key)
    try:
        yield
    finally:
        for secret in EVERY_SECRET:
            with suppress(client.exceptions.ResourceNotFoundException):
                client.delete_secret(SecretId=names.secret(secret), ForceDeleteWithoutRecovery=True)


def read(session: Session, names: Names, secret: str) -> str:
    """What a task would get."""
    return session.secretsmanager.get_secret_value(SecretId=names.secret(secret))["SecretString"]


def versions(session: Session, names: Names, secret: str) -> int:
    """How many versions a secret has."""
    return len(session.secretsmanager.list_secret_version_ids(SecretId=names.secret(secret), IncludeDeprecated=True)["Versions"])


def dotenv(given: dict[str, str]) -> str:
    """A dotenv file of these values."""
    return "".join(f"{secret.replace('-', '_').upper()}={value}\n" for secret, value in given.items())
