"""The load balancer."""

from tradingbot_infra.config.sections.base import Section, setting


class LoadBalancerConfig(Section, title="Load balancer"):
    """Health checks, certificate and access logs of the load balancer."""

    health_check_path: str = setting(
        "Path that returns 200 if a task is healthy", allowed="a path that starts with /", pattern=r"^/[A-Za-z0-9/_.-]*$"
    )
    health_check_interval_seconds: int = setting("Interval between two health checks of a target, seconds", ge=10, le=300)
    health_check_grace_seconds: int = setting("Time after its start in which a task may fail health checks, seconds", ge=0, le=300)
    certificate_arn: str | None = setting(
        "ACM certificate. With it, port 443 serves HTTPS and port 80 redirects to it",
        allowed="arn:aws:acm:REGION:ACCOUNT:certificate/ID of the same region, or none",
        pattern=r"^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+$",
    )
    alb_access_logs: bool = setting("Write access logs to a private, encrypted S3 bucket")
    alb_access_log_days: int = setting("Retention of access logs, days", ge=1, le=3653)
