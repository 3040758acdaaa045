"""Certificates of this local cloud's servers, signed by an authority of its own that exists as long as the server's process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trustme

from tradingbot_infra.local_cloud import authorities

_AUTHORITY = "data-stores-ca.pem"


@dataclass(frozen=True)
class Certificate:
    """Files of a certificate, its private key and the authority that signed it, in PEM."""

    chain: Path
    key: Path
    authority: Path


def issue(address: str, directory: Path) -> Certificate:
    """A certificate for a server at this address, as files in its directory."""
    made = Certificate(directory / "server.crt", directory / "server.key", directory / _AUTHORITY)
    issued = _authority().issue_cert(address)
    made.key.touch(mode=0o600)  # PostgreSQL refuses a key that others can read
    issued.private_key_pem.write_to_path(made.key)
    for number, part in enumerate(issued.cert_chain_pems):
        part.write_to_path(made.chain, append=number > 0)
    _authority().cert_pem.write_to_path(made.authority)
    return made


@cache
def _authority() -> trustme.CA:
    made = trustme.CA(organization_name="Local cloud")
    authorities.add(made.cert_pem.bytes().decode())
    return made
