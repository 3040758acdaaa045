"""Every type of resource that templates may declare, with every property that it may have: a table for each AWS service.

The tables say what is allowed; whatever they do not name is not assessed, and stops the synthesis (rules `cfn.allowed` and
`cfn.declared`).
"""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from tradingbot_infra.compliance.allowed import (
    account_defaults,
    auto_scaling,
    aws_config,
    backup,
    budgets,
    chatbot,
    cloudtrail,
    cloudwatch,
    custom_resources,
    dashboards,
    ec2,
    ec2_filters,
    ec2_nat,
    ecr,
    ecs,
    elasticache,
    events,
    iam,
    kms,
    lambda_functions,
    load_balancing,
    logs,
    rds,
    route53,
    s3,
    scheduler,
    secrets_manager,
    sns,
    step_functions,
    threat_detection,
    waf,
    xray,
)
from tradingbot_infra.compliance.allowed.row import AllowedType

MODULES: tuple[ModuleType, ...] = (
    account_defaults,
    auto_scaling,
    aws_config,
    backup,
    budgets,
    chatbot,
    cloudtrail,
    cloudwatch,
    custom_resources,
    dashboards,
    ec2,
    ec2_filters,
    ec2_nat,
    ecr,
    ecs,
    elasticache,
    events,
    iam,
    kms,
    lambda_functions,
    load_balancing,
    logs,
    rds,
    route53,
    s3,
    scheduler,
    secrets_manager,
    sns,
    step_functions,
    threat_detection,
    waf,
    xray,
)

ALLOWED: Mapping[str, AllowedType] = MappingProxyType({name: rows for module in MODULES for name, rows in module.ALLOWED.items()})
"""Every allowed type by its name."""
