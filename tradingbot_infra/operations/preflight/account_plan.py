"""Checks: the account is on AWS's paid plan."""

from collections.abc import Iterator

from tradingbot_infra.operations.failures import is_missing
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.operations.session import BILLING_REGION
from tradingbot_infra.operations.verdict import Finding, failed, not_assessed, passed


def paid(plan: Plan) -> Iterator[Finding]:
    """Accounts since July 2025 may be on a free plan, which refuses what this system has (AWS Billing User Guide, "Free Tier plans").

    RDS then answers FreeTierRestrictionError, to its backup retention for one.
    """
    if plan.session.local:
        yield not_assessed("the local cloud has no account plans")
        return
    kind = _kind(plan)
    if kind == "FREE":
        days, size = plan.config.database.db_backup_retention_days, plan.config.database.db_instance_class
        refused = f"RDS may refuse db_backup_retention_days={days} and db_instance_class={size}, and the plan ends after six months"
        upgrade = AwsCli("freetier upgrade-account-plan --account-plan-type PAID", region=BILLING_REGION)
        yield failed(f"this account is on the free plan: {refused}", upgrade)
    else:
        yield passed("paid plan" if kind else "an account without plans")


def _kind(plan: Plan) -> str:
    """FREE or PAID; empty for an account from before there were plans."""
    try:
        return str(plan.session.freetier.get_account_plan_state()["accountPlanType"])
    except Exception as error:
        if not is_missing(error):
            raise
        return ""
