"""Exceptions of the web ACL."""

from tradingbot_infra.compliance.exception import ComplianceException, nothing_but, off, on
from tradingbot_infra.compliance.ledger.acceptance import NEXT_REVIEW, OWNER, TEST_DATA_ONLY, YEARLY_REVIEW
from tradingbot_infra.compliance.ledger.paths import LOAD_BALANCER, WEB_ACL

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
    ComplianceException(
        id="counted-web-acl-rules",
        rules=("waf.rule_actions",),
        paths=(WEB_ACL,),
        when=(
            on("waf"),
            nothing_but(
                "waf_counted_rules",
                "NoUserAgent_HEADER",
                "SizeRestrictions_BODY",
                "EC2MetaDataSSRF_BODY",
                "GenericLFI_BODY",
                "GenericRFI_BODY",
                "CrossSiteScripting_BODY",
                "SQLi_BODY",
                "SQLiExtendedPatterns_BODY",
            ),
        ),
        mechanism="These rules count, because they take Telegram's webhooks, bodies above 8 KB and quotations in prompts for attacks",
        consequence="Such a request reaches the application, with a body that AWS WAF has inspected up to 8 KB only",
        compensation=(
            "The same patterns block in path, query and cookies; known bad inputs, known attackers and floods are blocked; every match "
            "is in the log; the application validates bodies and binds parameters of its SQL"
        ),
        owner=OWNER,
        review=NEXT_REVIEW,
    ),
)
