"""Every check before a deployment, in the order in which people read them."""

from tradingbot_infra.operations.preflight import (
    account_plan,
    account_security,
    alarms,
    bootstrap,
    fargate,
    image,
    log_policies,
    quotas,
    secrets,
    service,
    service_linked_roles,
    stacks,
    subscriptions,
    zones,
)
from tradingbot_infra.operations.preflight.check import Check, Checked, examine
from tradingbot_infra.operations.preflight.plan import Plan

CHECKS = (
    Check("bootstrapped", "The regions are bootstrapped", bootstrap.ready),
    Check("stacks-deployable", "The stacks can be deployed", stacks.deployable),
    Check("zones-offered", "The account has the Availability Zones", zones.offered),
    Check("account-plan", "The account is not on the free plan", account_plan.paid),
    Check("service-linked-roles", "Service-linked roles exist", service_linked_roles.exist),
    Check("quotas", "Quotas suffice", quotas.suffice),
    Check("log-policies", "CloudWatch Logs has room for the resource policies", log_policies.fit),
    Check("account-controls", "Nothing is in the way of the account's controls", account_security.room),
    Check("image", "The image is in ECR", image.stored),
    Check("secrets-filled", "Secrets have real values", secrets.filled),
    Check("rollback-image", "The image that runs now is left for a rollback", image.remains_for_a_rollback, stops=False),
    Check("tasks-fit", "Fargate has room for min_tasks during a deployment", fargate.fewest_fit),
    Check("most-tasks-fit", "Fargate has room for max_tasks during a deployment", fargate.most_fit, stops=False),
    Check("no-deployment", "No deployment is running", service.settled),
    Check("traffic-weights", "Traffic goes to healthy targets", service.weighted),
    Check("targets-healthy", "The service has a healthy target", service.answered, stops=False, asks=lambda _: "no target is healthy"),
    Check("alarms-quiet", "No alarm is in ALARM", alarms.quiet, stops=False, asks=alarms.in_words),
    Check("alarms-heard", "Somebody receives the alarms", subscriptions.heard, stops=False),
)


def preflight(plan: Plan) -> tuple[Checked, ...]:
    """Every check, made. Reads only: `service_linked_roles.create_missing` is what writes.

    Errors of missing credentials or network escape.
    """
    return tuple(examine(check, plan) for check in CHECKS)
