"""Exceptions of log groups: how long they keep."""

from tradingbot_infra.compliance.exception import ComplianceException, below, on
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import CACHE_LOG_GROUPS, LOG_GROUPS, WEB_ACL_LOG

_YEAR = 365

ENTRIES = (
    ComplianceException(
        id="short-cache-logs",
        rules=("logs.retention",),
        paths=CACHE_LOG_GROUPS,
        when=(on("enable_redis"), below("log_retention_days", _YEAR), TEST_DATA_ONLY),
        mechanism="Logs are kept as long as developers look at them",
        consequence="An older event cannot be traced",
        compensation="Nothing happens here that an auditor asks for",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="short-logs",
        rules=("logs.retention",),
        paths=LOG_GROUPS,
        when=(below("log_retention_days", _YEAR), TEST_DATA_ONLY),
        mechanism="Logs are kept as long as developers look at them",
        consequence="An older event cannot be traced",
        compensation="Nothing happens here that an auditor asks for",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
    ComplianceException(
        id="short-web-acl-log",
        rules=("logs.retention",),
        paths=(WEB_ACL_LOG,),
        when=(on("waf"), below("log_retention_days", _YEAR), TEST_DATA_ONLY),
        mechanism="Logs are kept as long as developers look at them",
        consequence="An older request cannot be traced",
        compensation="No customer uses this environment",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
