"""Checks: CloudWatch Logs takes the resource policies that this environment adds."""

from collections.abc import Iterator

from tradingbot_infra.operations.live.log_policies import MOST, OF_AWS, policy_names
from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.printed_commands import AwsCli
from tradingbot_infra.operations.verdict import Finding, judged

_TYPE = "AWS::Logs::ResourcePolicy"


def fit(plan: Plan) -> Iterator[Finding]:
    """The policies of other owners and this environment's together, in each region; AWS adds its own, where there is none yet."""
    for region in plan.regions:
        others = set(policy_names(plan.session.in_region(region))) - plan.owned(_TYPE, region) | {OF_AWS}
        needed = len(plan.declared(_TYPE, region))
        yield judged(
            needed + len(others) <= MOST,
            good=f"{region}: {needed} here, {len(others)} of others, at most {MOST}",
            bad=f"{region}: this environment needs {needed}, others have {len(others)}, and an account takes {MOST}",
            next_step=AwsCli("logs describe-resource-policies --query 'resourcePolicies[].policyName'", region=region),
        )
