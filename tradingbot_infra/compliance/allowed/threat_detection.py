"""What templates may hold of GuardDuty, Security Hub and IAM Access Analyzer: one of each, as the settings say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tradingbot_infra.compliance.access.account_security import account_names, is_deployed
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, follows, required, tags
from tradingbot_infra.config.model import EnvironmentConfig
from tradingbot_infra.templates import Resource

_WATCHED = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS")
_NOT_USED = ("EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION")
"""The account has no Kubernetes, and no instance but AWS's own NAT images. A feature that a template leaves out is on, at its price."""

_AGENTS = {"ECS_FARGATE_AGENT_MANAGEMENT": "ENABLED", "EC2_AGENT_MANAGEMENT": "DISABLED", "EKS_ADDON_MANAGEMENT": "DISABLED"}
_STANDARDS = {
    "fsbp": "aws-foundational-security-best-practices/v/1.0.0",
    "cis": "cis-aws-foundations-benchmark/v/5.0.0",
    "pci-dss": "pci-dss/v/4.0.1",
}


def _features(config: EnvironmentConfig) -> list[dict[str, Any]]:
    runtime: dict[str, Any] = {"Name": "RUNTIME_MONITORING", "Status": "DISABLED"}
    if config.account.guardduty_runtime_monitoring:
        agents = [{"Name": name, "Status": status} for name, status in _AGENTS.items()]
        runtime = {**runtime, "Status": "ENABLED", "AdditionalConfiguration": agents}
    on = [{"Name": name, "Status": "ENABLED"} for name in _WATCHED]
    return [*on, *({"Name": name, "Status": "DISABLED"} for name in _NOT_USED), runtime]


def _detectors(config: EnvironmentConfig) -> int:
    return int(is_deployed(config) and config.account.guardduty == "ours")


def _hubs(config: EnvironmentConfig) -> int:
    return int(is_deployed(config) and config.account.security_hub == "ours")


def _standards(config: EnvironmentConfig) -> int:
    return _hubs(config) * len(config.account.security_hub_standards)


def _standard_arns(_: Resource, config: EnvironmentConfig) -> list[str]:
    region = config.network.region
    return [f"arn:aws:securityhub:{region}::standards/{_STANDARDS[name]}" for name in config.account.security_hub_standards]


def _analyzers(config: EnvironmentConfig) -> int:
    if not is_deployed(config) or config.account.access_analyzer != "ours":
        return 0
    return 1 + int(config.account.unused_access_days is not None)


def _looks_for_unused(analyzer: Resource) -> bool:
    return analyzer.path == "AccountSecurityStack/AccessAnalyzer/Unused"


def _type(analyzer: Resource, _: EnvironmentConfig) -> tuple[str]:
    return ("ACCOUNT_UNUSED_ACCESS" if _looks_for_unused(analyzer) else "ACCOUNT",)


def _name(analyzer: Resource, config: EnvironmentConfig) -> tuple[str]:
    return (account_names(config).analyzer("unused" if _looks_for_unused(analyzer) else "external"),)


def _days(analyzer: Resource, config: EnvironmentConfig) -> tuple[int | None]:
    return (config.account.unused_access_days if _looks_for_unused(analyzer) else None,)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::GuardDuty::Detector": allowed(
        *required(
            exactly("Enable", True),
            exactly("FindingPublishingFrequency", "FIFTEEN_MINUTES"),
            replace(chosen("Features", _features, "each feature, on or off as the settings say"), whole=True),
            tags(),
        ),
        exact=True,
        AccountSecurityStack=_detectors,
    ),
    "AWS::SecurityHub::Hub": allowed(
        *required(
            exactly("AutoEnableControls", True),
            exactly("ControlFindingGenerator", "SECURITY_CONTROL"),
            # AWS's own choice would add standards that nobody pays for by intent.
            exactly("EnableDefaultStandards", False),
            tags(),
        ),
        exact=True,
        AccountSecurityStack=_hubs,
    ),
    "AWS::SecurityHub::Standard": allowed(
        *required(follows("StandardsArn", _standard_arns, "a standard of setting security_hub_standards, in this region")),
        exact=True,
        AccountSecurityStack=_standards,
    ),
    "AWS::AccessAnalyzer::Analyzer": allowed(
        *required(
            follows("Type", _type, "ACCOUNT, or ACCOUNT_UNUSED_ACCESS where unused_access_days is set"),
            follows("AnalyzerName", _name, "a name with the account's prefix"),
            follows("AnalyzerConfiguration.UnusedAccessConfiguration.UnusedAccessAge", _days, "the value of setting unused_access_days"),
            tags(),
        ),
        exact=True,
        AccountSecurityStack=_analyzers,
    ),
}
