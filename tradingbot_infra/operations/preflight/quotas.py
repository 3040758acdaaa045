"""Checks: quotas on resources that are counted take what this environment adds to what others have."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tradingbot_infra.operations.preflight.plan import Plan
from tradingbot_infra.operations.preflight.quota import read_quota, request
from tradingbot_infra.operations.session import Session
from tradingbot_infra.operations.verdict import Finding, failed, passed
from tradingbot_infra.templates import Assembly, Resource

WHOLE_REGION = ""


@dataclass(frozen=True)
class Existing:
    """A resource that exists: every name by which a stack may know it, and the place that its quota counts in."""

    ids: frozenset[str]
    place: str = WHOLE_REGION


@dataclass(frozen=True)
class CountedQuota:
    """A quota of Service Quotas on the number of resources of a type. `place_of` is for a quota that is not on a whole region."""

    title: str
    service: str
    code: str
    type: str
    existing: Callable[[Session], Iterator[Existing]]
    place_of: Callable[[Resource, Assembly], str] = lambda _, __: WHOLE_REGION


def _addresses(session: Session) -> Iterator[Existing]:
    for each in session.ec2.describe_addresses()["Addresses"]:
        yield Existing(frozenset((each.get("PublicIp", ""), each.get("AllocationId", ""))))


def _vpcs(session: Session) -> Iterator[Existing]:
    for page in session.ec2.get_paginator("describe_vpcs").paginate():
        yield from (Existing(frozenset((each.get("VpcId", ""),))) for each in page["Vpcs"])


def _internet_gateways(session: Session) -> Iterator[Existing]:
    for page in session.ec2.get_paginator("describe_internet_gateways").paginate():
        yield from (Existing(frozenset((each.get("InternetGatewayId", ""),))) for each in page["InternetGateways"])


def _nat_gateways(session: Session) -> Iterator[Existing]:
    subnets = session.ec2.get_paginator("describe_subnets").paginate()
    zones = {each.get("SubnetId", ""): each.get("AvailabilityZone", "") for page in subnets for each in page["Subnets"]}
    for page in session.ec2.get_paginator("describe_nat_gateways").paginate():
        for each in page["NatGateways"]:
            if each.get("State") in ("pending", "available", "deleting"):
                yield Existing(frozenset((each.get("NatGatewayId", ""),)), zones.get(each.get("SubnetId", ""), WHOLE_REGION))


def _load_balancers(session: Session) -> Iterator[Existing]:
    for page in session.elbv2.get_paginator("describe_load_balancers").paginate():
        for each in page["LoadBalancers"]:
            if each.get("Type") == "application":
                yield Existing(frozenset((each.get("LoadBalancerArn", ""),)))


def _databases(session: Session) -> Iterator[Existing]:
    for page in session.rds.get_paginator("describe_db_instances").paginate():
        yield from (Existing(frozenset((each.get("DBInstanceIdentifier", ""),))) for each in page["DBInstances"])


def _zone_of_nat_gateway(gateway: Resource, assembly: Assembly) -> str:
    subnet = assembly.referred(gateway.properties.get("SubnetId"))
    return str(subnet.properties["AvailabilityZone"]) if subnet else WHOLE_REGION


# VPC User Guide, "Amazon VPC quotas"; Elastic Load Balancing, "Quotas for your Application Load Balancers"; RDS User Guide, "Quotas
# and constraints for Amazon RDS". The codes are those of Service Quotas.
QUOTAS = (
    CountedQuota("Elastic IP addresses", "ec2", "L-0263D0A3", "AWS::EC2::EIP", _addresses),
    CountedQuota("VPCs", "vpc", "L-F678F1CE", "AWS::EC2::VPC", _vpcs),
    CountedQuota("internet gateways", "vpc", "L-A4707A72", "AWS::EC2::InternetGateway", _internet_gateways),
    CountedQuota("NAT gateways of a zone", "vpc", "L-FE5A380F", "AWS::EC2::NatGateway", _nat_gateways, _zone_of_nat_gateway),
    CountedQuota(
        "Application Load Balancers", "elasticloadbalancing", "L-53DA6B97", "AWS::ElasticLoadBalancingV2::LoadBalancer", _load_balancers
    ),
    CountedQuota("DB instances", "rds", "L-7B6409FD", "AWS::RDS::DBInstance", _databases),
)


def suffice(plan: Plan) -> Iterator[Finding]:
    """A finding for each quota in each region that the templates put such resources into."""
    for quota in QUOTAS:
        for region in plan.regions:
            yield from _judged(quota, plan, region)


def _judged(quota: CountedQuota, plan: Plan, region: str) -> Iterator[Finding]:
    needed = Counter(quota.place_of(each, plan.assembly) for each in plan.declared(quota.type, region))
    if not needed:
        return
    session, owned = plan.session.in_region(region), plan.owned(quota.type, region)
    others = Counter(each.place for each in quota.existing(session) if not each.ids & owned)
    most = read_quota(session, quota.service, quota.code)["Value"]
    for place, count in sorted(needed.items()):
        yield _finding(quota, place or region, count, others[place], most, region)


def _finding(quota: CountedQuota, where: str, needed: int, others: int, most: float, region: str) -> Finding:
    if needed + others <= most:
        return passed(f"{quota.title}: {needed + others} of {most:g}")
    wrong = f"{quota.title} in {where}: this environment needs {needed}, others have {others}, and the quota is {most:g}"
    return failed(wrong, request(quota.service, quota.code, needed + others, region))
