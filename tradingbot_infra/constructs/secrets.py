"""Secrets under a customer managed key. CloudFormation generates the first values, so no template contains a secret."""

import json

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from tradingbot_infra.constructs.stateful import pin
from tradingbot_infra.design.names import construct_id as id_of


class GeneratedSecret(secretsmanager.Secret):
    """A secret with a random first value, which a person or program replaces outside the template.

    The generator's options are part of the secret: changing any makes CloudFormation write a new value over the real one.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        full_name: str,
        description: str,
        length: int,
        key: kms.IKey,
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(
            scope,
            id_of(name),
            secret_name=full_name,
            description=description,
            encryption_key=_without_policy_updates(scope, f"{id_of(name)}Key", key),
            generate_secret_string=secretsmanager.SecretStringGenerator(password_length=length, exclude_punctuation=True),
            removal_policy=removal_policy,
        )
        pin(self, f"{id_of(name)}Secret")


class DatabaseCredentials(secretsmanager.Secret):
    """User name and a generated password of the master user, deleted with the database that alone uses them.

    The generator's options are part of the secret here too.
    """

    def __init__(self, scope: Construct, name: str, *, full_name: str, user: str, key: kms.IKey) -> None:
        super().__init__(
            scope,
            id_of(name),
            secret_name=full_name,
            description="Master user of the database",
            encryption_key=_without_policy_updates(scope, f"{id_of(name)}Key", key),
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"username": user}),
                generate_string_key="password",
                password_length=32,
                exclude_punctuation=True,
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        pin(self, f"{id_of(name)}Secret")


class ComposedSecret(secretsmanager.Secret):
    """A secret whose value CloudFormation composes from attributes; no part of it may be a credential.

    It can be composed again at any time, so it is always deleted with its stack.
    """

    def __init__(self, scope: Construct, name: str, *, full_name: str, description: str, value: str, key: kms.IKey) -> None:
        super().__init__(
            scope,
            id_of(name),
            secret_name=full_name,
            description=description,
            encryption_key=_without_policy_updates(scope, f"{id_of(name)}Key", key),
            secret_string_value=cdk.SecretValue.unsafe_plain_text(value),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        pin(self, f"{id_of(name)}Secret")


def _without_policy_updates(scope: Construct, construct_id: str, key: kms.IKey) -> kms.IKey:
    """The key by its ARN, so that a secret cannot add wildcard statements to the key's policy."""
    return kms.Key.from_key_arn(scope, construct_id, key.key_arn)
