"""Which files git keeps, and which it would keep if nobody took care."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType

_SECRETS = re.compile(
    r"(\.env(\..+)?|.+\.env|.+\.tfvars(\.json)?|.+\.tfstate(\.backup)?|.+\.(pem|key|p12|pfx|jks)|secrets?[\w.-]*\.(json|ya?ml|toml|txt)"
    r"|credentials(\.json|\.csv)?|id_(rsa|dsa|ecdsa|ed25519))"
)
_EXAMPLE = re.compile(r".*\.(example|sample|template|dist)(\..+)?")

MUST_BE_IGNORED: Mapping[str, str] = MappingProxyType(
    {".env": ".env", "production.env": "*.env", "terraform.tfvars": "*.tfvars", "key.pem": "*.pem"}
)
"""A file of each kind that people put secrets into here, and the pattern that keeps it out; the document names terraform.tfvars."""


@dataclass(frozen=True)
class Checkout:
    """A working tree of git. `secret_files` are tracked files named like secrets, `unignored` patterns that .gitignore does not have."""

    tracked: int
    secret_files: tuple[str, ...]
    unignored: tuple[str, ...]


def holds_secrets_by_name(path: str) -> bool:
    """Whether a file is named as files with secrets are. An example, such as .env.example, is not."""
    name = PurePosixPath(path).name.lower()
    return bool(_SECRETS.fullmatch(name)) and not _EXAMPLE.fullmatch(name)


def read_checkout(root: Path) -> Checkout | None:
    """What git says of a directory; None where there is no git, or no checkout."""
    listed = _git(root, "ls-files", "-z")
    if listed is None or listed.returncode != 0:
        return None
    tracked = [name for name in listed.stdout.split("\0") if name]
    ignored = _git(root, "check-ignore", "--no-index", *MUST_BE_IGNORED)
    kept_out = set(ignored.stdout.splitlines()) if ignored else set()
    return Checkout(
        tracked=len(tracked),
        secret_files=tuple(name for name in tracked if holds_secrets_by_name(name)),
        unignored=tuple(pattern for name, pattern in MUST_BE_IGNORED.items() if name not in kept_out),
    )


def _git(root: Path, *words: str) -> "subprocess.CompletedProcess[str] | None":
    # A hook that runs this passes on which repository it belongs to.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(["git", "-C", str(root), *words], env=environ, capture_output=True, text=True, check=False)  # noqa: S607 - whichever git the person uses
    except FileNotFoundError:
        return None
