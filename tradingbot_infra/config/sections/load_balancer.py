"""The load balancer."""

from collections.abc import Iterator
from typing import Literal

from tradingbot_infra.config.errors import Problem
from tradingbot_infra.config.sections.base import Section, setting

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


class LoadBalancerConfig(Section, title="Load balancer"):
    """Health checks, draining, name, certificate and access logs of the load balancer."""

    health_check_path: str = setting(
        "Path that returns 200 if a task is healthy",
        allowed="a path that starts with /, at most 1024 characters",
        pattern=r"^/[A-Za-z0-9/_.-]{0,1023}$",
    )
    health_check_interval_seconds: int = setting("Interval between two health checks of a target, seconds", ge=10, le=300)
    health_check_grace_seconds: int = setting("Time after its start in which a task may fail health checks, seconds", ge=0, le=300)
    deregistration_delay_seconds: int = setting(
        "Time that a task which is to stop has for its open requests, before it gets SIGTERM, seconds", ge=1, le=300
    )
    desync_mitigation_mode: Literal["monitor", "defensive", "strictest"] = setting(
        "What happens to requests that clients and servers may read differently: strictest refuses also those that AWS calls acceptable"
    )
    # A redirect's host has at most 128 characters (Elastic Load Balancing API Reference, "RedirectActionConfig").
    domain_name: str | None = setting(
        "The team's own DNS name for the API: where port 80 redirects to, and what ApiUrl and verify use",
        allowed="a host name in lower case such as api.example.com, at most 128 characters, or none",
        pattern=rf"^(?=.{{1,128}}$)({_LABEL}\.)+[a-z]({_LABEL})?$",
    )
    hosted_zone_id: str | None = setting(
        "Route 53 zone of this account in which domain_name becomes an alias of the load balancer. With none, the team makes the record",
        allowed="a hosted zone's ID such as Z0123456789ABCDEFGHIJ, or none",
        pattern=r"^Z[A-Z0-9]{1,31}$",
    )
    certificate_arn: str | None = setting(
        "ACM certificate. With it, port 443 serves HTTPS and port 80 redirects to it",
        allowed="arn:aws:acm:REGION:ACCOUNT:certificate/ID of the same region, or none",
        pattern=r"^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+$",
    )
    alb_access_logs: bool = setting("Write access logs to a private, encrypted S3 bucket")
    alb_access_log_days: int = setting("Retention of access logs, days", ge=1, le=3653)


def a_zone_has_a_name(load_balancer: LoadBalancerConfig) -> Iterator[Problem]:
    if load_balancer.hosted_zone_id and not load_balancer.domain_name:
        yield Problem("hosted_zone_id", load_balancer.hosted_zone_id, "no name is set for its record", "none, or any with domain_name")
