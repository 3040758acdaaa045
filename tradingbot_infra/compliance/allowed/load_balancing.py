"""What templates may hold of Elastic Load Balancing."""

from collections.abc import Mapping

from tradingbot_infra.compliance.allowed.placement import TAGS, subnet_of
from tradingbot_infra.compliance.allowed.row import (
    AllowedType,
    allowed,
    exactly,
    judged,
    one,
    refers_to,
    required,
    setting,
)
from tradingbot_infra.compliance.reading.networks import LOAD_BALANCER, VPC

ALLOWED: Mapping[str, AllowedType] = {
    LOAD_BALANCER: allowed(
        *required(exactly("Scheme", "internet-facing"), exactly("Type", "application"), subnet_of("Subnets[]", "public")),
        *judged("alb.attributes", "LoadBalancerAttributes[].Key", "LoadBalancerAttributes[].Value"),
        *judged("net.sg_members", "SecurityGroups[]"),
        *TAGS,
        exact=True,
        ServiceStack=one,
    ),
    "AWS::ElasticLoadBalancingV2::Listener": allowed(
        *required(refers_to("LoadBalancerArn", LOAD_BALANCER)),
        *judged(
            "alb.listeners",
            "Port",
            "Protocol",
            "DefaultActions[].Type",
            "DefaultActions[].TargetGroupArn",
            "DefaultActions[].RedirectConfig.Host",
            "DefaultActions[].RedirectConfig.Port",
            "DefaultActions[].RedirectConfig.Protocol",
            "DefaultActions[].RedirectConfig.StatusCode",
            "Certificates[].CertificateArn",
        ),
        *judged("alb.tls_policy", "SslPolicy"),
        *TAGS,
        exact=True,
        ServiceStack=lambda config: 2 if config.load_balancer.certificate_arn else 1,
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": allowed(
        *required(
            setting("HealthCheckIntervalSeconds", "health_check_interval_seconds"),
            setting("HealthCheckPath", "health_check_path"),
            exactly("Matcher.HttpCode", "200"),
            # Tasks register with their own ports; inside the VPC they speak HTTP.
            exactly("Port", 80),
            exactly("Protocol", "HTTP"),
            exactly("TargetType", "ip"),
            refers_to("VpcId", VPC),
        ),
        *judged("alb.attributes", "TargetGroupAttributes[].Key", "TargetGroupAttributes[].Value"),
        *TAGS,
        exact=True,
        ServiceStack=one,
    ),
}
