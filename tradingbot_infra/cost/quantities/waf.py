"""AWS WAF: web ACLs, their rules, and the requests that they inspect."""

from collections.abc import Iterator
from decimal import Decimal

from tradingbot_infra.config.sections.usage import UsageConfig
from tradingbot_infra.cost.item import BilledItem, Part, Quantity, counted
from tradingbot_infra.templates import Assembly
from tradingbot_infra.wording import plural

TYPES: tuple[str, ...] = ("AWS::WAFv2::WebACL",)

SERVICE = "AWS WAF"

_MILLION = Decimal(1_000_000)

_RULES = "A managed group of AWS counts as one rule. More than 1,500 capacity units (WCU) would raise the price of a request."


def items(assembly: Assembly, usage: UsageConfig) -> Iterator[BilledItem]:
    """Three lines for each web ACL."""
    for acl in assembly.of_type("AWS::WAFv2::WebACL"):
        rules = acl.properties["Rules"]
        managed = sum("ManagedRuleGroupStatement" in rule["Statement"] for rule in rules)
        what = f"{plural(len(rules), 'rule')}, {managed} of them managed groups"
        yield counted(
            Part.NOT_IN_DOCUMENT,
            SERVICE,
            Quantity(id="waf.acl", what="One web ACL", price="waf.web_acl_month", amount=Decimal(1)),
            of=(acl,),
        )
        month = Quantity(id="waf.rules", what=what, price="waf.rule_month", amount=Decimal(len(rules)))
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, month, of=(acl,), note=_RULES)
        requests = Quantity(
            id="waf.requests", what="Requests inspected", price="waf.requests_1m", amount=usage.expected_waf_million_requests * _MILLION
        )
        yield counted(Part.NOT_IN_DOCUMENT, SERVICE, requests, of=(acl,))
