"""AWS's managed rule groups of the web ACL, and the rules in them that block by themselves.

AWS WAF silently ignores an override of a rule that a group does not have (API Reference, RuleActionOverride), so names are checked
against this table. Sources, read on 2026-11-29: AWS WAF Developer Guide, "Baseline rule groups", "Use-case specific rule groups" and "IP
reputation rule groups". A rule that AWS only lets count, such as AWSManagedIPDDoSList, is not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class RuleGroup:
    """A managed rule group, its price in web ACL capacity units, and its blocking rules."""

    name: str
    capacity: int
    rules: tuple[str, ...]


IP_REPUTATION = RuleGroup("AWSManagedRulesAmazonIpReputationList", 25, ("AWSManagedIPReputationList", "AWSManagedReconnaissanceList"))

COMMON = RuleGroup(
    "AWSManagedRulesCommonRuleSet",
    700,
    (
        "NoUserAgent_HEADER",
        "UserAgent_BadBots_HEADER",
        "SizeRestrictions_QUERYSTRING",
        "SizeRestrictions_Cookie_HEADER",
        "SizeRestrictions_BODY",
        "SizeRestrictions_URIPATH",
        "EC2MetaDataSSRF_BODY",
        "EC2MetaDataSSRF_COOKIE",
        "EC2MetaDataSSRF_URIPATH",
        "EC2MetaDataSSRF_QUERYARGUMENTS",
        "GenericLFI_QUERYARGUMENTS",
        "GenericLFI_URIPATH",
        "GenericLFI_BODY",
        "RestrictedExtensions_URIPATH",
        "RestrictedExtensions_QUERYARGUMENTS",
        "GenericRFI_QUERYARGUMENTS",
        "GenericRFI_BODY",
        "GenericRFI_URIPATH",
        "CrossSiteScripting_COOKIE",
        "CrossSiteScripting_QUERYARGUMENTS",
        "CrossSiteScripting_BODY",
        "CrossSiteScripting_URIPATH",
    ),
)

KNOWN_BAD_INPUTS = RuleGroup(
    "AWSManagedRulesKnownBadInputsRuleSet",
    200,
    (
        "JavaDeserializationRCE_HEADER",
        "JavaDeserializationRCE_BODY",
        "JavaDeserializationRCE_URIPATH",
        "JavaDeserializationRCE_QUERYSTRING",
        "Host_localhost_HEADER",
        "PROPFIND_METHOD",
        "ExploitablePaths_URIPATH",
        "Log4JRCE_HEADER",
        "Log4JRCE_QUERYSTRING",
        "Log4JRCE_BODY",
        "Log4JRCE_URIPATH",
        "ReactJSRCE_BODY",
    ),
)

SQL_INJECTION = RuleGroup(
    "AWSManagedRulesSQLiRuleSet",
    200,
    (
        "SQLi_QUERYARGUMENTS",
        "SQLiExtendedPatterns_QUERYARGUMENTS",
        "SQLi_BODY",
        "SQLiExtendedPatterns_BODY",
        "SQLi_COOKIE",
        "SQLi_URIPATH",
    ),
)

RULE_GROUPS = (IP_REPUTATION, COMMON, KNOWN_BAD_INPUTS, SQL_INJECTION)
"""In order of evaluation, the cheapest check first."""

RATE_LIMIT = "RateLimit"
"""The web ACL's own rule, before the groups."""

RATE_LIMIT_CAPACITY = 2

GROUP_OF_RULE: Mapping[str, RuleGroup] = MappingProxyType({rule: group for group in RULE_GROUPS for rule in group.rules})
"""Each rule's group: no name is in two groups."""

_WRITTEN_BY_CLIENTS = ("_BODY", "_QUERYARGUMENTS", "_QUERYSTRING", "_COOKIE", "_Cookie_HEADER")


def may_meet_honest_requests(rule: str) -> bool:
    """Whether a rule judges text, sizes or habits that honest clients have too, rather than what only attackers send."""
    honest = rule in COMMON.rules + SQL_INJECTION.rules and rule.endswith(_WRITTEN_BY_CLIENTS)
    return honest or rule in ("NoUserAgent_HEADER", "SizeRestrictions_URIPATH")
