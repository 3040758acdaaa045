"""Exceptions of the web ACL."""

from tradingbot_infra.compliance.exception import ComplianceException, off
from tradingbot_infra.compliance.ledger.acceptance import OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import LOAD_BALANCER

ENTRIES = (
    ComplianceException(
        id="no-web-acl",
        rules=("waf.associated", "PCI.DSS.321-ALBWAFEnabled", "NIST.800.53.R5-ALBWAFEnabled"),
        paths=(LOAD_BALANCER,),
        when=(off("waf"), TEST_DATA_ONLY),
        mechanism="The load balancer has no web ACL, to save its monthly price",
        consequence="Common attacks reach the application",
        compensation="No customer data and no live keys are behind it",
        owner=OWNER,
        review=YEARLY_REVIEW,
    ),
)
