"""Ways to save: what the design document proposes, with its own figures, and parts of the account's security; each with its risk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tradingbot_infra.config.account_plans import ESSENTIAL


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A proposal for saving. `documented` is the document's own figure, in its words; empty for what is not in it."""

    id: str
    title: str
    documented: str
    risk: str


@dataclass(frozen=True, kw_only=True)
class SettingsScenario(Scenario):
    """A proposal for saving that consists of settings. It is one only where the settings of `where` have its values."""

    settings: Mapping[str, object]
    where: Mapping[str, object] = field(default_factory=dict)

    def applies_to(self, settings: Mapping[str, object]) -> bool:
        """Whether an environment of these settings can save this way."""
        return all(settings[key] == value for key, value in self.where.items())


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
        risk="Nothing trades, and no request is served, while no task runs; exchanges never close. Alarms of trading must be off.",
        settings=MappingProxyType({"scale_down_out_of_hours": True, "trading_alarms": False}),
    ),
)
"""Proposals that settings implement; each is synthesized by itself and judged by the compliance packs."""

_OURS: Mapping[str, object] = MappingProxyType({"account_stacks": True, "account_security": "ours"})


def _without(identifier: str, title: str, risk: str, **settings: object) -> SettingsScenario:
    return SettingsScenario(id=identifier, title=title, documented="", risk=risk, settings=MappingProxyType(settings), where=_OURS)


ACCOUNT_SCENARIOS = (
    _without(
        "no_s3_events",
        "No record of requests for objects (trail_s3_events=none)",
        "Who read or deleted a log file is not known.",
        trail_s3_events="none",
    ),
    _without("no_insights", "No CloudTrail Insights (trail_insights=false)", "Unusual calls must be searched for.", trail_insights=False),
    _without("no_guardduty", "No GuardDuty (guardduty=off)", "A stolen key or a miner is noticed by its damage.", guardduty="off"),
    _without(
        "no_security_hub",
        "No Security Hub (security_hub=off)",
        "Resources that no template has are judged by nobody.",
        security_hub="off",
    ),
    _without(
        "no_config",
        "No AWS Config, and so no Security Hub (config_recorder=off, config_rules=false, security_hub=off)",
        "What a resource was like last week is not known.",
        config_recorder="off",
        config_rules=False,
        security_hub="off",
    ),
    _without(
        "no_inspector",
        "No Inspector (inspector_images=false)",
        "Vulnerabilities that become known after a push are not looked for.",
        inspector_images=False,
    ),
    _without(
        "essential", "The essential plan (ESSENTIAL of config/account_plans.py)", "What all of these but GuardDuty lose.", **ESSENTIAL
    ),
)
"""Parts of the account's security, where this environment deploys it; synthesized and judged as the others."""

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
