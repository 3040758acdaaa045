"""The AWS WAF web ACL."""

import difflib
from collections.abc import Iterator

from tradingbot_infra.config.errors import Problem, listed
from tradingbot_infra.config.sections.base import Section, setting
from tradingbot_infra.design.web_acl_rules import GROUP_OF_RULE

_MOST_REQUESTS = 20_000
"""In five minutes from one address: 67 a second, ten times what is shipped. A limit that nobody reaches limits nobody; AWS's own highest
is two billion (AWS WAF API Reference, "RateBasedStatement")."""


class WebAclConfig(Section, title="Web ACL"):
    """The AWS WAF web ACL in front of the load balancer."""

    waf: bool = setting("Create a web ACL in front of the load balancer")
    waf_rate_limit: int = setting(
        "Requests that one IP address may send in five minutes. AWS WAF blocks those above the limit", ge=10, le=_MOST_REQUESTS
    )
    waf_counted_rules: tuple[str, ...] = setting(
        "Rules of AWS's managed groups that count requests instead of blocking them",
        allowed="names of rules, separated by commas, or nothing",
    )


def counted_rules_exist(web_acl: WebAclConfig) -> Iterator[Problem]:
    counted = web_acl.waf_counted_rules
    for name in dict.fromkeys(counted):
        if name not in GROUP_OF_RULE:
            yield Problem("waf_counted_rules", counted, f"{name} is no rule of AWS's groups, so AWS WAF would ignore it", _near(name))
        elif counted.count(name) > 1:
            yield Problem("waf_counted_rules", counted, f"{name} is listed more than once", "each rule once")


def _near(name: str) -> str:
    by_lower_case = {rule.lower(): rule for rule in GROUP_OF_RULE}
    near = difflib.get_close_matches(name.rpartition("/")[2].lower(), by_lower_case)
    return listed(by_lower_case[rule] for rule in near) or "a rule in design/web_acl_rules.py"
