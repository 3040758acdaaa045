"""Names that say that their value is a secret: DB_PASS, MasterUserPassword, redis-auth."""

import re
from functools import lru_cache
from itertools import pairwise

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SECRET = re.compile(
    r"auth|authkey|authtoken|credentials?|creds|dsn|mnemonic|pass|passcode|passphrase|passwd|passwords?|pat|pgpass|pin|pwd?|requirepass"
    r"|accesskey|apikey|privatekey|secretkey|secrets?|sshpass|tokens?|\w*(?:apikey|passwd|password|secret|token)"
)
_OF_A_KEY = re.compile(
    r"access|account|api|auth|client|encryption|hmac|license|master|private|secret|service|session|shared|signing|ssh|webhook"
)
_CONNECTIONS = frozenset({("connection", "string"), ("conn", "str"), ("connection", "uri"), ("seed", "phrase"), ("webhook", "url")})
_ABOUT_IT = re.compile(
    r"age|algorithm|arn|attachment|chars|characters|count|days|enabled|encryption|expiry|hours|ids?|key|length|lifetime|limit|list|manager"
    r"|max|min|minutes|mode|names?|paths?|period|policy|prevention|region|rotation|schedule|scheme|seconds|size|source|template|ttl|types?|url|version"
    r"|window"
)
"""Last words of names whose value tells something about a secret, and is none."""


@lru_cache(maxsize=4096)
def is_secret(name: str) -> bool:
    """Whether a value by this name is a secret, and not something about one, such as its ARN."""
    words = _words(name)
    if _names_a_connection(words) or (_names_a_key(words) and (words[-1] == "key" or not _ABOUT_IT.fullmatch(words[-1]))):
        return True
    return _has_secret(words) and not _ABOUT_IT.fullmatch(words[-1])


def mentions_secret(name: str) -> bool:
    """Whether a name has anything to do with a secret."""
    words = _words(name)
    return _has_secret(words) or "key" in words or _names_a_connection(words)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _has_secret(words: list[str]) -> bool:
    return any(map(_SECRET.fullmatch, words))


def _names_a_key(words: list[str]) -> bool:
    """`API_KEY`, `StripeSigningKey`, `PRIVATE_KEY_PEM`; the key of a map or a table is no secret."""
    return any(word == "key" and _OF_A_KEY.fullmatch(before) for before, word in pairwise(words))


def _names_a_connection(words: list[str]) -> bool:
    return any(pair in _CONNECTIONS for pair in pairwise(words))
