"""The document's two checklists of what is deployed, in its order, and one of the account."""

from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.operations.account_security.facts import ROW as ACCOUNT_SECURITY
from tradingbot_infra.operations.verification import (
    account,
    data_stores,
    egress_addresses,
    encryption,
    endpoint,
    flow_log,
    group_rules,
    https,
    image,
    monitoring,
    repository,
    roles,
    sensitive_values,
    stacks,
    targets,
    tasks,
    telemetry,
    tracked_files,
)
from tradingbot_infra.operations.verification.check import Checklist, Item

AFTER_DEPLOYMENT = Checklist(
    "after-deployment",
    "After the deployment",
    (
        Item("stacks-complete", "Stacks are complete", stacks.LOOKS, of_release=True),
        Item("tasks-running", "ECS tasks are RUNNING", tasks.LOOKS, of_release=True),
        Item("targets-healthy", "Targets of the load balancer are healthy", targets.LOOKS, of_release=True),
        Item(
            "database-available",
            "Database is available and reachable",
            (*data_stores.DATABASE_LOOKS, data_stores.PASSWORD_LOOK),
            of_release=True,
        ),
        Item("redis-available", "Redis is available and reachable", data_stores.REDIS_LOOKS, of_release=True),
        Item("dashboard-there", "Dashboard is there", monitoring.DASHBOARD_LOOKS),
        Item("alarms-set", "Alarms are set, and none is in ALARM", monitoring.ALARM_LOOKS, of_release=True),
        Item("alarms-heard", "E-mail subscription is confirmed", monitoring.SUBSCRIPTION_LOOKS),
        Item("endpoint-answers", "API endpoint answers", endpoint.LOOKS, of_release=True),
        Item("egress-as-published", "Exchanges see the published addresses", egress_addresses.LOOKS),
        Item("telemetry-as-set", "Traces and metrics go where the settings say", telemetry.LOOKS),
        Item("image-in-repository", "Image that runs is in ECR", image.LOOKS, of_release=True),
    ),
)

SECURITY = Checklist(
    "security",
    "Security",
    (
        Item("secrets-in-secrets-manager", "Sensitive values are in Secrets Manager only", sensitive_values.LOOKS),
        Item("security-groups-least-privilege", "Security groups admit the least", group_rules.LOOKS),
        Item("flow-log-active", "VPC flow log is active", flow_log.LOOKS),
        Item("storage-encrypted", "Database and other storage is encrypted", encryption.LOOKS),
        Item("image-scan-on", "Images are scanned", repository.LOOKS),
        Item("no-secrets-in-git", "No secrets file is in git", tracked_files.LOOKS),
        Item("roles-minimised", "IAM roles allow the least", roles.LOOKS),
        Item("https-set", "HTTPS is set", https.LOOKS),
    ),
)

CHECKLISTS = (AFTER_DEPLOYMENT, SECURITY)
"""Of every environment."""

ACCOUNT = Checklist(
    "account",
    "The account",
    (
        Item("account-trail", "CloudTrail records the account", account.TRAIL_LOOKS),
        Item("account-alarms", "Alarms on what CloudTrail records are heard", account.ALARM_LOOKS),
        Item("account-detection", "The account is judged and watched", account.DETECTION_LOOKS),
        Item("account-defaults", "The account's defaults are strict", account.DEFAULT_LOOKS),
    ),
)
"""Not of the document, which names GuardDuty and AWS Config as next steps."""


def checklists_of(config: EnvironmentConfig) -> tuple[Checklist, ...]:
    """Those of every environment, and the account's where this environment deploys its controls."""
    deploys = any(stack.id == ACCOUNT_SECURITY.id for stack in config.stacks)
    return (*CHECKLISTS, ACCOUNT) if deploys else CHECKLISTS
