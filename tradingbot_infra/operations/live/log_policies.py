"""Resource policies of CloudWatch Logs, which let services of AWS write into log groups."""

from tradingbot_infra.operations.session import Session

MOST = 10
"""How many an account may have in a region, of those that belong to no single log group (CloudWatch Logs API, PutResourcePolicy)."""

OF_AWS = "AWSLogDeliveryWrite20150319"
"""The one that the account gets with the first log of Step Functions or ElastiCache (CloudWatch Logs User Guide, "Enable logging from
AWS services"). It counts too."""


def policy_names(session: Session) -> tuple[str, ...]:
    """The names of the region's policies that count."""
    # There can be no second page of so few.
    return tuple(policy.get("policyName", "") for policy in session.logs.describe_resource_policies()["resourcePolicies"])
