"""What templates may hold of X-Ray: the account's one transaction search."""

from collections.abc import Mapping

from tradingbot_infra.compliance.access.account_security import searches_traces
from tradingbot_infra.compliance.allowed.row import AllowedType, allowed, required, setting

ALLOWED: Mapping[str, AllowedType] = {
    "AWS::XRay::TransactionSearchConfig": allowed(
        *required(setting("IndexingPercentage", "trace_indexing_percent")),
        exact=True,
        AccountSecurityStack=lambda config: int(searches_traces(config)),
    ),
}
