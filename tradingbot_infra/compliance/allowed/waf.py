"""What templates may hold of AWS WAF."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.row import AllowedType, Count, allowed, judged, required, tags
from tradingbot_infra.config.model import EnvironmentConfig

_STATED = "waf.as_designed"


def _where_on(count: int) -> Count:
    def asked(config: EnvironmentConfig) -> int:
        return count if config.web_acl.waf else 0

    return asked


ALLOWED: Mapping[str, AllowedType] = {
    "AWS::WAFv2::WebACL": allowed(
        *judged(
            _STATED,
            "DataProtectionConfig.**",
            "DefaultAction.**",
            "Name",
            "Rules.**",
            "Scope",
            "VisibilityConfig.**",
        ),
        *required(tags()),
        exact=True,
        ServiceStack=_where_on(1),
    ),
    "AWS::WAFv2::WebACLAssociation": allowed(*judged(_STATED, "ResourceArn", "WebACLArn"), exact=True, ServiceStack=_where_on(1)),
    "AWS::WAFv2::LoggingConfiguration": allowed(
        *judged(_STATED, "LogDestinationConfigs[]", "RedactedFields.**", "ResourceArn"), exact=True, ServiceStack=_where_on(1)
    ),
}
