"""Checks: the account has the zones that the subnets name."""

from collections.abc import Iterator

from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.verdict import Finding, failed, passed


def offered(plan: Plan) -> Iterator[Finding]:
    """Zones of the settings against those that are available to the account (EC2 API, DescribeAvailabilityZones)."""
    found = plan.session.ec2.describe_availability_zones()["AvailabilityZones"]
    available = {zone.get("ZoneName", "") for zone in found if zone.get("State") == "available"}
    wanted = plan.config.network.availability_zones
    missing = [zone for zone in wanted if zone not in available]
    if missing:
        yield failed(f"not available to this account: {', '.join(missing)}", f"set availability_zones to some of {_listed(available)}")
    else:
        yield passed(", ".join(wanted))


def _listed(zones: set[str]) -> str:
    return ", ".join(sorted(zones)) or "another region"
