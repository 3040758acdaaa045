"""The AWS WAF web ACL."""

from tradingbot_infra.config.sections.base import Section, setting


class WebAclConfig(Section, title="Web ACL"):
    """The AWS WAF web ACL in front of the load balancer."""

    waf: bool = setting("Create a web ACL in front of the load balancer")
    waf_rate_limit: int = setting(
        "Requests that one IP address may send in five minutes. AWS WAF blocks those above the limit", ge=10, le=2_000_000_000
    )
