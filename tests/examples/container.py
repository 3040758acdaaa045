"""The environment of the production container, its references resolved to the servers of the tests."""

import re
from pathlib import Path

import psutil

from tests.data_stores import TOKEN, Stores
from tradingbot_infra.design.secrets import environment_variable
from tradingbot_infra.templates import Assembly

WEBHOOK_SECRET = "webhook-secret-of-the-tests"  # noqa: S105 - of a process that lives as long as the tests
_REFERENCE = re.compile(r"\$\{DataStack\.(\w+)\.([\w.]+)\}")


def environment_of(production: Assembly, stores: Stores) -> dict[str, str]:
    """Every variable that the template gives, and no other."""
    (container,) = production.only("AWS::ECS::TaskDefinition").properties["ContainerDefinitions"]
    plain = {variable["Name"]: _resolved(variable["Value"], stores) for variable in container["Environment"]}
    master = stores.secret()
    given = {"PGUSER": master["username"], "PGPASSWORD": master["password"], "REDIS_AUTH_TOKEN": TOKEN}
    given |= {"DATABASE_URL": _resolved(_database_url(production), stores), environment_variable("webhook-secret"): WEBHOOK_SECRET}
    return plain | {secret["Name"]: given.get(secret["Name"], f"made-up {secret['Name']}") for secret in container["Secrets"]}


def authority_of(stores: Stores) -> Path:
    """The certificate of the authority that signed those of the servers. AWS's own is one that every image knows."""
    at = f"{stores.outputs['RedisHost']}:{stores.outputs['RedisPort']}"
    (server,) = [each for each in psutil.process_iter(["cmdline"]) if any(at in word for word in each.info["cmdline"] or ())]
    return Path(server.cwd()) / "data-stores-ca.pem"


def _database_url(production: Assembly) -> str:
    (secret,) = [each for each in production.of_type("AWS::SecretsManager::Secret") if each.properties["Name"].endswith("/database-url")]
    return str(secret.properties["SecretString"])


def _resolved(value: str, stores: Stores) -> str:
    known = {
        ("Postgres", "Endpoint.Address"): stores.outputs["Host"],
        ("Postgres", "Endpoint.Port"): stores.outputs["Port"],
        ("Postgres", "MasterUserSecret.SecretArn"): stores.outputs["Secret"],
        ("Redis", "PrimaryEndPoint.Address"): stores.outputs["RedisHost"],
        ("Redis", "PrimaryEndPoint.Port"): stores.outputs["RedisPort"],
    }
    return _REFERENCE.sub(lambda match: known[match[1], match[2]], value)
