"""The names that people use for the application secrets, and those that name none."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from tradingbot_infra.design.secrets import APPLICATION_SECRETS, DATABASE_MASTER_SECRET, DATABASE_URL_SECRET, REDIS_AUTH_TOKEN_SECRET
from tradingbot_infra.errors import UserError, quoted

_BY_RDS = "RDS generates the master password and rotates it"

NEVER_BY_HAND: Mapping[str, str] = MappingProxyType(
    {
        DATABASE_URL_SECRET: "CloudFormation builds it from the database's address",
        REDIS_AUTH_TOKEN_SECRET: "CloudFormation generates it, and Redis knows it; docs/operations.md says how both change together",
        DATABASE_MASTER_SECRET: "it is generated, and the database knows it; docs/operations.md says how both change together",
        "db-password": _BY_RDS,
        "pgpassword": _BY_RDS,
    }
)
"""Names of secrets that nobody fills by hand, and why (docs/design.md, "Environment variables of the container")."""

_ALIKE = 0.6
"""How alike two names are at least, of 1 (difflib)."""


def canonical(name: str) -> str:
    """`BINANCE_API_KEY` as `binance-api-key`: both forms name the same secret, in whatever case."""
    return name.strip().replace("_", "-").lower()


def named(name: str, allowed: Iterable[str] = APPLICATION_SECRETS) -> str:
    """The secret that is meant.

    Raises UserError, with the reason or the nearest names, when it is not one of those allowed.
    """
    wanted, known = canonical(name), tuple(allowed)
    if wanted in known:
        return wanted
    if wanted in NEVER_BY_HAND:
        raise UserError(f"{quoted(name)}: {NEVER_BY_HAND[wanted]}; allowed: {', '.join(known)}")
    near = nearest(wanted, known)
    hint = f"; nearest: {near}" if near else ""
    raise UserError(f"{quoted(name)}: is not one of the secrets{hint}; allowed: {', '.join(known)}")


def nearest(name: str, known: Iterable[str] = APPLICATION_SECRETS) -> str | None:
    """The secret that a mistyped name may have meant: never one of another provider, whose name begins otherwise."""
    wanted = canonical(name)
    alike = [each for each in known if get_close_matches(_provider(wanted), (_provider(each),), cutoff=_ALIKE)]
    return next(iter(get_close_matches(wanted, alike, n=1, cutoff=_ALIKE)), None)


def _provider(name: str) -> str:
    return name.partition("-")[0]


def all_named(names: Iterable[str], allowed: Iterable[str] = APPLICATION_SECRETS) -> tuple[str, ...]:
    """The secrets that are meant, each once, in the order of the document.

    Raises UserError with a line for each wrong name.
    """
    meant, wrong, known = set(), [], tuple(allowed)
    for name in names:
        try:
            meant.add(named(name, known))
        except UserError as error:
            wrong.append(str(error))
    if wrong:
        raise UserError("\n".join(wrong))
    return tuple(name for name in known if name in meant)
