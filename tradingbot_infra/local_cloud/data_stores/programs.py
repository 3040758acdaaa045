"""Where PostgreSQL and Redis are installed on this machine. Debian keeps PostgreSQL's programs out of PATH."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tradingbot_infra.local_cloud.data_stores.errors import DataStoreError

WANTED_POSTGRES = 15
"""The major version that the template asks RDS for; another is taken where this one is missing."""

_POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Fedora, Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_INSTALL_POSTGRES = (
    "`apt-get install postgresql-15` on Debian 12, `postgresql` on other Debian and Ubuntu, `brew install postgresql@15` on macOS"
)
_INSTALL_REDIS = "`apt-get install redis-server` on Debian and Ubuntu, `brew install redis` on macOS"


def missing() -> str:
    """One line on what to install before data stores can start; empty when everything is there."""
    found = {
        f"PostgreSQL ({_INSTALL_POSTGRES})": postgres_directory(),
        f"Redis ({_INSTALL_REDIS})": redis_server(),
    }
    lacking = [name for name, path in found.items() if path is None]
    return f"Data stores need {' and '.join(lacking)}" if lacking else ""


@cache
def postgres_directory() -> Path | None:
    """The directory of `initdb` and `postgres`: version 15 before others, newer before older. None when there is none."""
    return max(_postgres_directories(), key=_preference, default=None)


@cache
def redis_server() -> Path | None:
    """`redis-server`; None when it is not in PATH."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


@cache
def major_version(directory: Path) -> int:
    """PostgreSQL's major version; 0 for what does not say it."""
    said = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else 0


@cache
def redis_has_tls(program: Path) -> bool:
    """Whether this Redis was built with TLS: otherwise it does not know the setting."""
    tried = subprocess.run([program, "--tls-port", "0", "--port", "-1"], capture_output=True, text=True, check=False)
    return "Bad directive" not in tried.stdout + tried.stderr


def needed(path: Path | None) -> Path:
    """The path that `postgres_directory` or `redis_server` found.

    Raises:
        DataStoreError: there is none; the message says what to install.
    """
    if path is None:
        raise DataStoreError(missing())
    return path


def _postgres_directories() -> Iterator[Path]:
    in_path = shutil.which("postgres")
    if in_path:
        yield Path(in_path).resolve().parent
    for pattern in _POSTGRES_PLACES:
        yield from Path("/").glob(pattern[1:])


def _preference(directory: Path) -> tuple[bool, bool, int]:
    complete = all((directory / program).exists() for program in ("postgres", "initdb"))
    version = major_version(directory) if complete else 0
    return complete, version == WANTED_POSTGRES, version
