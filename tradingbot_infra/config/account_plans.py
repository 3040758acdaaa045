"""Plans of account security: which parts an account gets. environments.py spreads one of them (docs/account.md has their prices)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STANDARD: Final[Mapping[str, object]] = MappingProxyType(
    {
        "trail_s3_events": "all",  # PCI DSS 10.2.1.3 asks for reads of audit logs too, CIS for both
        "trail_insights": True,  # a small account makes some hundred thousand calls a month: less than 3 US dollars
        "config_recorder": "ours",
        "config_rules": True,
        "guardduty": "ours",
        "guardduty_runtime_monitoring": False,  # its agent costs by the vCPU, and AWS makes an endpoint for it outside of the stacks
        "security_hub": "ours",
        "security_hub_standards": ("fsbp", "cis", "pci-dss"),
        "access_analyzer": "ours",
        "unused_access_days": None,  # it costs by the role, and every role here is in a template
        "inspector_images": True,  # a new vulnerability in an old image shows without a push
        "account_defaults": True,
        "remove_default_vpcs": True,
        "support_role": True,
    }
)

# Records who does what, rings and looks for threats, but does not judge: no history of resources, and no standards, which need it.
ESSENTIAL: Final[Mapping[str, object]] = MappingProxyType(
    {
        **STANDARD,
        "trail_s3_events": "none",
        "trail_insights": False,
        "config_recorder": "off",
        "config_rules": False,
        "security_hub": "off",
        "inspector_images": False,
    }
)

# For an auditor who asks for everything, and tasks whose image others build.
FULL: Final[Mapping[str, object]] = MappingProxyType(
    {
        **STANDARD,
        "guardduty_runtime_monitoring": True,
        "unused_access_days": 90,  # as CIS counts credentials that are not used
    }
)

ACCOUNT_PLANS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType({"essential": ESSENTIAL, "standard": STANDARD, "full": FULL})
"""Settings of the parts by plan, in the model's order. A plan says nothing of who provides, writes and pays: those are settings too."""
