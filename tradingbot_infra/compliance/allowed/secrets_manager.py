"""What templates may hold of Secrets Manager: the secrets of design/secrets.py, with random or composed first values, in one region."""

import json
from collections.abc import Callable, Mapping

from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    chosen,
    either,
    exactly,
    follows,
    free,
    refers_to_the,
    required,
    tags,
)
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.names import construct_id
from tradingbot_infra.design.secrets import (
    APPLICATION_SECRETS,
    DATABASE_MASTER_SECRET,
    DATABASE_URL_SECRET,
    REDIS_AUTH_TOKEN_SECRET,
)
from tradingbot_infra.templates import Resource

_LENGTHS = {**dict.fromkeys(APPLICATION_SECRETS, 32), DATABASE_MASTER_SECRET: 32, REDIS_AUTH_TOKEN_SECRET: 64}
"""Of each first value, in characters; changing one makes CloudFormation write a new value over the real one."""


def _names(config: EnvironmentConfig) -> list[str]:
    """The secrets that DataStack creates, by the last part of their names."""
    own = [name for name in APPLICATION_SECRETS if config.adopted_secret_arn(name) is None]
    redis = config.cache.enable_redis and config.cache.redis_transit_encryption
    master = config.database.db_credentials != "rds-managed"
    return [*own, DATABASE_URL_SECRET, *[REDIS_AUTH_TOKEN_SECRET] * redis, *[DATABASE_MASTER_SECRET] * master]


def _name(secret: Resource) -> str:
    return str(secret.properties.get("Name")).rpartition("/")[2]


def _address(config: EnvironmentConfig) -> str:
    endpoint = "${DataStack.Postgres.Endpoint"
    return f"postgresql://{config.database.db_master_username}@{endpoint}.Address}}:{endpoint}.Port}}/{config.database.db_name}"


def _kept(retained: str) -> Callable[[Resource, EnvironmentConfig], list[str]]:
    """Application secrets are kept where data is; the others are composed or generated again."""
    return lambda secret, config: [retained if config.retention.retain_data and _name(secret) in APPLICATION_SECRETS else "Delete"]


def _adopted_key(_: Resource, config: EnvironmentConfig) -> list[str]:
    adopted = config.retention.adopt_secrets_key_arn
    return [adopted] if adopted else []


def _full_name(secret: Resource, config: EnvironmentConfig) -> list[str]:
    return [config.names.secret(name) for name in _names(config) if secret.path == f"DataStack/{construct_id(name)}/Resource"]


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::SecretsManager::Secret": allowed(
        *required(
            follows("@DeletionPolicy", _kept("RetainExceptOnCreate"), "for application secrets what retain_data asks, else Delete"),
            follows("@UpdateReplacePolicy", _kept("Retain"), "for application secrets what retain_data asks, else Delete"),
            either(
                "KmsKeyId",
                refers_to_the("", "DataStack/SecretsKey/Resource"),
                follows("", _adopted_key, "the key of setting adopt_secrets_key_arn"),
            ),
            follows("Name", _full_name, "the name of the construct's secret of design/secrets.py, which is created here"),
        ),
        *free("a note for people", "Description"),
        exactly("GenerateSecretString.ExcludePunctuation", True),
        exactly("GenerateSecretString.GenerateStringKey", "password"),
        follows("GenerateSecretString.PasswordLength", lambda secret, _: [_LENGTHS.get(_name(secret))], "64 for Redis, 32 for others"),
        chosen(
            "GenerateSecretString.SecretStringTemplate",
            lambda config: json.dumps({"username": config.database.db_master_username}),
            "the name of the database's master user",
        ),
        chosen("SecretString", _address, "the address of the database, without a password"),
        tags(),
        exact=True,
        DataStack=lambda config: len(_names(config)),
    ),
}
