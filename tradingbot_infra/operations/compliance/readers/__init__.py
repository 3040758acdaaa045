"""What services return of a resource, as CloudFormation would have it in a template: a module for each service.

A reader returns the properties that it can read, under the names of CloudFormation. Whatever it does not return stays as deployed.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tradingbot_infra.operations.compliance.readers import (
    account,
    account_defaults,
    cloudwatch,
    ec2,
    ecr,
    ecs,
    elasticache,
    iam,
    kms,
    load_balancing,
    logs,
    rds,
    s3,
    secrets_manager,
    sns,
    waf,
)
from tradingbot_infra.operations.compliance.readers.reader import Reader

_OF_ENVIRONMENTS = (cloudwatch, ec2, ecr, ecs, elasticache, iam, kms, load_balancing, logs, rds, s3, secrets_manager, sns, waf)
_MODULES = (*_OF_ENVIRONMENTS, account, account_defaults)

READERS: Mapping[str, Reader] = MappingProxyType({name: reader for module in _MODULES for name, reader in module.READERS.items()})
"""The reader of each type that can be read."""
