"""New random values for the secrets that the team generates."""

import base64
import secrets
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pydantic import SecretStr

from tradingbot_infra.design.secrets import SECRETS, Generator

_BYTES = 32


def _fernet_key() -> str:
    # A Fernet key is 32 random bytes, 16 to sign and 16 to encrypt, in URL-safe base64 (github.com/fernet/spec, "Key Format").
    return base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)).decode("ascii")


_RANDOM: Mapping[Generator, Callable[[], str]] = MappingProxyType(
    {
        Generator.HEX: lambda: secrets.token_hex(_BYTES),
        Generator.URL_SAFE: lambda: secrets.token_urlsafe(_BYTES),
        Generator.FERNET: _fernet_key,
    }
)

_GENERATORS = MappingProxyType({secret.name: _RANDOM[secret.generator] for secret in SECRETS if secret.generator})

GENERATED = tuple(_GENERATORS)
"""The secrets that can be generated here, as the design document says to make them."""


def generated(secret: str) -> SecretStr:
    """A new value of 256 random bits, from the operating system's cryptographic source."""
    return SecretStr(_GENERATORS[secret]())
