"""Resource policies of CloudWatch Logs, which let services of AWS write into log groups."""

from tradingbot_infra.operations.session import Session

MOST = 10
"""How many an account may have in a region, of those that belong to no single log group (CloudWatch Logs API, PutResourcePolicy)."""


def policy_names(session: Session) -> tuple[str, ...]:
    """The names of the region's policies that count."""
    # There can be no second page of so few.
    return tuple(policy.get("policyName", "") for policy in session.logs.describe_resource_policies()["resourcePolicies"])
