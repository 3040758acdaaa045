"""The secret database-url, parsed so that no part of its value can be shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from tradingbot_infra.design.names import Names
from tradingbot_infra.design.secrets import DATABASE_URL_SECRET
from tradingbot_infra.operations.failures import code_of, is_missing
from tradingbot_infra.operations.session import Session

_SCHEMES = ("postgres", "postgresql")
_DEFAULT_PORT = 5432


class Mismatch(StrEnum):
    """What is wrong with the address."""

    UNREADABLE = "is no PostgreSQL address (postgresql://USER@HOST:PORT/NAME)"
    HOST = "names another host"
    PORT = "names another port"
    NAME = "names another database"
    USER = "names another user"
    TLS = "asks for no TLS, and the instance refuses connections without it"


@dataclass(frozen=True, repr=False)
class DatabaseUrl:
    """The address that tasks are given. It has no repr, because user, host and name of a mistyped value may be a part of a password."""

    readable: bool
    host: str
    port: int
    name: str
    user: str
    has_password: bool
    without_tls: bool

    @classmethod
    def of(cls, value: str) -> Self:
        """The value, parsed; drivers of SQLAlchemy follow a plus sign, as in `postgresql+asyncpg`."""
        try:
            parts = urlsplit(value.strip())
            port = parts.port or _DEFAULT_PORT
        except ValueError:
            return cls(readable=False, host="", port=0, name="", user="", has_password="@" in value, without_tls=False)
        query = parse_qs(parts.query)
        return cls(
            readable=parts.scheme.partition("+")[0] in _SCHEMES and bool(parts.hostname),
            host=(parts.hostname or "").lower(),
            port=port,
            name=unquote(parts.path.removeprefix("/")),
            user=query.get("user", [unquote(parts.username or "")])[-1],
            has_password=parts.password is not None or "password" in query,
            without_tls=query.get("sslmode", ["prefer"])[-1] == "disable",
        )

    def mismatches(self, *, host: str, port: int, name: str, user: str) -> tuple[Mismatch, ...]:
        """How it differs from where the database really is."""
        if not self.readable:
            return (Mismatch.UNREADABLE,)
        differs = {
            Mismatch.HOST: self.host != host.lower(),
            Mismatch.PORT: self.port != port,
            Mismatch.NAME: self.name != name,
            # Without a user in the address, drivers read PGUSER.
            Mismatch.USER: self.user not in ("", user),
            Mismatch.TLS: self.without_tls,
        }
        return tuple(mismatch for mismatch, found in differs.items() if found)


def read_database_url(session: Session, names: Names) -> DatabaseUrl | None:
    """The address in the secret; None when the secret is missing, or scheduled for deletion, so that nobody can read it."""
    try:
        answer = session.secretsmanager.get_secret_value(SecretId=names.secret(DATABASE_URL_SECRET))
    except Exception as error:
        # Secrets Manager answers InvalidRequestException for a secret that is scheduled for deletion (its API, GetSecretValue).
        if is_missing(error) or code_of(error) == "InvalidRequestException":
            return None
        raise
    return DatabaseUrl.of(answer.get("SecretString", ""))
