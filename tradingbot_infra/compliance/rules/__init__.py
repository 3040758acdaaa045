"""Every rule, in a module for each AWS service."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from tradingbot_infra.compliance.rule import Rule
from tradingbot_infra.compliance.rules import (
    access,
    allowed_properties,
    as_designed,
    backup,
    cloudwatch,
    container_environment,
    data_doors,
    ecr,
    ecs,
    elasticache,
    flows,
    iam,
    kms,
    lambda_functions,
    listeners,
    load_balancing,
    logs,
    network_acls,
    no_secrets,
    rds,
    rds_parameters,
    s3,
    secrets_manager,
    security_groups,
    service_defaults,
    sns,
    stacks,
    step_functions,
    structure,
    vpc,
    waf,
)

MODULES: tuple[ModuleType, ...] = (
    access,
    vpc,
    security_groups,
    network_acls,
    flows,
    load_balancing,
    listeners,
    waf,
    ecs,
    container_environment,
    ecr,
    rds,
    rds_parameters,
    elasticache,
    backup,
    secrets_manager,
    kms,
    logs,
    s3,
    sns,
    cloudwatch,
    iam,
    lambda_functions,
    step_functions,
    stacks,
    service_defaults,
    allowed_properties,
    data_doors,
    as_designed,
    structure,
    no_secrets,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {value.id: value for module in MODULES for value in vars(module).values() if isinstance(value, Rule)}
)
"""Every rule by id."""
