"""The settings by which the next deployment uses what an earlier one left: CloudFormation adopts neither secrets nor addresses."""

from collections.abc import Iterator, Mapping

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.design.secrets import APPLICATION_SECRETS
from tradingbot_infra.operations.live.egress import read_egress, to_adopt
from tradingbot_infra.operations.session import Session


def comeback(session: Session, config: EnvironmentConfig) -> Mapping[str, str]:
    """Settings and values, of what exists without a stack; empty where nothing was left.

    An address that NAT uses now belongs to what is deployed.
    """
    found: dict[str, str] = {}
    arns = list(_secrets(session, config))
    if arns:
        found["adopt_secret_arns"] = ",".join(arns)
        key = session.secretsmanager.describe_secret(SecretId=arns[0]).get("KmsKeyId")
        if key:
            found["adopt_secrets_key_arn"] = key
    addresses = to_adopt(tuple(one for one in read_egress(session, config) if not one.used_by))
    if addresses:
        found["nat_allocation_ids"] = ",".join(addresses)
    return found


def _secrets(session: Session, config: EnvironmentConfig) -> Iterator[str]:
    """Those of the application: the password of RDS and the token of Redis are made anew."""
    pages = session.secretsmanager.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": [config.names.secret("")]}])
    found = {one["Name"]: one["ARN"] for page in pages for one in page["SecretList"] if "DeletedDate" not in one}
    yield from (found[name] for name in map(config.names.secret, APPLICATION_SECRETS) if name in found)
