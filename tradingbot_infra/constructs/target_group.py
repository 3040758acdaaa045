"""What every target group of the API has in common, whichever version its tasks are."""

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from tradingbot_infra.config.sections.load_balancer import LoadBalancerConfig


def configure(group: elbv2.ApplicationTargetGroup, balancing: LoadBalancerConfig) -> None:
    """Gives a target group the health check and the draining of the settings."""
    group.configure_health_check(
        path=balancing.health_check_path,
        interval=cdk.Duration.seconds(balancing.health_check_interval_seconds),
        healthy_http_codes="200",
    )
    group.set_attribute("deregistration_delay.timeout_seconds", str(balancing.deregistration_delay_seconds))
