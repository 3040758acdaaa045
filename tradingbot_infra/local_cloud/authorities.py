"""Certificate authorities of the local cloud's own, which containers trust besides those of their image.

On AWS every usual image knows the authority that signs ElastiCache's certificates.
"""

import ssl
from pathlib import Path

_PEMS: list[str] = []


def add(pem: str) -> None:
    """Has containers that start from now on trust this authority."""
    if pem not in _PEMS:
        _PEMS.append(pem)


def bundle() -> str | None:
    """The authorities of this machine and the local cloud's own, in PEM; None while there is none of its own."""
    if not _PEMS:
        return None
    of_this_machine = ssl.get_default_verify_paths().cafile
    return "\n".join((*([Path(of_this_machine).read_text(encoding="utf-8")] if of_this_machine else []), *_PEMS))
