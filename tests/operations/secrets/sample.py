"""Values of the right form, made anew each time so that no file holds one, and secrets as CloudFormation leaves them."""

import base64
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tradingbot_infra.design.naming import Names
from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET
from tradingbot_infra.operations.session import Session

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
URL_SAFE = LETTERS_AND_DIGITS + "-_"
EVERY_SECRET = (*APPLICATION_SECRETS, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET)


def some(alphabet: str, length: int) -> str:
    """Random characters of an alphabet."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def value_of(secret: str) -> str:
    """A new value of the form that this secret has."""
    return {
        "secret-key": lambda: secrets.token_hex(32),
        "webhook-secret": lambda: secrets.token_urlsafe(32),
        "encryption-key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "binance-api-key": lambda: some(LETTERS_AND_DIGITS, 64),
        "binance-api-secret": lambda: some(LETTERS_AND_DIGITS, 64),
        "openai-api-key": lambda: f"sk-proj-{some(URL_SAFE, 120)}",
        "anthropic-api-key": lambda: f"sk-ant-api03-{some(URL_SAFE, 95)}",
        "telegram-bot-token": lambda: f"{some('123456789', 10)}:{some(URL_SAFE, 35)}",
    }[secret]()


def values() -> dict[str, str]:
    """A new value for each of the eight."""
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
