"""The rule over the environment of containers: each variable by its name, with the value that the design gives it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tradingbot_infra.compliance.expected.telemetry import telemetry
from tradingbot_infra.compliance.observe import at, listed, not_assessed, seen
from tradingbot_infra.compliance.rule import Observation, rule
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.connections import IDLE_SECONDS, POSTGRES_PORT
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.secrets import (
    DATABASE_MASTER_SECRET,
    DATABASE_URL_SECRET,
    REDIS_AUTH_TOKEN_SECRET,
    environment_variable,
)
from tradingbot_infra.design.services import API
from tradingbot_infra.templates import Assembly, Resource

_DATABASE = "DataStack/Database/Resource"
_CACHE = "DataStack/Cache/ReplicationGroup"

_Reference = Callable[[str, str], str]
"""A resource's attribute, by its construct path and the attribute's name: `${DataStack.Postgres.Endpoint.Address}`."""


@rule(
    "ecs.environment",
    "AWS::ECS::TaskDefinition",
    title="A container has the environment variables and secrets of the design, with its values, and no other",
    fix="Set the variable in stacks/service_task.py and in this rule; a credential comes from Secrets Manager.",
)
def environment(task: Resource, assembly: Assembly) -> Iterator[Observation]:
    # Only names are reported: a value may be a credential.
    for number, container in enumerate(listed(task.properties.get("ContainerDefinitions"))):
        where = f"Properties.ContainerDefinitions[{number}]"
        if assembly.config is None:
            yield not_assessed(f"{where}.Environment", None, "the variables that the settings choose")
            continue
        reference = _references(assembly)
        yield from _compared(f"{where}.Environment", _values(container, "Environment", "Value"), _plain(assembly.config, reference))
        yield from _compared(f"{where}.Secrets", _values(container, "Secrets", "ValueFrom"), _secrets(assembly.config, reference))


def _compared(where: str, found: Mapping[str, list[Any]], wanted: Mapping[str, str]) -> Iterator[Observation]:
    for name in sorted(found.keys() | wanted.keys()):
        expected = "the design's value, once" if name in wanted else "no such variable"
        yield seen(f"{where}[{name}]", name if name in found else None, found.get(name) == [wanted.get(name)], expected)


def _values(container: Any, part: str, value: str) -> dict[str, list[Any]]:
    """Every value of each variable; a name may stand twice, and anything that is no variable has no name."""
    found: dict[str, list[Any]] = {}
    for variable in listed(at(container, part)):
        name = variable.get("Name") if isinstance(variable, Mapping) else None
        found.setdefault(str(name), []).append(at(variable, value) if isinstance(variable, Mapping) else variable)
    return found


def _plain(config: EnvironmentConfig, reference: _Reference) -> dict[str, str]:
    plain = {
        "ENVIRONMENT": config.environment,
        "AWS_REGION": config.network.region,
        "PORT": str(config.task.container_port),
        "HOME": "/tmp",  # noqa: S108 - a path in the container
        "FORWARDED_ALLOW_IPS": ",".join(config.network.public_subnet_cidrs),
        "UVICORN_TIMEOUT_KEEP_ALIVE": str(IDLE_SECONDS + 5),
        "PGHOST": reference(_DATABASE, "Endpoint.Address"),
        "PGPORT": str(POSTGRES_PORT),
        "PGDATABASE": config.database.db_name,
        "PGSSLMODE": "require",
        "DATABASE_SECRET_ARN": _master(config, reference),
        **telemetry(config),
    }
    if config.cache.enable_redis:
        plain["REDIS_HOST"] = reference(_CACHE, "PrimaryEndPoint.Address")
        plain["REDIS_PORT"] = reference(_CACHE, "PrimaryEndPoint.Port")
        plain["REDIS_TLS"] = str(config.cache.redis_transit_encryption).lower()
    return plain


def _secrets(config: EnvironmentConfig, reference: _Reference) -> dict[str, str]:
    secrets = {environment_variable(name): config.adopted_secret_arn(name) or _stored(name, reference) for name in API.secrets}
    secrets["DATABASE_URL"] = _stored(DATABASE_URL_SECRET, reference)
    secrets["PGUSER"] = f"{_master(config, reference)}:username::"
    secrets["PGPASSWORD"] = f"{_master(config, reference)}:password::"
    if config.cache.enable_redis and config.cache.redis_transit_encryption:
        secrets["REDIS_AUTH_TOKEN"] = _stored(REDIS_AUTH_TOKEN_SECRET, reference)
    return secrets


def _stored(name: str, reference: _Reference) -> str:
    return reference(f"DataStack/{construct_id(name)}/Resource", "")


def _master(config: EnvironmentConfig, reference: _Reference) -> str:
    """The secret with the database's user and password: RDS's own, or one of the stack."""
    if config.database.db_credentials == "rds-managed":
        return reference(_DATABASE, "MasterUserSecret.SecretArn")
    return _stored(DATABASE_MASTER_SECRET, reference)


def _references(assembly: Assembly) -> _Reference:
    by_path = {each.path: f"{each.stack}.{each.logical_id}" for each in assembly.resources}

    def reference(path: str, attribute: str) -> str:
        # A resource that is not there matches no value.
        return f"${{{by_path.get(path, path)}{'.' if attribute else ''}{attribute}}}"

    return reference
