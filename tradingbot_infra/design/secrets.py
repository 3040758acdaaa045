"""The secrets of one environment, a row each: name, origin, and the form of the value. A new application secret is a new row here.

No value of a secret is here, or anywhere else in the project.
"""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Who creates the value of a secret."""

    PROVIDER = "provider"
    """An exchange or another provider issues it, and a person puts it in."""
    TEAM = "team"
    """The team generates it: `secrets generate`."""


class Generator(StrEnum):
    """How `secrets generate` makes a random value of 256 bits."""

    HEX = "hex"
    URL_SAFE = "url-safe"
    FERNET = "fernet"


@dataclass(frozen=True, kw_only=True)
class ApplicationSecret:
    """A secret that the application reads and that people fill.

    `form` is a regular expression that matches a whole value, `allowed` the same in words: it completes "allowed: ...".
    `in_document` is whether the cost chapter of the design document prices it (DESIGN, Environments and cost).
    """

    name: str
    origin: Origin
    form: str
    allowed: str
    generator: Generator | None = None
    in_document: bool


_PEM = r"-----BEGIN (?P<kind>(?:RSA )?PRIVATE KEY)-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END (?P=kind)-----\n?"

SECRETS = (
    ApplicationSecret(
        name="secret-key",
        origin=Origin.TEAM,
        generator=Generator.HEX,
        form=r"[0-9A-Fa-f]{64,}",
        allowed="at least 64 hexadecimal digits, as of `openssl rand -hex 32`",
        in_document=True,
    ),
    ApplicationSecret(
        name="webhook-secret",
        origin=Origin.TEAM,
        generator=Generator.URL_SAFE,
        form=r"[A-Za-z0-9_-]{43,}",
        allowed="at least 43 letters, digits, - and _, as of Python's `secrets.token_urlsafe(32)`",
        in_document=True,
    ),
    ApplicationSecret(
        name="encryption-key",
        origin=Origin.TEAM,
        generator=Generator.FERNET,
        # 32 bytes in the URL-safe alphabet of RFC 4648 (github.com/fernet/spec, "Key Format").
        form=r"[A-Za-z0-9_-]{43}=",
        allowed="a Fernet key: 43 letters, digits, - and _, and an equals sign, as of `Fernet.generate_key()`",
        in_document=True,
    ),
    ApplicationSecret(
        name="binance-api-key",
        origin=Origin.PROVIDER,
        form=r"[A-Za-z0-9]{64}",
        allowed="64 letters and digits",
        in_document=True,
    ),
    ApplicationSecret(
        name="binance-api-secret",
        origin=Origin.PROVIDER,
        # Binance advises against HMAC secrets: with Ed25519 and RSA the secret is a private key of one's own ("API Key Types").
        form=rf"[A-Za-z0-9]{{64}}|{_PEM}",
        allowed="64 letters and digits, or a private key in PEM without a passphrase",
        in_document=True,
    ),
    ApplicationSecret(
        name="openai-api-key",
        origin=Origin.PROVIDER,
        # The shortest known ones have 48 characters after the prefix; providers promise no length (gitleaks, rule openai-api-key).
        form=r"sk-(?!ant-)[A-Za-z0-9_-]{40,}",
        allowed="`sk-`, not `sk-ant-`, and at least 40 letters, digits, - and _",
        in_document=True,
    ),
    ApplicationSecret(
        name="anthropic-api-key",
        origin=Origin.PROVIDER,
        form=r"sk-ant-[A-Za-z0-9_-]{40,}",
        allowed="`sk-ant-` and at least 40 letters, digits, - and _",
        in_document=True,
    ),
    ApplicationSecret(
        name="telegram-bot-token",
        origin=Origin.PROVIDER,
        # Telegram publishes one example and no rule; it has always issued 35 characters (gitleaks, telegram-bot-api-token).
        form=r"[0-9]{5,16}:[A-Za-z0-9_-]{35}",
        allowed="the bot's number, a colon, and 35 letters, digits, - and _",
        in_document=True,
    ),
)
"""Every secret of the application (DESIGN, Data)."""

APPLICATION_SECRETS = tuple(secret.name for secret in SECRETS)
"""Their names, in the same order."""

DATABASE_URL_SECRET = "database-url"  # noqa: S105 - the name of a secret, not its value
DATABASE_MASTER_SECRET = "database-master"  # noqa: S105 - the name of a secret, not its value
"""User and password of the master user, where RDS does not manage them; RDS names its own secret `rds!db-...`."""
REDIS_AUTH_TOKEN_SECRET = "redis-auth-token"  # noqa: S105 - the name of a secret, not its value


def environment_variable(secret: str) -> str:
    """The container's environment variable for an application secret: `secret-key` becomes `SECRET_KEY`."""
    return secret.replace("-", "_").upper()
