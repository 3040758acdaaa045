"""Which features of GuardDuty the account's detector has, and which standards Security Hub judges by."""

from collections.abc import Mapping
from types import MappingProxyType

GUARDDUTY_FEATURES: Mapping[str, bool] = MappingProxyType(
    {
        "S3_DATA_EVENTS": True,
        "RDS_LOGIN_EVENTS": True,
        "LAMBDA_NETWORK_LOGS": True,
        "EKS_AUDIT_LOGS": False,  # the account has no cluster of Kubernetes
        "EBS_MALWARE_PROTECTION": False,  # and at most NAT instances, which AWS's own image starts
    }
)
"""Each feature, and whether it is on (GuardDuty API, "DetectorFeatureConfiguration"). A detector has whatever the template leaves out
switched on, after a free month at its price. Events of CloudTrail, flow logs and DNS are in each detector."""

RUNTIME_MONITORING = "RUNTIME_MONITORING"
RUNTIME_AGENTS: Mapping[str, bool] = MappingProxyType(
    {"ECS_FARGATE_AGENT_MANAGEMENT": True, "EC2_AGENT_MANAGEMENT": False, "EKS_ADDON_MANAGEMENT": False}
)
"""Where GuardDuty manages the agents of runtime monitoring itself, where that is on."""

FINDING_FREQUENCY = "FIFTEEN_MINUTES"
"""How often GuardDuty repeats a finding that goes on; a new one is published within five minutes in any case."""

MEDIUM_SEVERITY = 4
"""Where medium begins for GuardDuty (GuardDuty User Guide, "Severity levels of GuardDuty findings")."""

STANDARDS: Mapping[str, str] = MappingProxyType(
    {
        "fsbp": "standards/aws-foundational-security-best-practices/v/1.0.0",
        "cis": "standards/cis-aws-foundations-benchmark/v/5.0.0",
        "pci-dss": "standards/pci-dss/v/4.0.1",
    }
)
"""The last part of a standard's ARN, by the name that the setting uses (Security Hub User Guide, "Standards reference")."""
