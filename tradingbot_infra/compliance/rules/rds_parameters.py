"""Rules for the parameters of RDS instances of PostgreSQL: what they log, and how strangers are kept out."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from tradingbot_infra.compliance.observe import declared, is_function, literal, observe
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.compliance.status import Status
from tradingbot_infra.design.support_dates import POSTGRES_AUTHORITIES
from tradingbot_infra.templates import Assembly, Resource

DB_INSTANCE = "AWS::RDS::DBInstance"
DB_PARAMETER_GROUP = "AWS::RDS::DBParameterGroup"

_TLS = ("TLSv1.2", "TLSv1.3")
_DEFAULTS = {
    "rds.force_ssl": (15, "1"),  # "Using SSL with a PostgreSQL DB instance", RDS User Guide
    "ssl_min_protocol_version": (13, "TLSv1.2"),  # release notes of PostgreSQL 13
    "password_encryption": (14, "scram-sha-256"),  # release notes of PostgreSQL 14
}
"""Parameters that are safe where a group leaves them out: since which major version, and their value there."""


@rule(
    "rds.audit_params",
    DB_INSTANCE,
    title="Connections and changes of schema, roles and rights are logged, and no password is",
    fix="Use a parameter group with log_connections 1, log_disconnections 1, shared_preload_libraries with pgaudit, pgaudit.log ddl,role, "
    "log_statement none and log_min_error_statement panic.",
)
def audit_params(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield _parameter(instance, assembly, "log_connections", _is_on, "1")
    yield _parameter(instance, assembly, "log_disconnections", _is_on, "1")
    yield _parameter(instance, assembly, "shared_preload_libraries", lambda value: "pgaudit" in _words(value), "a list with pgaudit")
    yield _parameter(instance, assembly, "pgaudit.log", _audits_changes, "ddl and role, or all")
    yield _parameter(instance, assembly, "log_statement", lambda value: value in (None, "none"), "none, for it writes passwords in clear")
    yield _parameter(instance, assembly, "log_min_error_statement", lambda value: value == "panic", "panic: no failed statement either")


def _words(value: Any) -> set[str]:
    return {word.strip() for word in str(value).split(",")}


def _audits_changes(value: Any) -> bool:
    """Whether pgAudit's classes have changes of schema and of roles, and none takes them out again."""
    words = _words(value)
    return ("all" in words or {"ddl", "role"} <= words) and not words & {"-ddl", "-role", "-all"}


@rule(
    "rds.force_ssl",
    DB_INSTANCE,
    title="The database refuses connections without TLS 1.2, and its certificate is of a current authority",
    fix="Use a parameter group with rds.force_ssl 1, without ssl_min_protocol_version below TLSv1.2, and a current `ca_certificate`.",
)
def force_ssl(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield _parameter(instance, assembly, "rds.force_ssl", _is_on, "1")
    yield _parameter(instance, assembly, "ssl_min_protocol_version", lambda value: value in _TLS, "TLSv1.2 or TLSv1.3")
    # Left out, it is the account's default.
    yield observe(
        instance, "CACertificateIdentifier", lambda value: value in (None, *POSTGRES_AUTHORITIES), " or ".join(POSTGRES_AUTHORITIES)
    )


@rule(
    "rds.scram",
    DB_INSTANCE,
    title="The database keeps passwords as SCRAM-SHA-256, not as MD5",
    fix="Leave password_encryption out of the parameter group, or set it to scram-sha-256.",
)
def scram(instance: Resource, assembly: Assembly) -> Iterator[Observation]:
    yield _parameter(instance, assembly, "password_encryption", lambda value: value == "scram-sha-256", "scram-sha-256")


def _parameter(instance: Resource, assembly: Assembly, name: str, holds: Callable[[Any], bool], expected: str) -> Observation:
    group = instance.properties.get("DBParameterGroupName")
    where = f"DBParameterGroup.Parameters[{name}]"
    named = declared(group, DB_PARAMETER_GROUP, "DBParameterGroupName", assembly)
    if named is not None:
        family, stated = named.properties.get("Family"), named.properties.get("Parameters", {})
    elif group is None or (isinstance(group, str) and group.startswith("default.")):
        of_engine = f"{instance.properties.get('Engine')}{instance.properties.get('EngineVersion')}"
        family, stated = of_engine if group is None else group.removeprefix("default."), {}
    else:
        return Observation(where, group, expected, Status.NOT_ASSESSED)
    first, value = _DEFAULTS.get(name, (0, None))
    default = value if _major(family) >= first else None
    return literal(where, stated if is_function(stated) else stated.get(name, default), holds, expected)


def _major(family: Any) -> int:
    match = re.match(r"postgres(\d+)", str(family))
    return int(match[1]) if match else 0


def _is_on(value: Any) -> bool:
    return str(value) == "1"
