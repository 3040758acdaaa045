"""The files that configure a PostgreSQL server, from the settings of an RDS instance."""

import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tradingbot_infra.design import sizes
from tradingbot_infra.local_cloud.data_stores.certificates import Certificate
from tradingbot_infra.local_cloud.data_stores.postgres.settings import DatabaseSettings

_FORCE_SSL = "rds.force_ssl"
_LAST_WITHOUT_TLS_1_3 = 15
_CONNECTIONS = "max_connections"
_THROW_AWAY: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # so that nothing stays in /dev/shm when it is killed
    "jit": "off",
}
"""Fast settings for data that nobody keeps; a parameter group cannot change them."""


def configuration(settings: DatabaseSettings, *, address: str, certificate: Certificate, programs: Path, version: int) -> str:
    """postgresql.conf."""
    own = {
        "listen_addresses": address,
        "port": str(settings.port),
        "unix_socket_directories": "",
        "ssl": "on",
        "ssl_cert_file": str(certificate.chain),
        "ssl_key_file": str(certificate.key),
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        # RDS's fixed log_line_prefix.
        "log_line_prefix": "%t:%r:%u@%d:[%p]:",
    }
    if version <= _LAST_WITHOUT_TLS_1_3:
        own["ssl_max_protocol_version"] = "TLSv1.2"  # RDS for PostgreSQL 15 has no later one
    wanted = {_CONNECTIONS: str(sizes.max_connections(settings.instance_class)), **_understood(settings.parameters, programs)}
    return "".join(f"{name} = {_quoted(value)}\n" for name, value in {**wanted, **_THROW_AWAY, **own}.items())


def authentication(settings: DatabaseSettings) -> str:
    """pg_hba.conf: password by SCRAM, over TLS only unless `rds.force_ssl` is 0; it is 1 by default from version 15 on."""
    forced = settings.parameters.get(_FORCE_SSL, "1") == "1"
    return f"{'hostssl' if forced else 'host'} all all all scram-sha-256\n"


def _understood(parameters: Mapping[str, str], programs: Path) -> dict[str, str]:
    """Parameters that this PostgreSQL has. Others are RDS's own, or of an extension that is loaded on AWS only."""
    known = _parameter_names(programs)
    return {name: value for name, value in parameters.items() if name in known and not re.search(r"[{(]", value)}


@cache
def _parameter_names(programs: Path) -> frozenset[str]:
    described = subprocess.run([programs / "postgres", "--describe-config"], capture_output=True, text=True, check=False).stdout
    return frozenset(line.split("\t")[0] for line in described.splitlines()) - {"shared_preload_libraries"}


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''").replace("\n", " ") + "'"
