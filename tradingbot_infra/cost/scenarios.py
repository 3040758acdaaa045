"""The ways to save that the design document proposes, with its own figures and the risk of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A proposal for saving. `documented` is the document's own figure, in its words."""

    id: str
    title: str
    documented: str
    risk: str


@dataclass(frozen=True, kw_only=True)
class SettingsScenario(Scenario):
    """A proposal for saving that consists of settings."""

    settings: Mapping[str, object]


SETTINGS_SCENARIOS = (
    SettingsScenario(
        id="single_nat",
        title="One NAT gateway (nat_gateways=1)",
        documented="about 48 a month",
        risk="When its zone fails, no task reaches an exchange.",
        settings=MappingProxyType({"nat_gateways": 1}),
    ),
    SettingsScenario(
        id="vpc_endpoints",
        title="VPC endpoints (enable_vpc_endpoints=true)",
        documented="about 30 to 40 a month, less about 14 for the endpoints",
        risk="None for availability; it pays only where much traffic goes to AWS's own services.",
        settings=MappingProxyType({"enable_vpc_endpoints": True}),
    ),
    SettingsScenario(
        id="nat_instance",
        title="NAT instances (nat_type=instance)",
        documented="about 67 a month",
        risk="You must repair and patch the instances yourself, and their bandwidth is small.",
        settings=MappingProxyType({"nat_type": "instance"}),
    ),
    SettingsScenario(
        id="out_of_hours",
        title="No tasks at night and on weekends (scale_down_out_of_hours=true)",
        documented="about 20 to 30 a month",
        risk="Nothing trades, and no request is served, while no task runs; exchanges never close.",
        settings=MappingProxyType({"scale_down_out_of_hours": True}),
    ),
)
"""Proposals that settings implement; each is synthesized by itself and judged by the compliance packs."""

_RESERVATION_RISK = "Paid whether or not the instance runs; the class cannot be changed freely."

RESERVED_1Y = Scenario(
    id="rds_reserved_1y",
    title="RDS reserved for 1 year, paid upfront",
    documented="about 25 a year (290 against 315)",
    risk=_RESERVATION_RISK,
)
RESERVED_3Y = Scenario(
    id="rds_reserved_3y",
    title="RDS reserved for 3 years, paid upfront",
    documented="about 120 a year (195 against 315)",
    risk=_RESERVATION_RISK,
)
SAVINGS_PLAN = Scenario(
    id="fargate_savings_plan",
    title="Compute Savings Plan of 1 year for Fargate",
    documented="about 14.69 a month, 20 %",
    risk="The hourly commitment is paid whether or not tasks run.",
)
