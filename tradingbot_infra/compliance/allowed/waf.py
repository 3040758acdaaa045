"""What templates may hold of AWS WAF."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, free
from tradingbot_infra.config.model import EnvironmentConfig

_OPEN = "not reviewed yet"


def _web_acls(config: EnvironmentConfig) -> int:
    return int(config.web_acl.waf)


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::WAFv2::WebACL": allowed(
        *free(
            _OPEN,
            "DataProtectionConfig.DataProtections[].Action",
            "DataProtectionConfig.DataProtections[].Field.FieldKeys[]",
            "DataProtectionConfig.DataProtections[].Field.FieldType",
            "DefaultAction.Allow",
            "Name",
            "Rules[].Action.Block",
            "Rules[].Name",
            "Rules[].OverrideAction.None",
            "Rules[].Priority",
            "Rules[].Statement.ManagedRuleGroupStatement.Name",
            "Rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides[].ActionToUse.Count",
            "Rules[].Statement.ManagedRuleGroupStatement.RuleActionOverrides[].Name",
            "Rules[].Statement.ManagedRuleGroupStatement.VendorName",
            "Rules[].Statement.RateBasedStatement.AggregateKeyType",
            "Rules[].Statement.RateBasedStatement.EvaluationWindowSec",
            "Rules[].Statement.RateBasedStatement.Limit",
            "Rules[].VisibilityConfig.CloudWatchMetricsEnabled",
            "Rules[].VisibilityConfig.MetricName",
            "Rules[].VisibilityConfig.SampledRequestsEnabled",
            "Scope",
            "Tags.**",
            "VisibilityConfig.CloudWatchMetricsEnabled",
            "VisibilityConfig.MetricName",
            "VisibilityConfig.SampledRequestsEnabled",
        ),
        ServiceStack=_web_acls,
    ),
    "AWS::WAFv2::WebACLAssociation": allowed(
        *free(
            _OPEN,
            "ResourceArn",
            "WebACLArn",
        ),
    ),
    "AWS::WAFv2::LoggingConfiguration": allowed(
        *free(
            _OPEN,
            "LogDestinationConfigs[]",
            "RedactedFields[].QueryString",
            "RedactedFields[].SingleHeader.Name",
            "ResourceArn",
        ),
    ),
}
