"""What templates may hold of AWS Config: one recorder with its channel, and AWS's managed rules."""

from collections.abc import Mapping

from tradingbot_infra.compliance.access.account_security import account_names, is_deployed
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, chosen, exactly, free, judged, matching, refers_to_the, required
from tradingbot_infra.compliance.expected.recorded import EVALUATED
from tradingbot_infra.config.model import EnvironmentConfig

_STACK = "AccountSecurityStack"
_ROLE = r"arn:aws:iam::(\$\{AWS::AccountId\}|\d{12}):role/aws-service-role/config\.amazonaws\.com/AWSServiceRoleForConfig"


def _recorders(config: EnvironmentConfig) -> int:
    return int(is_deployed(config) and config.account.config_recorder == "ours")


def _rules(config: EnvironmentConfig) -> int:
    return len(EVALUATED) if is_deployed(config) and config.account.config_rules else 0


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::Config::ConfigurationRecorder": allowed(
        *required(
            chosen("Name", lambda config: account_names(config).recorder, "the account's prefix"),
            # By the change a recorder costs four times as much as by the day (AWS Config Pricing).
            exactly("RecordingMode.RecordingFrequency", "DAILY"),
            exactly("RecordingGroup.AllSupported", False),
            exactly("RecordingGroup.IncludeGlobalResourceTypes", False),
            exactly("RecordingGroup.RecordingStrategy.UseOnly", "INCLUSION_BY_RESOURCE_TYPES"),
            matching("RoleARN", _ROLE, "AWS Config's service-linked role of this account"),
        ),
        *judged("acct.config", "RecordingGroup.ResourceTypes[]"),
        exact=True,
        AccountSecurityStack=_recorders,
    ),
    "AWS::Config::DeliveryChannel": allowed(
        *required(
            exactly("ConfigSnapshotDeliveryProperties.DeliveryFrequency", "TwentyFour_Hours"),
            chosen("Name", lambda config: account_names(config).recorder, "the account's prefix"),
            refers_to_the("S3BucketName", f"{_STACK}/AuditBucket/Resource"),
            refers_to_the("S3KmsKeyArn", f"{_STACK}/AuditKey/Resource"),
        ),
        exact=True,
        AccountSecurityStack=_recorders,
    ),
    "AWS::Config::ConfigRule": allowed(
        *required(
            matching("ConfigRuleName", r"[a-z0-9-]+-account-[a-z0-9-]+", "a name with the account's prefix"),
            exactly("Source.Owner", "AWS"),
            exactly("Source.SourceIdentifier", *EVALUATED),
        ),
        *free("a note for people", "Description"),
        *judged("acct.config_rules", "InputParameters.**"),
        exactly("MaximumExecutionFrequency", "TwentyFour_Hours", None),
        exact=True,
        AccountSecurityStack=_rules,
    ),
}
