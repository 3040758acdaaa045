"""What workflows of GitHub read of the account's controls: whether each is on, not what was found and who the people are."""

from collections.abc import Iterator

from tradingbot_infra.compliance.access.row import ACCOUNT, Listed, may
from tradingbot_infra.config.model import EnvironmentConfig


def of_account(config: EnvironmentConfig) -> Iterator[Listed]:
    """The statements, where AccountSecurityStack provides the controls."""
    region, ours = config.network.region, f"{config.project}-*"
    recorded = (
        *("DescribeComplianceByConfigRule", "DescribeConfigRules", "DescribeConfigurationRecorderStatus"),
        *("DescribeConfigurationRecorders", "DescribeDeliveryChannelStatus", "DescribeDeliveryChannels"),
    )
    defaults = (
        *("DescribeRegions", "GetEbsEncryptionByDefault", "GetImageBlockPublicAccessState"),
        *("GetInstanceMetadataDefaults", "GetSnapshotBlockPublicAccessState"),
    )
    yield may(
        *(f"config:{each}" for each in recorded),
        *(f"ec2:{each}" for each in defaults),
        "access-analyzer:ListAnalyzers",
        "cloudtrail:DescribeTrails",
        "guardduty:ListDetectors",
        "guardduty:ListFindings",
        "iam:GetAccountPasswordPolicy",
        "iam:GetAccountSummary",
        "iam:ListServerCertificates",
        "inspector2:BatchGetAccountStatus",
        "s3:GetAccountPublicAccessBlock",
        "xray:GetIndexingRules",
        "xray:GetTraceSegmentDestination",
        on="*",
    )
    trail = f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{ours}"
    yield may("cloudtrail:GetEventSelectors", "cloudtrail:GetInsightSelectors", "cloudtrail:GetTrailStatus", on=trail)
    yield may("guardduty:GetDetector", on=f"arn:aws:guardduty:{region}:{ACCOUNT}:detector/*")
    yield may("securityhub:DescribeHub", "securityhub:GetEnabledStandards", on=f"arn:aws:securityhub:{region}:{ACCOUNT}:hub/default")
    yield may("access-analyzer:GetAnalyzer", on=f"arn:aws:access-analyzer:{region}:{ACCOUNT}:analyzer/{ours}")
    yield may("budgets:ViewBudget", on=f"arn:aws:budgets::{ACCOUNT}:budget/*")
    yield may("iam:ListEntitiesForPolicy", on="arn:aws:iam::aws:policy/AWSSupportAccess")
