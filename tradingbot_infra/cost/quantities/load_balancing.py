"""Elastic Load Balancing: the hours of an Application Load Balancer, and its capacity units."""

from collections.abc import Iterator
from types import MappingProxyType

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import HOURS, BilledItem, Part, Quantity, counted, shown
from tradingbot_infra.templates import Assembly

TYPES: tuple[str, ...] = ("AWS::ElasticLoadBalancingV2::LoadBalancer",)

SERVICE = "Application Load Balancer"

_KEYS = MappingProxyType({"application": "alb", "network": "nlb", "gateway": "gwlb"})

_LCU = "Traffic between the load balancer and tasks in another zone is free."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Both lines of the document, for each load balancer."""
    for balancer in assembly.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        kind = balancer.properties.get("Type", "application")
        hours = Quantity(id="alb.hours", what=f"One {kind} load balancer", price=f"{_KEYS[kind]}.hour", amount=HOURS)
        yield counted(Part.DOCUMENT, SERVICE, hours, of=(balancer,))
        what = f"Capacity units (LCU), {shown(usage.expected_lcus)} on average"
        yield counted(
            Part.DOCUMENT,
            SERVICE,
            Quantity(id="alb.lcu", what=what, price=f"{_KEYS[kind]}.lcu_lump", amount=usage.expected_lcus),
            Quantity(id="alb.lcu", what=what, price=f"{_KEYS[kind]}.lcu_hour", amount=usage.expected_lcus * HOURS),
            of=(balancer,),
            note=_LCU,
        )
